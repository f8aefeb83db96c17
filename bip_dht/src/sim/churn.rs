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

    /// How far the sessions' distribution is from 1 - exp(-(t / scale)^shape), anywhere (Kolmogorov's distance).
    fn distance_from_formula(median_s: f64, shape: f64, seed: u64) -> f64 {
        let mut random = Random::new(seed);
        let churn = Churn::default()
            .median_session(Duration::from_secs_f64(median_s))
            .shape(shape);
        let mut sessions: Vec<f64> = (0..10_000)
            .map(|_| churn.session(&mut random).as_secs_f64())
            .collect();
        sessions.sort_by(f64::total_cmp);
        let formula = |session: f64| 1.0 - 0.5f64.powf((session / median_s).powf(shape));
        let gaps = (1..).zip(&sessions).map(|(rank, session)| {
            let part = f64::from(rank) / sessions.len() as f64;
            (part - formula(*session)).abs()
        });
        gaps.fold(0.0, f64::max)
    }

    #[test]
    fn sessions_follow_the_weibull_distribution_of_every_median_and_shape() {
        for (seed, (median_s, shape)) in
            (8..).zip([(3600.0, 0.5), (60.0, 0.7), (7200.0, 1.0), (600.0, 2.5)])
        {
            let distance = distance_from_formula(median_s, shape, seed);
            // By chance more than 0.0195 comes in one of a thousand samples of this size.
            assert!(
                distance < 0.0195,
                "{distance} of {median_s} s, shape {shape}, seed {seed}"
            );
        }
    }

    #[test]
    fn as_many_return_and_move_as_told_within_the_longest_absence() {
        let mut random = Random::new(9);
        let longest = Duration::from_secs(600);
        let churn = Churn::default()
            .returning(0.3)
            .moving(0.8)
            .longest_absence(longest);
        let of = |draws: [bool; 4000]| draws.iter().filter(|draw| **draw).count();
        let returning = of(std::array::from_fn(|_| churn.returns(&mut random)));
        let moving = of(std::array::from_fn(|_| churn.moves(&mut random)));
        assert!(returning.abs_diff(1200) < 120 && moving.abs_diff(3200) < 120);
        let absences: Vec<Duration> = (0..4000).map(|_| churn.absence(&mut random)).collect();
        assert!(absences.iter().all(|absence| *absence < longest));
        let mean = absences.iter().sum::<Duration>() / 4000;
        assert!(
            mean.abs_diff(longest / 2) < Duration::from_secs(12),
            "{mean:?}"
        );
    }
}
