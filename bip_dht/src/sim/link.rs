use std::time::Duration;

use super::random::{Random, mix, normal};

/// How the network between the hosts behaves: how long datagrams travel, and which of them never arrive.
///
/// Every pair of hosts has a round trip of its own, drawn from a lognormal distribution, and every datagram a jitter.
/// Defaults: median 90 ms and spread 0.6 of the pairs' round trips, jitter 0.05, no loss, no duplication, 1472 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    median_ns: f64,
    spread: f64,
    jitter: f64,
    loss: f64,
    duplication: f64,
    mtu: usize,
}

impl Default for Link {
    fn default() -> Self {
        Link {
            median_ns: 90e6,
            spread: 0.6,
            jitter: 0.05,
            loss: 0.0,
            duplication: 0.0,
            mtu: 1472,
        }
    }
}

impl Link {
    /// Sets the median of the pairs' round trips.
    #[must_use]
    pub fn median_round_trip(mut self, median: Duration) -> Link {
        self.median_ns = median.as_nanos() as f64;
        self
    }

    /// Sets the standard deviation of the logarithm of the pairs' round trips; 0 gives all the same.
    #[must_use]
    pub fn spread(mut self, sigma: f64) -> Link {
        self.spread = sigma.clamp(0.0, 3.0);
        self
    }

    /// Sets the standard deviation of the logarithm of one pair's delays; it is what reorders datagrams.
    #[must_use]
    pub fn jitter(mut self, sigma: f64) -> Link {
        self.jitter = sigma.clamp(0.0, 3.0);
        self
    }

    /// Sets the part of all datagrams that is lost on the way, 0 to 1.
    #[must_use]
    pub fn loss(mut self, part: f64) -> Link {
        self.loss = part.clamp(0.0, 1.0);
        self
    }

    /// Sets the part of all datagrams that arrives twice, 0 to 1.
    #[must_use]
    pub fn duplication(mut self, part: f64) -> Link {
        self.duplication = part.clamp(0.0, 1.0);
        self
    }

    /// Sets how many bytes a datagram may carry; longer ones are lost.
    #[must_use]
    pub fn mtu(mut self, bytes: usize) -> Link {
        self.mtu = bytes;
        self
    }

    /// The round trip between two hosts, without jitter, the same both ways.
    pub(super) fn round_trip(&self, seed: u64, one: u32, other: u32) -> Duration {
        let (low, high) = (one.min(other), one.max(other));
        let pair = mix(seed ^ mix(u64::from(low) << 32 | u64::from(high)));
        Duration::from_nanos((self.median_ns * (self.spread * normal(pair)).exp()) as u64)
    }

    /// How long this datagram travels.
    pub(super) fn delay(&self, seed: u64, from: u32, to: u32, random: &mut Random) -> Duration {
        let jitter = match self.jitter {
            0.0 => 1.0,
            sigma => (sigma * random.normal()).exp(),
        };
        (self.round_trip(seed, from, to) / 2).mul_f64(jitter)
    }

    /// How many copies of a datagram arrive.
    pub(super) fn copies(&self, random: &mut Random) -> u32 {
        if random.chance(self.loss) {
            0
        } else {
            1 + u32::from(random.chance(self.duplication))
        }
    }

    pub(super) fn carries(&self, length: usize) -> bool {
        length <= self.mtu
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Link, Random};

    #[test]
    fn round_trips_are_lognormal_around_their_median_and_the_same_both_ways() {
        let link = Link::default();
        let mut trips: Vec<Duration> = (1..4001).map(|to| link.round_trip(9, 0, to)).collect();
        trips.sort();
        let at = |percent: usize| trips[percent * 40].as_secs_f64();
        assert!((at(50) - 0.090).abs() < 0.005, "median {}", at(50));
        // One standard deviation lies at the 84th percentile.
        assert!((at(84) / at(50) - 0.6f64.exp()).abs() < 0.1, "{}", at(84));
        assert_eq!(link.round_trip(9, 3, 8), link.round_trip(9, 8, 3));
        assert_ne!(link.round_trip(9, 3, 8), link.round_trip(10, 3, 8));
    }

    #[test]
    fn losses_and_repetitions_are_as_frequent_as_told() {
        let mut random = Random::new(4);
        let link = Link::default().loss(0.2).duplication(0.1);
        let copies: Vec<u32> = (0..10_000).map(|_| link.copies(&mut random)).collect();
        let of = |count: u32| copies.iter().filter(|copies| **copies == count).count();
        assert!(of(0).abs_diff(2000) < 150 && of(2).abs_diff(800) < 100);
        assert!(link.carries(1472) && !link.carries(1473));
    }
}
