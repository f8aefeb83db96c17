//! Two sessions at the ends of a simulated link with a delay and a rate, in virtual time.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::time::{Duration, Instant};

use bip_peer::limits::BLOCK_LENGTH;
use bip_peer::{
    BlockRequest, FrameDecoder, Message, PeerCommand, PeerEvent, Session, SessionConfig,
};
use bytes::{Bytes, BytesMut};

/// All that a session has to say now.
pub(crate) fn messages(session: &mut Session) -> Vec<Message> {
    let mut wire = BytesMut::new();
    while let Some(bytes) = session.poll_transmit() {
        wire.extend_from_slice(&bytes);
    }
    let mut decoder = FrameDecoder::new(1 << 20);
    let messages = std::iter::from_fn(|| decoder.decode(&mut wire).unwrap()).collect();
    assert!(wire.is_empty(), "whole messages");
    messages
}

/// What one end wants of the other.
#[derive(Clone)]
pub(crate) struct Transfer {
    pub(crate) pieces: Range<u32>,
}

pub(crate) struct Outcome {
    pub(crate) took: Duration,
    pub(crate) blocks: [usize; 2],
    pub(crate) duplicates: usize,
    pub(crate) most_under_way: usize,
}

struct End {
    session: Session,
    wanted: VecDeque<BlockRequest>,
    got: HashSet<BlockRequest>,
    /// Sent by the other end: when it arrives, and what.
    arriving: VecDeque<(Instant, Bytes)>,
    input: BytesMut,
    /// Until then the link to this end is busy.
    link_free: Instant,
}

pub(crate) struct Link {
    start: Instant,
    delay: Duration,
    rate: f64,
    ends: [End; 2],
}

impl Link {
    /// A link with this delay each way and this many bytes per second each way.
    pub(crate) fn new(delay: Duration, rate: f64, config: SessionConfig) -> Link {
        let start = Instant::now();
        let end = || End {
            session: Session::new(config.clone(), start),
            wanted: VecDeque::new(),
            got: HashSet::new(),
            arriving: VecDeque::new(),
            input: BytesMut::new(),
            link_free: start,
        };
        Link {
            start,
            delay,
            rate,
            ends: [end(), end()],
        }
    }

    /// Moves all that is wanted; panics when it takes longer than `patience`.
    pub(crate) fn run(&mut self, wanted: [Transfer; 2], patience: Duration) -> Outcome {
        let mut now = self.start;
        for (end, transfer) in self.ends.iter_mut().zip(wanted) {
            let begins = (0..1 << 20).step_by(BLOCK_LENGTH as usize);
            let blocks = transfer.pieces.flat_map(|piece| {
                begins.clone().map(move |begin| BlockRequest {
                    piece,
                    begin,
                    length: BLOCK_LENGTH,
                })
            });
            end.wanted = blocks.collect();
            let unchoke = [PeerCommand::Unchoke, PeerCommand::Interested];
            unchoke
                .into_iter()
                .for_each(|command| end.session.handle_command(now, command));
        }
        let total: Vec<_> = self.ends.iter().map(|end| end.wanted.len()).collect();
        let mut outcome = Outcome {
            took: Duration::ZERO,
            blocks: [0; 2],
            duplicates: 0,
            most_under_way: 0,
        };
        loop {
            self.settle(now, &mut outcome);
            let done = |(end, total): (&End, &usize)| end.got.len() == *total;
            if self.ends.iter().zip(&total).all(done) {
                break;
            }
            now = self.next(now);
            let stats = |end: usize| self.ends[end].session.stats(now);
            assert!(
                now - self.start < patience,
                "too slow: {:?} {:?}",
                stats(0),
                stats(1)
            );
        }
        outcome.took = now - self.start;
        outcome.blocks = [0, 1].map(|end: usize| self.ends[end].got.len());
        outcome
    }

    /// Lets both ends act until neither has anything more to do now.
    fn settle(&mut self, now: Instant, outcome: &mut Outcome) {
        for index in [0, 1, 0, 1] {
            let [one, two] = &mut self.ends;
            let (end, other) = if index == 0 { (one, two) } else { (two, one) };
            end.act(now, outcome);
            while let Some(bytes) = end.session.poll_transmit() {
                let free = other.link_free.max(now)
                    + Duration::from_secs_f64(bytes.len() as f64 / self.rate);
                other.link_free = free;
                other.arriving.push_back((free + self.delay, bytes));
            }
        }
    }

    fn next(&self, now: Instant) -> Instant {
        let times = self.ends.iter().flat_map(|end| {
            let arrival = end.arriving.front().map(|(at, _)| *at);
            arrival.into_iter().chain(end.session.poll_timeout())
        });
        times.min().unwrap().max(now)
    }
}

impl End {
    fn act(&mut self, now: Instant, outcome: &mut Outcome) {
        while self.arriving.front().is_some_and(|(at, _)| *at <= now) {
            let (_, bytes) = self.arriving.pop_front().unwrap();
            self.input.extend_from_slice(&bytes);
            self.session.handle_input(now, &mut self.input);
        }
        if self.session.poll_timeout().is_some_and(|at| at <= now) {
            self.session.handle_timeout(now);
        }
        while let Some(event) = self.session.poll_event() {
            match event {
                PeerEvent::Wants { count } => {
                    let requests = self.wanted.drain(..count.min(self.wanted.len())).collect();
                    self.session
                        .handle_command(now, PeerCommand::Request(requests));
                }
                PeerEvent::Serve(run) => {
                    let data = Bytes::from(vec![0; run.length as usize]);
                    self.session
                        .handle_command(now, PeerCommand::Serve { run, data });
                }
                PeerEvent::Block(block) => {
                    let new = self.got.insert(block.request());
                    outcome.duplicates += usize::from(!new);
                }
                PeerEvent::Lost { requests, .. } => self.wanted.extend(requests),
                PeerEvent::Unchoked | PeerEvent::Interested => {}
                event => panic!("{event:?}"),
            }
        }
        outcome.most_under_way = outcome
            .most_under_way
            .max(self.session.stats(now).outstanding);
    }
}
