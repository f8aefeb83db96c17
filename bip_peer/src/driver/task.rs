use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;

use super::budget::Share;
use super::buffers::{Pool, ReadBuffer};
use super::manager::{Farewell, now};
use crate::session::Counters;
use crate::{EndReason, PeerCommand, PeerEvent, Session};

/// Segments written by one system call.
const WRITE_SEGMENTS: usize = 64;
/// Bytes taken from the session before they are written.
const WRITE_BYTES: usize = 512 * 1024;
/// Commands taken at a time.
const COMMANDS: usize = 64;
/// After so long a silence the read buffer is given back.
const IDLE: Duration = Duration::from_secs(5);
/// Turns without giving other tasks a chance.
const TURNS: usize = 16;

/// Carries bytes, commands, events and time between one session and the world.
pub(super) struct PeerTask<S> {
    /// `None` once the session is over.
    stream: Option<S>,
    session: Session,
    buffer: ReadBuffer,
    /// Events not delivered yet. While there are any, the socket is not read.
    events: VecDeque<PeerEvent>,
    share: Share,
    paused: bool,
    segments: VecDeque<Bytes>,
    segment_bytes: usize,
    flush: bool,
    alarm: Alarm,
    idle_at: Option<Instant>,
    commands: Vec<PeerCommand>,
    gauges: Arc<Mutex<Counters>>,
    /// Last, so that the connection is closed before it is counted as closed.
    farewell: Farewell,
}

/// Whether a turn moved anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Moved,
    Quiet,
    Over,
}

impl<S: AsyncRead + AsyncWrite + Unpin> PeerTask<S> {
    pub(super) fn new(
        stream: S,
        session: Session,
        pool: Pool,
        share: Share,
        gauges: Arc<Mutex<Counters>>,
        farewell: Farewell,
    ) -> PeerTask<S> {
        PeerTask {
            stream: Some(stream),
            session,
            buffer: ReadBuffer::new(pool),
            events: VecDeque::new(),
            share,
            paused: false,
            segments: VecDeque::new(),
            segment_bytes: 0,
            flush: false,
            alarm: Alarm::default(),
            idle_at: None,
            commands: Vec::new(),
            gauges,
            farewell,
        }
    }

