use std::time::{Duration, Instant};

use crate::limits::BLOCK_LENGTH;

/// A round shorter than this says nothing about the rate: reads come in batches.
const MIN_ROUND: Duration = Duration::from_millis(1);
/// A round that is not faster than the best by this factor shows no growth.
const GROWTH: f64 = 1.25;
/// So many rounds without growth end the slow start.
const FLAT_ROUNDS: u32 = 3;
/// The window is the product of bandwidth and delay times this: room for jitter, the peer's disk and batches.
const DELAY_GAIN: f64 = 4.0;
/// However short the delay, so many blocks may be under way: they are what keeps reads and writes large …
const BATCH: f64 = 64.0;
/// … unless the peer is so slow that they would queue there for longer than this.
const BATCH_TIME: Duration = Duration::from_secs(3);
/// Up to this a window counts as small.
const SMALL: usize = 128;

/// How many requests to have under way.
///
/// ```text
///             a block: +1, that is twice as many each round
///            ┌───────────┐
///            │           ▼        three rounds without a faster one, or one of 3 s
///   snubbed ─┴─▶ SlowStart ─────────────────────────────────────────▶ Steady ──┐ each round:
///            ▲                                                          │  ▲   │ rate × delay × 4,
///            └──────────────── nothing came for too long ───────────────┘  └───┘ at least a batch
/// ```
#[derive(Debug)]
pub(super) struct Window {
    floor: usize,
    configured_ceiling: usize,
    ceiling: usize,
    size: usize,
    phase: Phase,
    round: Round,
    /// Bytes per second over the last rounds.
    rate: f64,
    /// Shortest time from a request to its block.
    min_latency: Option<Duration>,
}

#[derive(Debug)]
enum Phase {
    SlowStart { best: f64, flat: u32 },
    Steady,
}

/// About as many blocks as the window had when it began: what was asked for during one round comes in during the next.
#[derive(Debug)]
struct Round {
    start: Instant,
    length: usize,
    blocks: usize,
    bytes: u64,
}

impl Round {
    fn new(now: Instant, length: usize) -> Round {
        Round {
            start: now,
            length,
            blocks: 0,
            bytes: 0,
        }
    }
}

impl Window {
    pub(super) fn new(now: Instant, floor: usize, ceiling: usize, reqq: u32) -> Window {
        let mut window = Window {
            floor,
            configured_ceiling: ceiling,
            ceiling,
            size: floor,
            phase: Phase::SlowStart { best: 0.0, flat: 0 },
            round: Round::new(now, floor),
            rate: 0.0,
            min_latency: None,
        };
        window.set_reqq(reqq);
        window
    }

    /// The peer takes so many requests at a time.
    pub(super) fn set_reqq(&mut self, reqq: u32) {
        self.ceiling = self.configured_ceiling.min(reqq.max(1) as usize);
        self.set_size(self.size);
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Requests are topped up when so many are left: seldom, so that they go out in batches, and early enough that the
    /// peer does not run dry. A small settled window holds four times what is on its way, and half of that will do.
    pub(super) fn refill_at(&self) -> usize {
        match self.phase {
            Phase::Steady if self.size <= SMALL => self.size / 2,
            _ => self.size * 3 / 4,
        }
    }

    /// The most that may ever be under way.
    pub(super) fn ceiling(&self) -> usize {
        self.ceiling
    }

    /// Requests go out after there were none under way: the time until now says nothing about the peer.
    pub(super) fn on_start(&mut self, now: Instant) {
        self.round = Round::new(now, self.size);
    }

    pub(super) fn on_block(&mut self, now: Instant, length: usize, latency: Duration) {
        self.min_latency = Some(self.min_latency.map_or(latency, |least| least.min(latency)));
        if matches!(self.phase, Phase::SlowStart { .. }) {
            self.set_size(self.size + 1);
        }
        self.round.blocks += 1;
        self.round.bytes += length as u64;
        let lasted = now.saturating_duration_since(self.round.start);
        let whole = self.round.blocks >= self.round.length && lasted >= MIN_ROUND;
        if whole || lasted >= BATCH_TIME {
            self.end_round(lasted);
            self.round = Round::new(now, self.size);
        }
    }

    /// Nothing came for too long: start small again.
    pub(super) fn on_snubbed(&mut self, now: Instant) {
        self.phase = Phase::SlowStart { best: 0.0, flat: 0 };
        self.rate = 0.0;
        self.set_size(self.floor);
        self.on_start(now);
    }

    fn end_round(&mut self, lasted: Duration) {
        let sample = self.round.bytes as f64 / lasted.as_secs_f64();
        // A slow round may have been ours: nothing to ask for, no time to read. So the rate falls slowly.
        self.rate = if sample > self.rate {
            sample
        } else {
            self.rate * 0.875 + sample * 0.125
        };
        match &mut self.phase {
            Phase::SlowStart { best, flat } => {
                if sample > *best * GROWTH {
                    *flat = 0;
                } else {
                    *flat += 1;
                }
                *best = best.max(sample);
                if *flat >= FLAT_ROUNDS || lasted >= BATCH_TIME {
                    self.phase = Phase::Steady;
                    self.set_size(self.wanted());
                }
            }
            Phase::Steady => self.set_size(self.wanted()),
        }
    }

    fn wanted(&self) -> usize {
        let blocks_per_s = self.rate / f64::from(BLOCK_LENGTH);
        let delay = self.min_latency.unwrap_or_default().as_secs_f64();
        let by_delay = blocks_per_s * delay * DELAY_GAIN;
        let batch = BATCH.min(blocks_per_s * BATCH_TIME.as_secs_f64());
        by_delay.max(batch).ceil() as usize
    }

    fn set_size(&mut self, size: usize) {
        self.size = size.max(self.floor).min(self.ceiling);
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "a test needs some instant to begin with"
)]
mod tests {
    use super::*;

