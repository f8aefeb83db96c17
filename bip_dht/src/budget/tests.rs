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

#[test]
fn what_is_owed_has_to_drain_before_anything_is_answered() {
    let now = start();
    let small = Rate {
        per_second: 1,
        burst: 5,
    };
    let host = [ip("192.0.2.1")];
    // The fifth query takes the last of the burst; what it costs more is owed.
    for (more, seconds) in [(0, 1), (1, 2), (4, 5)] {
        let mut budget = Budget::new(now, [1, 2], rates(small, WIDE, WIDE));
        assert_eq!(answered(&mut budget, now, &host, 5), 5);
        budget.charge(now, host[0], more);
        let due = now + Duration::from_secs(seconds);
        let early = due - Duration::from_millis(1);
        assert_eq!(answered(&mut budget, early, &host, 1), 0, "{more} owed");
        assert_eq!(answered(&mut budget, due, &host, 2), 1, "{more} owed");
    }
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
        steps in proptest::collection::vec((0u64..700, 0u8..40, 0u8..3, 0u32..5), 1..400),
        hosts in 1u8..40,
    ) {
        let now = start();
        let host = Rate { per_second: 3, burst: 4 };
        let network = Rate { per_second: 5, burst: 9 };
        let all = Rate { per_second: 20, burst: 30 };
        let mut budget = Budget::new(now, secret, rates(host, network, all));
        let mut exact = Exact::default();
        let mut passed = 0;
        for (wait, number, other, more) in steps {
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
                budget.charge(now + Duration::from_millis(passed), ip, more);
                for ((name, rate), count) in rates.iter().zip([1 + more, 1 + more, 1]) {
                    exact.level(*name, at, *rate).0 += 1000 * i128::from(count);
                }
            }
        }
    }
}

fn network_of(ip: IpAddr, bits: u32) -> u64 {
    network(ip, bits, 64) | u64::from(bits) << 50
}
