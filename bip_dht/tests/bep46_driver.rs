//! What somebody publishes, followed over real sockets on loopback (BEP 46).
#![cfg(all(feature = "tokio", feature = "ed25519"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stopped_clock;

use std::time::Duration;

use bip_dht::{BeginError, DhtError, ItemError, Key, SecretKey, Testnet, TorrentPointer};
use stopped_clock::StoppedClock;

const EVERY: Duration = Duration::from_secs(5 * 60);

fn owner() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn torrent(name: &str) -> TorrentPointer {
    TorrentPointer {
        info_hash: Key::of_name(name),
    }
}

#[tokio::test]
async fn who_follows_hears_of_each_torrent_once() {
    let testnet = Testnet::start(10).await.unwrap();
    let clock = StoppedClock::new();
    let [publisher, follower, ..] = testnet.nodes() else {
        unreachable!()
    };
    let address = publisher.local_addr_v4().unwrap();
    let key = *owner().public_key();
    let mut updates = follower.follow(key, b"", EVERY).unwrap();
    for (seq, name) in [(1, "first"), (2, "second")] {
        let torrent = torrent(name);
        publisher.publish(&owner(), b"", torrent).await.unwrap();
        clock.pass(EVERY * 2, follower, address).await;
        let update = updates.next().await.unwrap();
        assert_eq!((update.seq, update.torrent), (seq, Some(torrent)));
    }
    // Of several that came meanwhile the newest waits; and one that points to no torrent is told of as such.
    publisher
        .publish(&owner(), b"", torrent("third"))
        .await
        .unwrap();
    clock.pass(EVERY * 2, follower, address).await;
    publisher
        .put_mutable(&owner(), b"", |_| b"i1e".to_vec())
        .await
        .unwrap();
    clock.pass(EVERY * 2, follower, address).await;
    let update = updates.next().await.unwrap();
    assert_eq!((update.seq, update.torrent), (4, None));
    drop(updates);
    assert_eq!(follower.stats().leases, 0);
}

#[tokio::test]
async fn who_comes_later_hears_of_the_current_torrent_at_once() {
    let testnet = Testnet::start(10).await.unwrap();
    let [publisher, follower, ..] = testnet.nodes() else {
        unreachable!()
    };
    let torrent = torrent("current");
    publisher.publish(&owner(), b"salt", torrent).await.unwrap();
    let key = *owner().public_key();
    let mut updates = follower.follow(key, b"salt", EVERY).unwrap();
    assert_eq!(updates.next().await.unwrap().torrent, Some(torrent));
    testnet.close().await;
    assert_eq!(updates.next().await, None);
}

#[tokio::test]
async fn a_salt_that_no_item_has_cannot_be_followed() {
    let testnet = Testnet::start(2).await.unwrap();
    let key = *owner().public_key();
    assert!(testnet.nodes()[0].follow(key, &[1; 64], EVERY).is_ok());
    let followed = testnet.nodes()[0].follow(key, &[1; 65], EVERY);
    let error = BeginError::Item(ItemError::SaltTooLong { length: 65 });
    assert_eq!(followed.unwrap_err(), DhtError::Begin(error));
}