    /// A peer that delivers `rate` bytes per second, each answer after at least `delay`; the window after `seconds`.
    fn settle(rate: f64, delay: Duration, seconds: f64, ceiling: usize) -> (usize, f64) {
        let start = Instant::now();
        let mut window = Window::new(start, 4, ceiling, u32::MAX);
        let mut sent = std::collections::VecDeque::from(vec![start; window.size()]);
        let mut link_free = start;
        let mut received = 0.0;
        loop {
            let asked = sent.pop_front().unwrap();
            link_free = link_free.max(asked + delay)
                + Duration::from_secs_f64(f64::from(BLOCK_LENGTH) / rate);
            let now = link_free;
            if (now - start).as_secs_f64() > seconds {
                return (window.size(), received / seconds);
            }
            window.on_block(now, BLOCK_LENGTH as usize, now - asked);
            received += f64::from(BLOCK_LENGTH);
            while sent.len() < window.size() {
                sent.push_back(now);
            }
        }
    }

    #[test]
    fn a_slow_peer_gets_a_few_seconds_worth() {
        let (size, got) = settle(256.0 * 1024.0, Duration::from_millis(50), 60.0, 500);
        assert!((40..=64).contains(&size), "{size}");
        assert!(got > 0.95 * 256.0 * 1024.0, "{got}");
    }

    #[test]
    fn a_very_slow_peer_stays_near_the_floor() {
        let (size, _) = settle(4096.0, Duration::from_millis(50), 200.0, 500);
        assert!(size <= 6, "{size}");
    }

    #[test]
    fn a_long_fat_link_is_filled() {
        let (size, got) = settle(50e6, Duration::from_millis(100), 10.0, 2000);
        assert!(size >= 305, "{size}");
        assert!(got > 0.9 * 50e6, "{got}");
    }

    #[test]
    fn a_gigabyte_per_second_nearby_needs_no_more_than_a_batch_or_two() {
        let (size, got) = settle(1e9, Duration::from_micros(100), 3.0, 500);
        assert!((64..=128).contains(&size), "{size}");
        assert!(got > 0.95 * 1e9, "{got}");
    }

    #[test]
    fn the_peers_queue_and_the_ceiling_bound_it() {
        let (size, _) = settle(50e6, Duration::from_millis(100), 10.0, 100);
        assert_eq!(size, 100);
        let mut window = Window::new(Instant::now(), 4, 500, 2);
        assert_eq!((window.size(), window.ceiling()), (2, 2));
        window.set_reqq(0);
        assert_eq!(window.size(), 1);
        window.set_reqq(250);
        assert_eq!((window.size(), window.ceiling()), (4, 250));
    }

    #[test]
    fn a_snubbed_window_starts_small_again() {
        let now = Instant::now();
        let mut window = Window::new(now, 4, 500, 500);
        for step in 1..50 {
            window.on_block(
                now + Duration::from_millis(step),
                16384,
                Duration::from_millis(1),
            );
        }
        assert!(window.size() > 4);
        window.on_snubbed(now + Duration::from_secs(60));
        assert_eq!(window.size(), 4);
    }
}
