use std::time::{Duration, Instant};

/// How often a progress event is told.
pub(super) const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);
/// Weight of the newest interval in the shown rates: a jump is seen within about two seconds.
const NEWEST: f64 = 0.25;

/// Smooths a growing count of bytes into a rate worth showing.
#[derive(Debug)]
pub(super) struct Rate {
    bytes: u64,
    at: Instant,
    bytes_per_s: f64,
}

impl Rate {
    pub(super) fn new(now: Instant) -> Rate {
        Rate {
            bytes: 0,
            at: now,
            bytes_per_s: 0.0,
        }
    }

    /// The count stands at `bytes` now; returns bytes per second.
    pub(super) fn update(&mut self, bytes: u64, now: Instant) -> u64 {
        let seconds = now.duration_since(self.at).as_secs_f64();
        if seconds > 0.0 {
            let newest = bytes.saturating_sub(self.bytes) as f64 / seconds;
            // The first figure stands for itself; smoothing it from zero would show a rate that never was.
            let weight = if self.bytes == 0 { 1.0 } else { NEWEST };
            self.bytes_per_s += (newest - self.bytes_per_s) * weight;
            (self.bytes, self.at) = (bytes, now);
        }
        self.bytes_per_s as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_shows_its_rate_at_once_and_goes_on_showing_it() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        for step in 1..=10_u64 {
            let now = start + PROGRESS_INTERVAL * step as u32;
            assert_eq!(rate.update(step * 1000, now), 4000);
        }
    }

    #[test]
    fn a_stream_that_ends_fades_to_nothing() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        let mut shown = rate.update(1_000_000, start + PROGRESS_INTERVAL);
        for step in 2..=80 {
            let next = rate.update(1_000_000, start + PROGRESS_INTERVAL * step);
            assert!(next <= shown);
            shown = next;
        }
        assert_eq!(shown, 0);
    }
}