    pub(super) async fn run(
        mut self,
        mut commands: mpsc::Receiver<PeerCommand>,
        mut stop: oneshot::Receiver<()>,
    ) {
        poll_fn(|cx| self.poll(cx, &mut commands, &mut stop)).await;
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        commands: &mut mpsc::Receiver<PeerCommand>,
        stop: &mut oneshot::Receiver<()>,
    ) -> Poll<()> {
        if Pin::new(stop).poll(cx).is_ready() {
            self.stop();
            return Poll::Ready(());
        }
        for _ in 0..TURNS {
            match self.turn(cx, commands) {
                Turn::Moved => {}
                Turn::Quiet => return Poll::Pending,
                Turn::Over => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ours first, then theirs: commands, writing, events, and only then reading.
    fn turn(&mut self, cx: &mut Context<'_>, commands: &mut mpsc::Receiver<PeerCommand>) -> Turn {
        let now = now();
        let mut moved = self.poll_commands(cx, now, commands);
        moved |= self.poll_write(cx, now);
        let Some(delivered) = self.poll_deliver(cx, now) else {
            return Turn::Over;
        };
        moved |= delivered;
        moved |= self.poll_read(cx, now);
        moved |= self.poll_alarm(cx, now);
        if !moved {
            return Turn::Quiet;
        }
        *self.gauges.lock().unwrap_or_else(PoisonError::into_inner) = self.session.counters();
        Turn::Moved
    }

    fn poll_commands(
        &mut self,
        cx: &mut Context<'_>,
        now: Instant,
        commands: &mut mpsc::Receiver<PeerCommand>,
    ) -> bool {
        let Poll::Ready(count) = commands.poll_recv_many(cx, &mut self.commands, COMMANDS) else {
            return false;
        };
        for command in self.commands.drain(..) {
            self.session.handle_command(now, command);
        }
        count > 0
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, now: Instant) -> bool {
        self.fill_segments();
        let Some(stream) = &mut self.stream else {
            return false;
        };
        if self.segments.is_empty() {
            if self.flush && Pin::new(stream).poll_flush(cx).is_ready() {
                // An error will show in the next write or read.
                self.flush = false;
            }
            return false;
        }
        match poll_write_segments(cx, stream, &self.segments) {
            Poll::Pending => false,
            Poll::Ready(Ok(0)) => self.end(now, EndReason::WriteFailed(io::ErrorKind::WriteZero)),
            Poll::Ready(Ok(written)) => {
                self.flush = true;
                self.segment_bytes -= written;
                self.advance(written);
                true
            }
            Poll::Ready(Err(error)) => self.end(now, EndReason::WriteFailed(error.kind())),
        }
    }

    fn fill_segments(&mut self) {
        while self.segments.len() < WRITE_SEGMENTS && self.segment_bytes < WRITE_BYTES {
            let Some(segment) = self.session.poll_transmit() else {
                break;
            };
            self.segment_bytes += segment.len();
            self.segments.push_back(segment);
        }
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(first) = self.segments.front_mut() {
            if written < first.len() {
                first.advance(written);
                return;
            }
            written -= first.len();
            self.segments.pop_front();
        }
    }

    /// Whether an event was delivered; `None` when the last one was, or nobody listens any more.
    fn poll_deliver(&mut self, cx: &mut Context<'_>, now: Instant) -> Option<bool> {
        while let Some(event) = self.session.poll_event() {
            self.events.push_back(event);
        }
        let mut delivered = false;
        loop {
            let ended = matches!(self.events.back(), Some(PeerEvent::Ended(_)));
            let ordinary = self.events.len() - usize::from(ended);
            if ordinary == 0 {
                break;
            }
            let Poll::Ready(room) = self.share.poll_take(cx, ordinary) else {
                if !self.paused {
                    self.paused = true;
                    self.session.handle_pause();
                }
                return Some(delivered);
            };
            for event in self.events.drain(..room.min(ordinary)) {
                if !self.farewell.tell(event) {
                    return None;
                }
            }
            delivered = true;
        }
        if let Some(end) = self.events.pop_front() {
            // The connection is closed before its end is told.
            self.stream = None;
            self.farewell.tell(end);
            return None;
        }
        if self.paused {
            self.paused = false;
            self.session.handle_resume(now);
        }
        Some(delivered)
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, now: Instant) -> bool {
        let Some(stream) = self.stream.as_mut().filter(|_| self.events.is_empty()) else {
            return false;
        };
        let missing = self.session.missing(self.buffer.bytes());
        self.buffer.make_room(missing);
        let room = self.buffer.bytes().capacity() - self.buffer.bytes().len();
        let read = pin!(stream.read_buf(self.buffer.bytes())).poll(cx);
        match read {
            Poll::Pending => false,
            Poll::Ready(Ok(0)) => self.end(now, EndReason::Closed),
            Poll::Ready(Ok(count)) => {
                if count >= room {
                    self.buffer.on_full();
                }
                self.idle_at = self.buffer.is_large().then_some(now + IDLE);
                self.session.handle_input(now, self.buffer.bytes());
                true
            }
            Poll::Ready(Err(error)) => self.end(now, EndReason::ReadFailed(error.kind())),
        }
    }

    fn poll_alarm(&mut self, cx: &mut Context<'_>, now: Instant) -> bool {
        let session_at = self.session.poll_timeout();
        let due = [session_at, self.idle_at].into_iter().flatten().min();
        let Some(due) = due else { return false };
        if self.alarm.poll(cx, now, due).is_pending() {
            return false;
        }
        if session_at.is_some_and(|at| at <= now) {
            self.session.handle_timeout(now);
        }
        if self.idle_at.is_some_and(|at| at <= now) {
            self.idle_at = None;
            self.buffer.on_idle();
            self.events.shrink_to_fit();
            self.segments.shrink_to_fit();
        }
        true
    }

    /// The session is over; its last events remain to be delivered.
    fn end(&mut self, now: Instant, reason: EndReason) -> bool {
        self.session.handle_end(now, reason);
        self.stream = None;
        self.segments.clear();
        self.segment_bytes = 0;
        true
    }

    /// We were removed: what was not delivered is dropped but for the end event.
    fn stop(&mut self) {
        self.end(now(), EndReason::Removed);
        while let Some(event) = self.session.poll_event() {
            self.events.push_back(event);
        }
        if let Some(end @ PeerEvent::Ended(_)) = self.events.pop_back() {
            self.farewell.tell(end);
        }
    }
}

fn poll_write_segments<S: AsyncWrite + Unpin>(
    cx: &mut Context<'_>,
    stream: &mut S,
    segments: &VecDeque<Bytes>,
) -> Poll<io::Result<usize>> {
    let mut slices = [IoSlice::new(&[]); WRITE_SEGMENTS];
    let mut count = 0;
    for (slice, segment) in slices.iter_mut().zip(segments) {
        *slice = IoSlice::new(segment);
        count += 1;
    }
    Pin::new(stream).poll_write_vectored(cx, &slices[..count])
}

/// A timer that is set anew only when it must be: deadlines mostly move away with every message.
#[derive(Debug, Default)]
struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    /// Ready when `due` has come. Whoever waits is woken then, or before.
    fn poll(&mut self, cx: &mut Context<'_>, now: Instant, due: Instant) -> Poll<()> {
        if due <= now {
            return Poll::Ready(());
        }
        let due = tokio::time::Instant::from_std(due);
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        if due < sleep.deadline() {
            sleep.as_mut().reset(due);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if sleep.deadline() >= due {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
        Poll::Pending
    }
}
