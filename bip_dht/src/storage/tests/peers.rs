use std::collections::BTreeMap;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::family::Family;
use crate::limits::{MAX_KEY_SAMPLES, MAX_PEERS_PER_HOST, PEER_LIFETIME, SAMPLE_INTERVAL};

fn ports(store: &PeerStore, now: Instant, key: &Key) -> Vec<u16> {
    let mut ports: Vec<u16> = store
        .peers(now, key)
        .map(|peer| peer.address.port())
        .collect();
    ports.sort();
    ports
}

#[test]
fn a_peer_is_found_for_forty_five_minutes_after_its_last_announce() {
    let now = start();
    let mut store = PeerStore::new(now);
    store.announce(now, &OWN, key(1), peer(host(1), 1)).unwrap();
    let renewed = now + PEER_LIFETIME;
    assert_eq!(ports(&store, renewed, &key(1)), [1]);
    store
        .announce(renewed, &OWN, key(1), peer(host(1), 1))
        .unwrap();
    let end = renewed + PEER_LIFETIME;
    assert_eq!(ports(&store, end, &key(1)), [1]);
    assert!(ports(&store, end + SECOND, &key(1)).is_empty());
    store.expire(end + SECOND);
    assert_eq!((store.key_count(), store.peer_count()), (0, 0));
}

#[test]
fn an_emptied_store_takes_no_more_memory_than_a_new_one() {
    let now = start();
    let mut store = PeerStore::new(now);
    let empty = store.size_in_bytes();
    assert!(empty < 300, "{empty}");
    let mut rng = StdRng::seed_from_u64(1);
    for number in 0..500 {
        store
            .announce(now, &OWN, key(number), peer(host(number), 1))
            .unwrap();
    }
    store.sample_keys(now, &mut rng);
    assert!(store.size_in_bytes() > 50_000);
    store.expire(now + PEER_LIFETIME + SECOND);
    assert_eq!(store.size_in_bytes(), empty);
}

#[test]
fn each_family_is_answered_with_its_own_and_scrapes_count_both() {
    let now = start();
    let mut store = PeerStore::new(now);
    let mut rng = StdRng::seed_from_u64(1);
    let v6: IpAddr = "2001:db8::1".parse().unwrap();
    let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
    store.announce(now, &OWN, key(1), peer(mapped, 4)).unwrap();
    store.announce(now, &OWN, key(1), seed(v6, 6)).unwrap();
    let mut found = |family| {
        let mut peers = Vec::new();
        store.sample(
            now,
            &key(1),
            family,
            9,
            Prefer::Nobody,
            &mut rng,
            &mut peers,
        );
        peers
    };
    assert_eq!(found(Family::V4), ["192.0.2.7:4".parse().unwrap()]);
    assert_eq!(found(Family::V6), ["[2001:db8::1]:6".parse().unwrap()]);
    let all: Vec<bool> = store.peers(now, &key(1)).map(|peer| peer.is_seed).collect();
    assert_eq!(all, [false, true]);
    assert_eq!(store.peers(now, &key(2)).count(), 0);
}

#[test]
fn every_peer_is_as_likely_in_an_answer_as_any_other() {
    let now = start();
    let mut store = PeerStore::new(now);
    let mut rng = StdRng::seed_from_u64(6);
    for number in 1..=100 {
        store
            .announce(now, &OWN, key(1), peer(host(number), number as u16))
            .unwrap();
    }
    // An answer with room for 10 takes the first 10, however many were chosen.
    for count in [10, 99, 120] {
        let mut seen = [0; 101];
        let mut peers = Vec::new();
        for _ in 0..2000 {
            peers.clear();
            store.sample(
                now,
                &key(1),
                Family::V4,
                count,
                Prefer::Nobody,
                &mut rng,
                &mut peers,
            );
            assert_eq!(peers.len(), count.min(100));
            peers[..10]
                .iter()
                .for_each(|peer| seen[usize::from(peer.port())] += 1);
        }
        // 200 each is expected, with a standard deviation below 14.
        assert!(
            seen[1..].iter().all(|times| (140..260).contains(times)),
            "{count}: {seen:?}"
        );
    }
}

#[test]
fn who_wants_no_seeds_gets_them_only_where_others_are_too_few() {
    let now = start();
    let mut store = PeerStore::new(now);
    let mut rng = StdRng::seed_from_u64(6);
    for number in 1..=10 {
        let announced = if number <= 4 {
            peer(host(number), 1)
        } else {
            seed(host(number), 2)
        };
        store.announce(now, &OWN, key(1), announced).unwrap();
    }
    for (count, downloaders) in [(3, 3), (4, 4), (7, 4), (10, 4), (11, 4)] {
        let mut peers = Vec::new();
        store.sample(
            now,
            &key(1),
            Family::V4,
            count,
            Prefer::Downloaders,
            &mut rng,
            &mut peers,
        );
        assert_eq!(peers.len(), count.min(10));
        assert_eq!(
            peers.iter().filter(|peer| peer.port() == 1).count(),
            downloaders
        );
        // They come first, since an answer may be cut.
        assert!(peers[..downloaders].iter().all(|peer| peer.port() == 1));
    }
}

