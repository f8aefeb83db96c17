//! Items, put and got over real sockets on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stopped_clock;

use std::time::Duration;

use bip_dht::{DhtError, Key, OperationError, Testnet};
use stopped_clock::StoppedClock;

#[tokio::test]
async fn what_one_node_puts_every_other_gets() {
    let testnet = Testnet::start(20).await.unwrap();
    let value = b"12:Hello World!";
    let stored = testnet.nodes()[0].put(value).await.unwrap();
    assert_eq!(stored.key, Key::of_name(value));
    assert!(stored.stored >= 1, "{stored:?}");
    for node in testnet.nodes() {
        assert_eq!(node.get(stored.key).await.unwrap(), value);
    }
}

#[tokio::test]
async fn what_is_republished_stays_until_it_is_dropped() {
    let testnet = Testnet::start(8).await.unwrap();
    let clock = StoppedClock::new();
    let [keeper, reader, ..] = testnet.nodes() else {
        unreachable!()
    };
    let address = reader.local_addr_v4().unwrap();
    let mut kept = keeper.republish(b"4:kept").unwrap();
    assert_eq!(kept.key(), Key::of_name(b"4:kept"));
    kept.renewal().await.unwrap().unwrap();
    // Longer than nodes keep what is put once.
    let hours = |count: u64| Duration::from_secs(count * 3600);
    clock.pass(hours(3), keeper, address).await;
    assert!(kept.renewal().await.unwrap().unwrap().stored >= 1);
    let key = kept.key();
    assert_eq!(reader.get(key).await.unwrap(), b"4:kept");
    drop(kept);
    assert_eq!(keeper.stats().leases, 0);
    clock.pass(hours(3), keeper, address).await;
    let got = reader.get(key).await.unwrap_err();
    assert_eq!(got.operation(), Some(&OperationError::NotFound));
}

#[tokio::test]
async fn whoever_waits_for_a_renewal_hears_that_the_node_is_closed() {
    let testnet = Testnet::start(2).await.unwrap();
    let mut kept = testnet.nodes()[0].republish(b"4:kept").unwrap();
    kept.renewal().await.unwrap().unwrap();
    testnet.close().await;
    assert_eq!(kept.renewal().await, Err(DhtError::Closed));
}

#[tokio::test]
async fn what_nobody_put_is_not_found() {
    let testnet = Testnet::start(10).await.unwrap();
    let got = testnet.nodes()[0].get(Key::of_name("nothing")).await;
    let Err(DhtError::Operation { error, .. }) = got else {
        panic!("{got:?}");
    };
    assert_eq!(error, OperationError::NotFound);
}

#[tokio::test]
async fn a_value_that_nobody_would_take_is_not_sent() {
    let testnet = Testnet::start(2).await.unwrap();
    let long = [b"997:".as_slice(), &[b'x'; 997]].concat();
    for value in [b"no bencode".as_slice(), &long] {
        let put = testnet.nodes()[0].put(value).await;
        assert!(matches!(put, Err(DhtError::Begin(_))), "{put:?}");
    }
    assert!(testnet.nodes()[0].put(&long[1..]).await.is_err());
}

#[cfg(feature = "ed25519")]
mod mutable {
    use std::time::Duration;

    use bip_dht::{MAX_CHANGES, MutableItem, SecretKey, Testnet};

    use super::StoppedClock;

    fn owner() -> SecretKey {
        SecretKey::from_seed(&[7; 32])
    }

    fn number(item: Option<&MutableItem>) -> u32 {
        let Some(item) = item else {
            return 0;
        };
        let digits = item.value().strip_prefix(b"i").unwrap();
        let digits = digits.strip_suffix(b"e").unwrap();
        std::str::from_utf8(digits).unwrap().parse().unwrap()
    }

    fn one_more(old: Option<&MutableItem>) -> Vec<u8> {
        format!("i{}e", number(old) + 1).into_bytes()
    }

    #[tokio::test]
    async fn each_change_is_made_to_the_version_before() {
        let testnet = Testnet::start(20).await.unwrap();
        for (expected, node) in (1..=3).zip(testnet.nodes()) {
            node.put_mutable(&owner(), b"count", one_more)
                .await
                .unwrap();
            let got = testnet.nodes()[9]
                .get_mutable(*owner().public_key(), b"count")
                .await
                .unwrap();
            assert_eq!((number(Some(&got)), got.seq()), (expected, expected.into()));
        }
    }

    /// Adds a line to a text. Who writes the same at the same time has written it once.
    fn add(line: &str) -> impl Fn(Option<&MutableItem>) -> Vec<u8> {
        move |old| {
            let text = old.map_or(String::new(), |old| {
                let value = std::str::from_utf8(old.value()).unwrap();
                value.split_once(':').unwrap().1.to_owned()
            });
            let text = text + line;
            format!("{}:{text}", text.len()).into_bytes()
        }
    }

    #[tokio::test]
    async fn writers_at_the_same_time_all_have_their_change() {
        let testnet = Testnet::start(20).await.unwrap();
        let owner = owner();
        let [one, two, three, ..] = testnet.nodes() else {
            unreachable!()
        };
        let (first, second, third) = tokio::join!(
            one.put_mutable(&owner, b"", add("one ")),
            two.put_mutable(&owner, b"", add("two ")),
            three.put_mutable(&owner, b"", add("three "))
        );
        for put in [first, second, third] {
            put.unwrap();
        }
        let got = one.get_mutable(*owner.public_key(), b"").await.unwrap();
        let value = std::str::from_utf8(got.value()).unwrap();
        let mut lines: Vec<_> = value
            .split_once(':')
            .unwrap()
            .1
            .split_terminator(' ')
            .collect();
        lines.sort();
        assert_eq!(lines, ["one", "three", "two"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_is_overtaken_each_time_gives_up() {
        let testnet = Testnet::start(10).await.unwrap();
        let owner = owner();
        let other = &testnet.nodes()[1];
        let runtime = tokio::runtime::Handle::current();
        let mut changes = 0;
        let put = testnet.nodes()[0]
            .put_mutable(&owner, b"", |_| {
                changes += 1;
                let overtake = other.put_mutable(&owner, b"", one_more);
                tokio::task::block_in_place(|| runtime.block_on(overtake)).unwrap();
                b"4:mine".to_vec()
            })
            .await;
        assert!(put.unwrap_err().operation().is_some());
        assert_eq!(changes, MAX_CHANGES);
    }

    #[tokio::test]
    async fn a_newer_version_is_kept_alive_in_place_of_the_one_that_was_given() {
        let testnet = Testnet::start(10).await.unwrap();
        let clock = StoppedClock::new();
        let [keeper, writer, ..] = testnet.nodes() else {
            unreachable!()
        };
        let first = MutableItem::sign(&owner(), b"kept", 1, b"i1e").unwrap();
        let mut kept = keeper.republish_mutable(first.clone()).unwrap();
        assert_eq!(kept.key(), first.target());
        let stored = kept.renewal().await.unwrap().unwrap();
        assert_eq!(stored.key, first.target());
        assert_eq!(kept.item(), Some(first));
        writer
            .put_mutable(&owner(), b"kept", one_more)
            .await
            .unwrap();
        let address = writer.local_addr_v4().unwrap();
        clock
            .pass(Duration::from_secs(67 * 60), keeper, address)
            .await;
        let newer = kept.item().unwrap();
        assert_eq!((newer.seq(), newer.value()), (2, b"i2e".as_slice()));
    }
}
