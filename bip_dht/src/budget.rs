use std::net::IpAddr;
use std::time::Instant;

use crate::address::{is_local, network};
use crate::limits::{HOST_BUCKETS, NETWORK_BUCKETS};
use crate::security::siphash;

/// How many queries of others are answered: for each host, for each network and in all. What goes beyond stays
/// unanswered and costs nothing more. Nobody is banned, because whoever can forge a source address could have others
/// banned; a forger gets silence for the forged address, for as long as the flood lasts.
///
/// The memory is fixed, and taken when the first query comes. Each host and each network has two buckets, each out of
/// many and shared with whom the keyed hash happens to put there. It may spend while either is not full, and what it
/// spends is counted in both. So nobody gets more than the limit, and whoever keeps within it suffers only if both of
/// its buckets belong to somebody who floods: with 8 flooding hosts, one in 256.
#[derive(Debug)]
pub(crate) struct Budget {
    start: Instant,
    secret: [u64; 2],
    rates: BudgetRates,
    all: Bucket,
    /// Empty until the first query.
    buckets: Box<[Bucket]>,
}

/// The rates of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BudgetRates {
    /// For one IPv4 address or one IPv6 /64.
    pub(crate) host: Rate,
    /// For one IPv4 /24 or one IPv6 /56.
    pub(crate) network: Rate,
    /// For everybody together.
    pub(crate) all: Rate,
}

/// So many per second in the long run, and `burst` at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) per_second: u32,
    pub(crate) burst: u32,
}

/// What was spent and has not drained away yet, in thousandths, as of a millisecond since the start.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    level: u32,
    at: u32,
}

const ONE: u32 = 1000;

impl Budget {
    pub(crate) fn new(now: Instant, secret: [u64; 2], rates: BudgetRates) -> Budget {
        Budget {
            start: now,
            secret,
            rates,
            all: Bucket::default(),
            buckets: Box::default(),
        }
    }

    /// Whether a query from this address may be answered now; if so, it is counted. Hosts of local networks are bound
    /// by the rate for everybody only: many nodes may share an address there.
    pub(crate) fn spend(&mut self, now: Instant, ip: IpAddr) -> bool {
        let now = now.saturating_duration_since(self.start).as_millis() as u32;
        let BudgetRates { host, network, all } = self.rates;
        if !self.all.has_room(now, all) {
            return false;
        }
        if !is_local(ip) {
            if self.buckets.is_empty() {
                let count = 2 * (HOST_BUCKETS + NETWORK_BUCKETS);
                self.buckets = vec![Bucket::default(); count].into();
            }
            let hosts = self.places(ip, 32, 64, HOST_BUCKETS);
            let networks = self
                .places(ip, 24, 56, NETWORK_BUCKETS)
                .map(|at| at + 2 * HOST_BUCKETS);
            let has_room = |places: [usize; 2], rate| {
                let mut buckets = places.iter().filter_map(|at| self.buckets.get(*at));
                buckets.any(|bucket| bucket.has_room(now, rate))
            };
            if !has_room(hosts, host) || !has_room(networks, network) {
                return false;
            }
            for (places, rate) in [(hosts, host), (networks, network)] {
                for place in places {
                    self.buckets[place].fill(now, rate);
                }
            }
        }
        self.all.fill(now, all);
        true
    }

    /// The two buckets of a host or a network: one in each half of `2 * count`.
    fn places(&self, ip: IpAddr, bits_v4: u32, bits_v6: u32, count: usize) -> [usize; 2] {
        let name = network(ip, bits_v4, bits_v6).to_be_bytes();
        let hash = siphash(self.secret, &name);
        let place = |hash: u64| hash as usize % count;
        [place(hash & 0xffff_ffff), count + place(hash >> 32)]
    }

    /// The heap and the budget itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of::<Budget>() + size_of_val(&*self.buckets)
    }
}

