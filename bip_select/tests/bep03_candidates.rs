//! Which addresses are dialled and how often again (BEP 3 leaves it to the client), under a virtual clock.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_select::{
    Candidates, CandidatesConfig, MAX_BANNED_ADDRESSES, MAX_OWN_ADDRESSES, Refusal, Source,
};

const SECOND: Duration = Duration::from_secs(1);

/// The test's own zero of time.
#[expect(
    clippy::disallowed_methods,
    reason = "an arbitrary start; only differences matter"
)]
fn start() -> Instant {
    Instant::now()
}

fn pool(config: CandidatesConfig) -> Candidates {
    Candidates::new(config, [5; 32])
}

fn address(number: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, (number >> 8) as u8, number as u8], 6881))
}

#[test]
fn an_address_is_given_out_once_until_it_is_told_of() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default());
    assert_eq!(pool.add(address(1), Source::Tracker), Ok(()));
    assert_eq!(pool.add(address(1), Source::Dht), Err(Refusal::Known));
    assert_eq!(pool.next(now), Some(address(1)));
    assert_eq!(pool.next(now), None);
    pool.on_connected(now, address(1));
    assert_eq!(
        (pool.next(now), pool.dialing_count(), pool.connected_count()),
        (None, 0, 1)
    );
}

#[test]
fn the_wait_doubles_with_each_failure_up_to_its_limit() {
    let mut now = start();
    let config = CandidatesConfig::default().max_backoff(60 * SECOND);
    let mut pool = pool(config);
    pool.add(address(1), Source::Dht).unwrap();
    for wait in [5, 10, 20, 40, 60, 60] {
        assert_eq!(pool.next(now), Some(address(1)));
        pool.on_failed(now, address(1));
        assert_eq!(pool.poll_timeout(), Some(now + wait * SECOND));
        assert_eq!(pool.next(now + wait * SECOND - SECOND / 1_000), None);
        now += wait * SECOND;
    }
}

#[test]
fn a_settled_connection_makes_up_for_failures_and_a_short_one_is_a_failure() {
    let mut now = start();
    let mut pool = pool(CandidatesConfig::default());
    pool.add(address(1), Source::Dht).unwrap();
    for (lasted, wait) in [(59, 5), (59, 10), (60, 5), (0, 5)] {
        assert_eq!(pool.next(now), Some(address(1)));
        pool.on_connected(now, address(1));
        now += lasted * SECOND;
        pool.on_gone(now, address(1));
        assert_eq!(pool.poll_timeout(), Some(now + wait * SECOND));
        now += wait * SECOND;
    }
}

#[test]
fn who_dialled_us_is_not_dialled_and_forgotten_when_it_leaves() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default());
    pool.on_connected(now, address(1));
    assert_eq!(pool.add(address(1), Source::Incoming), Err(Refusal::Known));
    assert_eq!(pool.next(now), None);
    pool.on_gone(now, address(1));
    assert!(pool.is_empty());
}

#[test]
fn the_user_goes_first_and_failures_last() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default());
    pool.add(address(1), Source::User).unwrap();
    assert_eq!(pool.next(now), Some(address(1)));
    pool.on_failed(now, address(1));
    let later = now + 5 * SECOND;
    for (number, source) in [(2, Source::Dht), (3, Source::Local), (4, Source::User)] {
        pool.add(address(number), source).unwrap();
    }
    let order: Vec<SocketAddr> = std::iter::from_fn(|| pool.next(later)).collect();
    assert_eq!(order, [4, 3, 2, 1].map(address));
}

#[test]
fn no_more_are_dialled_or_connected_than_allowed() {
    let now = start();
    let config = CandidatesConfig::default().max_dialing(2).max_connected(3);
    let mut pool = pool(config);
    for number in 0..9 {
        pool.add(address(number), Source::Pex).unwrap();
    }
    let first = pool.next(now).unwrap();
    let second = pool.next(now).unwrap();
    assert_eq!(pool.next(now), None, "two are being dialled");
    pool.on_connected(now, first);
    pool.on_connected(now, second);
    pool.next(now).unwrap();
    assert_eq!(
        (pool.next(now), pool.poll_timeout()),
        (None, None),
        "three in use"
    );
}

