use std::time::Duration;

use super::random::Random;

/// How nodes come and go: each stays for a session drawn from a Weibull distribution, and its place is taken at once.
///
/// Default: median session 1 hour, shape 0.5 (many short sessions, few long ones, as measured), half of the nodes that go
/// come back within 30 minutes with what they had saved, and half of those at another address. The rest crash, and a
/// stranger takes their place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Churn {
    median: Duration,
    shape: f64,
    returning: f64,
    moving: f64,
    longest_absence: Duration,
}

impl Default for Churn {
    fn default() -> Self {
        Churn {
            median: Duration::from_secs(3600),
            shape: 0.5,
            returning: 0.5,
            moving: 0.5,
            longest_absence: Duration::from_secs(1800),
        }
    }
}

impl Churn {
    /// Sets the median of the sessions.
    #[must_use]
    pub fn median_session(mut self, median: Duration) -> Churn {
        self.median = median;
        self
    }

    /// Sets the Weibull distribution's shape: below 1, who has stayed long will stay longer.
    #[must_use]
    pub fn shape(mut self, shape: f64) -> Churn {
        self.shape = shape.clamp(0.1, 10.0);
        self
    }

    /// Sets which part of the nodes comes back after a while, 0 to 1; the others crash.
    #[must_use]
    pub fn returning(mut self, part: f64) -> Churn {
        self.returning = part.clamp(0.0, 1.0);
        self
    }

    /// Sets which part of those that come back does so at another address, 0 to 1.
    #[must_use]
    pub fn moving(mut self, part: f64) -> Churn {
        self.moving = part.clamp(0.0, 1.0);
        self
    }

    /// Sets within what time those that come back do.
    #[must_use]
    pub fn longest_absence(mut self, longest: Duration) -> Churn {
        self.longest_absence = longest;
        self
    }

    pub(super) fn session(&self, random: &mut Random) -> Duration {
        let scale = self.median.as_secs_f64() / std::f64::consts::LN_2.powf(1.0 / self.shape);
        let drawn = (-(1.0 - random.unit()).ln()).powf(1.0 / self.shape);
        // A year is for ever here, and no overflow.
        Duration::from_secs_f64((scale * drawn).clamp(0.001, 31_536_000.0))
    }

    pub(super) fn returns(&self, random: &mut Random) -> bool {
        random.chance(self.returning)
    }

    pub(super) fn moves(&self, random: &mut Random) -> bool {
        random.chance(self.moving)
    }

    pub(super) fn absence(&self, random: &mut Random) -> Duration {
        self.longest_absence.mul_f64(random.unit())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Churn, Random};

    #[test]
    fn half_of_the_sessions_are_shorter_than_the_median_and_some_far_longer() {
        let mut random = Random::new(8);
        let churn = Churn::default();
        let mut sessions: Vec<Duration> = (0..10_000).map(|_| churn.session(&mut random)).collect();
        sessions.sort();
        let median = sessions[5000].as_secs_f64();
        assert!((3300.0..3900.0).contains(&median), "median {median}");
        assert!(sessions[9500] > 15 * sessions[5000]);
    }
}
