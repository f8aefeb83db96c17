use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::BlockRequest;
use crate::limits::MAX_LATE_REQUESTS;

/// Our requests under way, in the order they were sent.
///
/// ```text
///  insert ─▶ pending ─▶ on_block ─▶ (answered)
///               │ lost: choked, timed out           late, bounded:
///               ├──────────────────────────▶ Lost ──── a block still counts
///               └─ cancel ─────────────────▶ Cancelled  a block is waste
/// ```
#[derive(Debug)]
pub(super) struct Requests {
    pending: VecDeque<Pending>,
    /// So many of the oldest were passed over: a younger request has been answered.
    passed: usize,
    late: VecDeque<(BlockRequest, Late)>,
    progress: Instant,
    timeout: Duration,
}

#[derive(Debug)]
struct Pending {
    request: BlockRequest,
    sent_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Late {
    Lost,
    Cancelled,
}

/// What a block is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The answer to a request, after so long.
    Asked(Duration),
    /// The answer to a request that was given up.
    Late,
    /// The answer to a request that was cancelled.
    Cancelled,
    /// No answer to anything.
    Unasked,
}

/// Requests given up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TimedOut {
    pub(super) requests: Vec<BlockRequest>,
    /// All of them: nothing has come for the whole time.
    pub(super) snubbed: bool,
}

