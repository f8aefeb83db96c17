//! Items, put and got over real sockets on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bip_dht::{DhtError, Key, OperationError, Testnet};

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
    use bip_dht::{
        DhtError, Key, MAX_CHANGES, MutableItem, OperationError, SecretKey, Testnet, TorrentPointer,
    };

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
    async fn who_follows_hears_of_the_current_torrent() {
        let testnet = Testnet::start(10).await.unwrap();
        let (publisher, follower) = (&testnet.nodes()[0], &testnet.nodes()[1]);
        let owner = owner();
        let followed = follower.follow(*owner.public_key(), b"").await;
        let error = followed.unwrap_err();
        assert_eq!(error.operation(), Some(&OperationError::NotFound));
        for name in ["first", "second"] {
            let torrent = TorrentPointer {
                info_hash: Key::of_name(name),
            };
            publisher.publish(&owner, b"", torrent).await.unwrap();
            let followed = follower.follow(*owner.public_key(), b"").await;
            assert_eq!(followed, Ok(torrent));
        }
        publisher
            .put_mutable(&owner, b"", |_| b"i1e".to_vec())
            .await
            .unwrap();
        let followed = follower.follow(*owner.public_key(), b"").await;
        assert_eq!(followed, Err(DhtError::NoTorrent));
    }
}