impl Default for BudgetRates {
    /// Far above what an honest node asks of one other: a lookup asks each node once or twice.
    fn default() -> BudgetRates {
        let rate = |per_second, burst| Rate { per_second, burst };
        BudgetRates {
            host: rate(10, 50),
            network: rate(40, 200),
            all: rate(500, 2000),
        }
    }
}

impl Bucket {
    fn has_room(&self, now: u32, rate: Rate) -> bool {
        self.level_at(now, rate) + u64::from(ONE) <= u64::from(rate.burst) * u64::from(ONE)
    }

    /// Counts one; where there is no room, the bucket is full.
    fn fill(&mut self, now: u32, rate: Rate) {
        let most = u64::from(rate.burst) * u64::from(ONE);
        let level = (self.level_at(now, rate) + u64::from(ONE)).min(most);
        self.level = u32::try_from(level).unwrap_or(u32::MAX);
        self.at = now;
    }

    /// A rate per second drains as many thousandths in each millisecond.
    fn level_at(&self, now: u32, rate: Rate) -> u64 {
        let drained = u64::from(now.wrapping_sub(self.at)) * u64::from(rate.per_second);
        u64::from(self.level).saturating_sub(drained)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn start() -> Instant {
        #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
        Instant::now()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const WIDE: Rate = Rate {
        per_second: 1_000_000,
        burst: 1_000_000,
    };

    fn rates(host: Rate, network: Rate, all: Rate) -> BudgetRates {
        BudgetRates { host, network, all }
    }

    /// How many of `queries` at one moment from these addresses in turn are answered.
    fn answered(budget: &mut Budget, now: Instant, addresses: &[IpAddr], queries: usize) -> usize {
        let askers = addresses.iter().cycle().take(queries);
        askers.filter(|ip| budget.spend(now, **ip)).count()
    }

    #[test]
    fn a_host_gets_its_burst_and_one_past_it_nothing() {
        let now = start();
        let small = Rate {
            per_second: 2,
            burst: 5,
        };
        let mut budget = Budget::new(now, [1, 2], rates(small, WIDE, WIDE));
        let host = [ip("192.0.2.1")];
        assert_eq!(answered(&mut budget, now, &host, 6), 5);
        assert_eq!(
            answered(&mut budget, now + Duration::from_millis(499), &host, 1),
            0
        );
        assert_eq!(
            answered(&mut budget, now + Duration::from_millis(500), &host, 2),
            1
        );
        assert_eq!(
            answered(&mut budget, now + Duration::from_secs(60), &host, 6),
            5
        );
    }

    #[test]
    fn the_addresses_of_a_network_share_its_burst() {
        let now = start();
        let small = Rate {
            per_second: 1,
            burst: 7,
        };
        for addresses in [
            ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
            ["2001:db8:0:100::", "2001:db8:0:101::1", "2001:db8:0:1ff::1"],
        ] {
            let mut budget = Budget::new(now, [1, 2], rates(WIDE, small, WIDE));
            assert_eq!(answered(&mut budget, now, &addresses.map(ip), 60), 7);
            assert_eq!(answered(&mut budget, now, &[ip("198.51.100.1")], 60), 7);
        }
    }

    #[test]
    fn all_share_the_burst_for_all_and_a_flooder_takes_only_its_own_part_of_it() {
        let now = start();
        let (host, all) = (
            Rate {
                per_second: 1,
                burst: 5,
            },
            Rate {
                per_second: 1,
                burst: 8,
            },
        );
        let mut budget = Budget::new(now, [1, 2], rates(host, WIDE, all));
        assert_eq!(answered(&mut budget, now, &[ip("192.0.2.1")], 1000), 5);
        assert_eq!(answered(&mut budget, now, &[ip("198.51.100.1")], 1000), 3);
    }

    #[test]
    fn local_hosts_share_only_the_burst_for_all() {
        let now = start();
        let none = Rate {
            per_second: 0,
            burst: 0,
        };
        let mut budget = Budget::new(
            now,
            [1, 2],
            rates(
                none,
                none,
                Rate {
                    per_second: 1,
                    burst: 9,
                },
            ),
        );
        assert_eq!(
            answered(&mut budget, now, &[ip("127.0.0.1"), ip("10.0.0.1")], 60),
            9
        );
        assert_eq!(budget.size_in_bytes(), size_of::<Budget>());
    }

    #[test]
    fn the_memory_is_small_and_fixed() {
        let now = start();
        let mut budget = Budget::new(now, [1, 2], BudgetRates::default());
        assert!(budget.size_in_bytes() <= 100);
        for number in 0..10_000u32 {
            budget.spend(
                now,
                IpAddr::from(number.wrapping_mul(0x9e37_79b9).to_be_bytes()),
            );
        }
        assert_eq!(budget.size_in_bytes() - size_of::<Budget>(), 2 * 192 * 8);
    }

    #[test]
    fn who_keeps_within_the_limit_is_answered_while_eight_hosts_flood() {
        let now = start();
        let mut budget = Budget::new(
            now,
            [7, 8],
            rates(
                Rate {
                    per_second: 1,
                    burst: 5,
                },
                WIDE,
                WIDE,
            ),
        );
        for flooder in 0..8u8 {
            assert!(answered(&mut budget, now, &[ip(&format!("203.0.{flooder}.1"))], 1000) <= 5);
        }
        let honest = (0..100u8).filter(|number| {
            let mut fresh = Budget {
                buckets: budget.buckets.clone(),
                ..Budget::new(now, [7, 8], budget.rates)
            };
            fresh.spend(now, ip(&format!("11.{number}.0.1")))
        });
        assert!(honest.count() >= 97);
    }

    /// An exact token bucket with a place for everybody.
    #[derive(Default)]
    struct Exact(HashMap<u64, (i128, i128)>);

    impl Exact {
        fn level(&mut self, name: u64, now: i128, rate: Rate) -> &mut (i128, i128) {
            let entry = self.0.entry(name).or_insert((0, now));
            entry.0 = (entry.0 - (now - entry.1) * i128::from(rate.per_second)).max(0);
            entry.1 = now;
            entry
        }

        fn has_room(&mut self, name: u64, now: i128, rate: Rate) -> bool {
            self.level(name, now, rate).0 + 1000 <= i128::from(rate.burst) * 1000
        }
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_from_an_exact_bucket_and_one_alone_gets_the_same(
            secret in any::<[u64; 2]>(),
            steps in proptest::collection::vec((0u64..700, 0u8..40, 0u8..3), 1..400),
            hosts in 1u8..40,
        ) {
            let now = start();
            let host = Rate { per_second: 3, burst: 4 };
            let network = Rate { per_second: 5, burst: 9 };
            let all = Rate { per_second: 20, burst: 30 };
            let mut budget = Budget::new(now, secret, rates(host, network, all));
            let mut exact = Exact::default();
            let mut passed = 0;
            for (wait, number, other) in steps {
                passed += wait;
                let number = number % hosts;
                let ip = match hosts {
                    1 => IpAddr::from([11, 0, 0, 1]),
                    _ => IpAddr::from([11, 0, number, other]),
                };
                let spent = budget.spend(now + Duration::from_millis(passed), ip);
                let rates = [(network_of(ip, 32), host), (network_of(ip, 24), network), (0, all)];
                let at = i128::from(passed);
                let allowed = rates.iter().all(|(name, rate)| exact.has_room(*name, at, *rate));
                prop_assert!(allowed || !spent);
                prop_assert!(hosts > 1 || allowed == spent);
                if spent {
                    rates.iter().for_each(|(name, rate)| exact.level(*name, at, *rate).0 += 1000);
                }
            }
        }
    }

    fn network_of(ip: IpAddr, bits: u32) -> u64 {
        network(ip, bits, 64) | u64::from(bits) << 50
    }
}