#[test]
fn a_downloader_that_becomes_a_seed_is_counted_once() {
    let now = start();
    let mut store = PeerStore::new(now);
    store.announce(now, &OWN, key(1), peer(host(1), 1)).unwrap();
    store.announce(now, &OWN, key(1), seed(host(1), 2)).unwrap();
    assert!(store.peers(now, &key(1)).all(|peer| peer.is_seed));
}

#[test]
fn up_to_twenty_keys_are_named_all_of_them() {
    let now = start();
    let mut store = PeerStore::new(now);
    let mut rng = StdRng::seed_from_u64(1);
    let empty = store.sample_keys(now, &mut rng);
    assert_eq!((empty.keys, empty.stored), (&[][..], 0));
    for number in 1..=MAX_KEY_SAMPLES as u32 {
        store
            .announce(now, &OWN, key(number), peer(host(number), 1))
            .unwrap();
        let sample = store.sample_keys(now, &mut rng);
        assert_eq!(
            (sample.keys.len(), sample.stored),
            (number as usize, number as usize)
        );
    }
}

#[test]
fn of_more_keys_the_same_are_named_until_the_interval_is_over() {
    let now = start();
    let mut store = PeerStore::new(now);
    let mut rng = StdRng::seed_from_u64(1);
    for number in 0..200 {
        store
            .announce(now, &OWN, key(number), peer(host(number), 1))
            .unwrap();
    }
    let mut at = |at: Instant| {
        let sample = store.sample_keys(at, &mut rng);
        assert_eq!((sample.keys.len(), sample.stored), (MAX_KEY_SAMPLES, 200));
        (sample.keys.to_vec(), sample.interval)
    };
    let (first, interval) = at(now);
    assert_eq!(interval, SAMPLE_INTERVAL);
    let (second, interval) = at(now + SAMPLE_INTERVAL - SECOND);
    assert_eq!((&second, interval), (&first, SECOND));
    let (third, interval) = at(now + SAMPLE_INTERVAL);
    assert!(third != first && interval == SAMPLE_INTERVAL);
    let mut distinct = third.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), MAX_KEY_SAMPLES);
}

/// The same rules without a thought of speed, for so few peers that no limit but the host's is met.
#[derive(Default)]
struct Model(BTreeMap<(Key, SocketAddr), (u64, bool)>);

impl Model {
    fn announce(&mut self, now: u64, key: Key, peer: StoredPeer) {
        let of_host = |other: &SocketAddr| other.ip() == peer.address.ip();
        for ((_, _), (_, is_seed)) in self
            .0
            .iter_mut()
            .filter(|((k, a), _)| *k == key && of_host(a))
        {
            *is_seed = peer.is_seed;
        }
        self.0.insert((key, peer.address), (now, peer.is_seed));
        let rivals = || self.0.iter().filter(|((k, a), _)| *k == key && of_host(a));
        if rivals().count() > MAX_PEERS_PER_HOST {
            let oldest = rivals()
                .min_by_key(|(_, (seen, _))| *seen)
                .map(|(name, _)| *name);
            self.0.remove(&oldest.unwrap());
        }
    }

    fn peers(&self, now: u64, key: Key) -> Vec<(SocketAddr, bool)> {
        let fresh = self
            .0
            .iter()
            .filter(|((k, _), (seen, _))| *k == key && now - seen <= PEER_LIFETIME.as_secs());
        fresh
            .map(|((_, address), (_, is_seed))| (*address, *is_seed))
            .collect()
    }
}

proptest! {
    #[test]
    fn the_store_agrees_with_a_plain_map(
        steps in proptest::collection::vec((1u64..400, 0u32..3, 0u32..5, 1u16..8, any::<bool>()), 1..200),
    ) {
        let start = start();
        let mut store = PeerStore::new(start);
        let mut model = Model::default();
        let mut passed = 0;
        for (wait, number, from, port, is_seed) in steps {
            passed += wait;
            let now = start + Duration::from_secs(passed);
            store.expire(now);
            model.0.retain(|_, (seen, _)| passed - *seen <= PEER_LIFETIME.as_secs());
            let announced = StoredPeer { is_seed, ..peer(host(from), port) };
            prop_assert!(store.accepts(&OWN, &key(number), host(from)));
            prop_assert_eq!(store.announce(now, &OWN, key(number), announced), Ok(()));
            model.announce(passed, key(number), announced);
            for number in 0..3 {
                let mut stored: Vec<_> =
                    store.peers(now, &key(number)).map(|peer| (peer.address, peer.is_seed)).collect();
                stored.sort();
                prop_assert_eq!(stored, model.peers(passed, key(number)));
            }
            prop_assert_eq!(store.peer_count(), model.0.len());
        }
    }
}
