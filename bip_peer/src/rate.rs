use std::time::{Duration, Instant};

/// Over how long a time a rate is averaged.
const SPAN: Duration = Duration::from_secs(3);
/// Bytes are gathered for so long before they are reckoned in: most calls are an addition.
const STEP: Duration = Duration::from_millis(50);

/// A rate in bytes per second, fading exponentially.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    started: Instant,
    reckoned: Instant,
    faded: f64,
    gathered: u64,
}

impl Meter {
    pub(crate) fn new(now: Instant) -> Meter {
        Meter {
            started: now,
            reckoned: now,
            faded: 0.0,
            gathered: 0,
        }
    }

    pub(crate) fn add(&mut self, now: Instant, bytes: usize) {
        if now.saturating_duration_since(self.reckoned) >= STEP {
            self.reckon(now);
        }
        self.gathered += bytes as u64;
    }

    pub(crate) fn bytes_per_s(mut self, now: Instant) -> u64 {
        self.reckon(now);
        // While the connection is younger than the span, the average goes over its age.
        let age = now
            .saturating_duration_since(self.started)
            .max(STEP)
            .as_secs_f64();
        let weight = 1.0 - (-age / SPAN.as_secs_f64()).exp();
        (self.faded / (SPAN.as_secs_f64() * weight)) as u64
    }

    fn reckon(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.reckoned);
        let fade = (-passed.as_secs_f64() / SPAN.as_secs_f64()).exp();
        self.faded = (self.faded + self.gathered as f64) * fade;
        self.gathered = 0;
        self.reckoned = now.max(self.reckoned);
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "a test needs some instant to begin with"
)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_flow_shows_its_rate_and_fades_when_it_ends() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        let mut now = start;
        for _ in 0..100 {
            now += Duration::from_millis(100);
            meter.add(now, 100_000);
        }
        let rate = meter.bytes_per_s(now);
        assert!((900_000..1_100_000).contains(&rate), "{rate}");
        assert!(meter.bytes_per_s(now + Duration::from_secs(30)) < 1000);
    }
}
