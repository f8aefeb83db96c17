use std::time::{Duration, Instant};

use crate::limits::BLOCK_LENGTH;

/// A round shorter than this says nothing about the rate: reads come in batches.
const MIN_ROUND: Duration = Duration::from_millis(1);
/// A settled window has time to see past a peer that answers in pulses, as Transmission does twice a second.
const MIN_STEADY_ROUND: Duration = Duration::from_secs(1);
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
/// A settled window is tried at twice its size after so many rounds …
const PROBE_AFTER: u32 = 2;
/// … and after each try in vain the next waits twice as long, up to this.
const MAX_PROBE_AFTER: u32 = 64;

/// How many requests to have under way.
///
/// ```text
///             a block: +1, that is twice as many each round
///            ┌───────────┐
///            │           ▼        three rounds without a faster one, or one of 3 s
///   snubbed ─┴─▶ SlowStart ─────────────────────────────────────────▶ Steady ──┐ each round:
///            ▲                                                         │ ▲ ▲   │ rate × delay × 4,
///            ├──────────────── nothing came for too long ──────────────┤ │ └───┘ at least a batch
///            │                                                now and  │ │ not faster: as before;
///            │                                                   then  ▼ │ faster: the batch is that large
///            └────────────────────────────────────────────────────── Probing: twice the window
/// ```
///
/// The tries are for peers that answer in pulses: one block that comes at once makes the delay look short, and from then on
/// a pulse holds no more than was asked for.
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
    /// Blocks that a settled window has at least.
    batch: f64,
    /// Settled rounds from one try to the next.
    probe_after: u32,
}

#[derive(Debug)]
enum Phase {
    SlowStart { best: f64, flat: u32 },
    Steady { rounds: u32 },
    Probing { before: f64 },
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
            batch: BATCH,
            probe_after: PROBE_AFTER,
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
            Phase::Steady { .. } | Phase::Probing { .. } if self.size <= SMALL => self.size / 2,
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
        let whole = self.round.blocks >= self.round.length && lasted >= self.min_round();
        if whole || lasted >= BATCH_TIME {
            self.end_round(lasted);
            self.round = Round::new(now, self.size);
        }
    }

    /// Nothing came for too long: start small again.
    pub(super) fn on_snubbed(&mut self, now: Instant) {
        self.phase = Phase::SlowStart { best: 0.0, flat: 0 };
        self.rate = 0.0;
        self.batch = BATCH;
        self.probe_after = PROBE_AFTER;
        self.set_size(self.floor);
        self.on_start(now);
    }

    fn min_round(&self) -> Duration {
        match self.phase {
            Phase::SlowStart { .. } => MIN_ROUND,
            Phase::Steady { .. } | Phase::Probing { .. } => MIN_STEADY_ROUND,
        }
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
                    self.settle();
                    // A short round may have been the midst of a pulse.
                    self.rate = 0.0;
                }
            }
            Phase::Steady { rounds } => {
                *rounds += 1;
                let is_time = *rounds >= self.probe_after;
                self.set_size(self.wanted());
                if is_time {
                    self.probe(sample);
                }
            }
            Phase::Probing { before } => {
                if sample > *before * GROWTH {
                    self.batch = self.size as f64;
                    self.probe_after = PROBE_AFTER;
                    self.probe(sample);
                } else {
                    self.probe_after = (self.probe_after * 2).min(MAX_PROBE_AFTER);
                    self.settle();
                }
            }
        }
    }

    fn settle(&mut self) {
        self.phase = Phase::Steady { rounds: 0 };
        self.set_size(self.wanted());
    }

    /// Tries twice the size, unless there is no more that the peer may have, or it would queue there for too long.
    fn probe(&mut self, before: f64) {
        let larger = (self.size * 2).min(self.ceiling);
        let queue = self.blocks_per_s() * BATCH_TIME.as_secs_f64();
        if larger == self.size || larger as f64 > queue {
            self.settle();
            return;
        }
        self.phase = Phase::Probing { before };
        self.set_size(larger);
    }

    fn blocks_per_s(&self) -> f64 {
        self.rate / f64::from(BLOCK_LENGTH)
    }

    fn wanted(&self) -> usize {
        let blocks_per_s = self.blocks_per_s();
        let delay = self.min_latency.unwrap_or_default().as_secs_f64();
        let by_delay = blocks_per_s * delay * DELAY_GAIN;
        let batch = self.batch.min(blocks_per_s * BATCH_TIME.as_secs_f64());
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

    /// A peer that answers what it has been asked for only every half second, then at once; the window and the bytes per
    /// second of the second half.
    fn pulsed(per_pulse: usize, seconds: u64, ceiling: usize) -> (usize, f64) {
        let start = Instant::now();
        let mut window = Window::new(start, 4, ceiling, u32::MAX);
        let mut waiting = vec![start; window.size()];
        let mut received = 0;
        for pulse in 1..=4 * seconds {
            let mut now = start + Duration::from_millis(500 * pulse);
            let answered = waiting.len().min(per_pulse);
            for asked in waiting.drain(..answered).collect::<Vec<_>>() {
                now += Duration::from_micros(160);
                window.on_block(now, BLOCK_LENGTH as usize, now - asked);
            }
            if pulse > 2 * seconds {
                received += answered;
            }
            while waiting.len() < window.size() {
                waiting.push(now);
            }
            // The first of them goes out at once, as to any peer that is idle.
            if pulse == 3 {
                window.on_block(now, BLOCK_LENGTH as usize, Duration::from_micros(200));
            }
        }
        (
            window.size(),
            received as f64 * f64::from(BLOCK_LENGTH) / seconds as f64,
        )
    }

    #[test]
    fn a_peer_that_answers_in_pulses_is_asked_for_whole_pulses() {
        // 20 MB/s, of which a batch of 64 would bring 2. What would gain less than a quarter is not sought.
        let (size, got) = pulsed(610, 30, 2000);
        assert!(got > 0.8 * 20e6, "{got}, {size}");
        assert!((512..=1024).contains(&size), "{size}");
        let (size, got) = pulsed(610, 30, 250);
        assert_eq!(size, 250);
        assert!(got > 0.9 * 8e6, "{got}");
    }

    #[test]
    fn a_peer_that_gives_no_more_is_asked_for_more_ever_more_rarely() {
        let start = Instant::now();
        let mut window = Window::new(start, 4, 2000, u32::MAX);
        let (mut now, mut tries, mut was_probing) = (start, 0, false);
        for _ in 0..1_000_000 {
            now += Duration::from_micros(160);
            window.on_block(now, BLOCK_LENGTH as usize, Duration::from_millis(5));
            let is_probing = matches!(window.phase, Phase::Probing { .. });
            tries += u32::from(is_probing && !was_probing);
            was_probing = is_probing;
            assert!(window.size() <= 256, "{}", window.size());
        }
        // After 2, 4, 8, 16, 32 and 64 seconds.
        assert!((5..=6).contains(&tries), "{tries}");
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