#[test]
fn a_banned_host_is_gone_on_every_port() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default());
    let other_port = SocketAddr::new(address(1).ip(), 7_000);
    pool.add(address(1), Source::Pex).unwrap();
    pool.on_connected(now, other_port);
    pool.ban(address(1).ip());
    assert!(pool.is_empty() && pool.is_banned(address(1).ip()));
    assert_eq!(pool.connected_count(), 0);
    assert_eq!(pool.add(other_port, Source::Tracker), Err(Refusal::Banned));
    let mapped: SocketAddr = "[::ffff:10.0.0.1]:9".parse().unwrap();
    assert_eq!(pool.add(mapped, Source::Tracker), Err(Refusal::Banned));
}

#[test]
fn bans_are_bounded_and_the_oldest_ends() {
    let mut pool = pool(CandidatesConfig::default());
    for number in 0..=MAX_BANNED_ADDRESSES as u16 {
        pool.ban(address(number).ip());
        assert!(number as usize == MAX_BANNED_ADDRESSES || pool.is_banned(address(0).ip()));
    }
    assert!(!pool.is_banned(address(0).ip()) && pool.is_banned(address(1).ip()));
}

#[test]
fn our_own_address_is_never_dialled_again() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default());
    pool.add(address(1), Source::Tracker).unwrap();
    assert_eq!(pool.next(now), Some(address(1)));
    pool.on_own(address(1));
    assert_eq!(pool.dialing_count(), 0);
    assert_eq!(pool.add(address(1), Source::Tracker), Err(Refusal::Own));
    for number in 2..=MAX_OWN_ADDRESSES as u16 {
        pool.on_own(address(number));
    }
    assert_eq!(
        pool.add(address(1), Source::Tracker),
        Err(Refusal::Own),
        "at the limit"
    );
    pool.on_own(address(MAX_OWN_ADDRESSES as u16 + 1));
    assert_eq!(pool.add(address(1), Source::Tracker), Ok(()), "one past it");
}

#[test]
fn what_cannot_be_dialled_is_refused() {
    let mut pool = pool(CandidatesConfig::default());
    for text in [
        "10.0.0.1:0",
        "0.0.0.0:1",
        "224.0.0.1:1",
        "255.255.255.255:1",
        "[::]:1",
        "[ff02::1]:1",
    ] {
        let refused = pool.add(text.parse().unwrap(), Source::User);
        assert_eq!(refused, Err(Refusal::NotDialable), "{text}");
    }
}

#[test]
fn a_full_pool_lets_the_worst_go_for_a_better_one() {
    let now = start();
    let mut pool = pool(CandidatesConfig::default().capacity(3));
    for number in 0..3 {
        pool.add(address(number), Source::Dht).unwrap();
    }
    assert_eq!(pool.add(address(3), Source::Dht), Err(Refusal::Full));
    let failed = pool.next(now).unwrap();
    pool.on_failed(now, failed);
    assert_eq!(pool.add(address(4), Source::Resume), Ok(()));
    assert_eq!(pool.len(), 3);
    assert_eq!(
        pool.add(failed, Source::Dht),
        Ok(()),
        "it had given way, and now the worse source does"
    );
    for number in 5..8 {
        assert_eq!(pool.add(address(number), Source::User), Ok(()));
    }
    assert_eq!(pool.add(address(9), Source::User), Err(Refusal::Full));
}

#[test]
fn the_same_seed_dials_in_the_same_order_and_another_in_another() {
    let order = |seed| {
        let mut pool = Candidates::new(CandidatesConfig::default(), [seed; 32]);
        for number in 0..20 {
            pool.add(address(number), Source::Tracker).unwrap();
        }
        std::iter::from_fn(|| pool.next(start())).collect::<Vec<_>>()
    };
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
}