impl Requests {
    pub(super) fn new(now: Instant, timeout: Duration) -> Requests {
        Requests {
            pending: VecDeque::new(),
            passed: 0,
            late: VecDeque::new(),
            progress: now,
            timeout,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether the request is new; then it is under way from now on.
    pub(super) fn insert(&mut self, now: Instant, request: BlockRequest) -> bool {
        if self.position(request).is_some() {
            return false;
        }
        self.late.retain(|(late, _)| *late != request);
        self.pending.push_back(Pending {
            request,
            sent_at: now,
        });
        true
    }

    pub(super) fn on_block(&mut self, now: Instant, request: BlockRequest) -> Answer {
        if let Some(index) = self.position(request) {
            self.progress = now;
            let sent_at = self.pending[index].sent_at;
            self.remove(index);
            self.passed = self.passed.max(index);
            return Answer::Asked(now.saturating_duration_since(sent_at));
        }
        let Some(index) = self.late.iter().position(|(late, _)| *late == request) else {
            return Answer::Unasked;
        };
        match self.late.remove(index) {
            Some((_, Late::Lost)) => {
                self.progress = now;
                Answer::Late
            }
            _ => Answer::Cancelled,
        }
    }

    /// Whether the request was under way.
    pub(super) fn cancel(&mut self, request: BlockRequest) -> bool {
        let Some(index) = self.position(request) else {
            return false;
        };
        self.remove(index);
        self.remember(request, Late::Cancelled);
        true
    }

    pub(super) fn lose_all(&mut self) -> Vec<BlockRequest> {
        let lost: Vec<_> = self
            .pending
            .drain(..)
            .map(|pending| pending.request)
            .collect();
        self.passed = 0;
        for request in &lost {
            self.remember(*request, Late::Lost);
        }
        lost
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) -> Option<TimedOut> {
        if self.snub_deadline().is_some_and(|deadline| deadline <= now) {
            return Some(TimedOut {
                requests: self.lose_all(),
                snubbed: true,
            });
        }
        let mut requests = Vec::new();
        while self
            .passed_deadline()
            .is_some_and(|deadline| deadline <= now)
        {
            let request = self.pending[0].request;
            self.remove(0);
            self.remember(request, Late::Lost);
            requests.push(request);
        }
        (!requests.is_empty()).then_some(TimedOut {
            requests,
            snubbed: false,
        })
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let passed = self.passed_deadline();
        self.snub_deadline()
            .map(|snub| passed.map_or(snub, |passed| passed.min(snub)))
    }

    /// The input was paused for a while: that was not the peer's fault.
    pub(super) fn forgive(&mut self, now: Instant) {
        for pending in &mut self.pending {
            pending.sent_at = now;
        }
        self.progress = now;
    }

    /// Nothing has come since the oldest request was sent.
    fn snub_deadline(&self) -> Option<Instant> {
        let oldest = self.pending.front()?;
        Some(oldest.sent_at.max(self.progress) + self.timeout)
    }

    /// The oldest request was passed over, and its time is up although others are answered.
    fn passed_deadline(&self) -> Option<Instant> {
        let oldest = self.pending.front()?;
        (self.passed > 0).then_some(oldest.sent_at + self.timeout)
    }

    fn position(&self, request: BlockRequest) -> Option<usize> {
        // Peers answer in order, so that it is nearly always the first.
        self.pending
            .iter()
            .position(|pending| pending.request == request)
    }

    fn remove(&mut self, index: usize) {
        self.pending.remove(index);
        if index < self.passed {
            self.passed -= 1;
        }
    }

    fn remember(&mut self, request: BlockRequest, late: Late) {
        if self.late.len() == MAX_LATE_REQUESTS {
            self.late.pop_front();
        }
        self.late.push_back((request, late));
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "a test needs some instant to begin with"
)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    fn block(begin: u32) -> BlockRequest {
        BlockRequest {
            piece: 0,
            begin,
            length: 1,
        }
    }

    fn requests(now: Instant, count: u32) -> Requests {
        let mut requests = Requests::new(now, TIMEOUT);
        for begin in 0..count {
            assert!(requests.insert(now, block(begin)));
        }
        requests
    }

    #[test]
    fn a_silent_peer_loses_all_at_once() {
        let now = Instant::now();
        let mut requests = requests(now, 3);
        assert_eq!(requests.poll_timeout(), Some(now + TIMEOUT));
        assert_eq!(
            requests.handle_timeout(now + TIMEOUT - Duration::from_nanos(1)),
            None
        );
        let lost = requests.handle_timeout(now + TIMEOUT).unwrap();
        assert_eq!((lost.requests.len(), lost.snubbed), (3, true));
        assert_eq!(requests.poll_timeout(), None);
    }

    #[test]
    fn a_slow_peer_that_answers_in_order_loses_nothing() {
        let now = Instant::now();
        let mut requests = requests(now, 10);
        for step in 0..10 {
            let then = now + Duration::from_secs(20) * (step + 1);
            assert_eq!(requests.handle_timeout(then), None);
            assert_eq!(
                requests.on_block(then, block(step)),
                Answer::Asked(then - now)
            );
        }
    }

    #[test]
    fn a_request_that_was_passed_over_is_lost_by_itself() {
        let now = Instant::now();
        let mut requests = requests(now, 4);
        let later = now + Duration::from_secs(29);
        assert!(matches!(
            requests.on_block(later, block(1)),
            Answer::Asked(_)
        ));
        assert_eq!(requests.poll_timeout(), Some(now + TIMEOUT));
        let lost = requests.handle_timeout(now + TIMEOUT).unwrap();
        assert_eq!((lost.requests, lost.snubbed), (vec![block(0)], false));
        assert_eq!(requests.len(), 2);
    }

    #[test]
    fn late_blocks_are_told_from_cancelled_and_from_unasked_ones() {
        let now = Instant::now();
        let mut requests = requests(now, 2);
        assert!(requests.cancel(block(0)));
        assert!(!requests.cancel(block(0)));
        requests.lose_all();
        assert_eq!(requests.on_block(now, block(0)), Answer::Cancelled);
        assert_eq!(requests.on_block(now, block(1)), Answer::Late);
        assert_eq!(requests.on_block(now, block(1)), Answer::Unasked);
        assert_eq!(requests.on_block(now, block(9)), Answer::Unasked);
    }

    #[test]
    fn so_many_lost_requests_are_remembered_and_not_one_more() {
        let now = Instant::now();
        let count = u32::try_from(MAX_LATE_REQUESTS).unwrap() + 1;
        let mut requests = requests(now, count);
        requests.lose_all();
        assert_eq!(requests.on_block(now, block(0)), Answer::Unasked);
        assert_eq!(requests.on_block(now, block(1)), Answer::Late);
    }
}
