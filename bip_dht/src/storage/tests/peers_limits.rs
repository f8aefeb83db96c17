use super::*;
use crate::limits::{
    MAX_KEYS, MAX_PEERS, MAX_PEERS_PER_HOST, MAX_PEERS_PER_KEY, MAX_PEERS_PER_LOOPBACK,
    MAX_PEERS_PER_NETWORK, MAX_STORED_PER_HOST, MAX_STORED_PER_NETWORK,
};

#[test]
fn of_98_peers_announced_from_one_address_the_last_four_are_kept() {
    let now = start();
    let mut store = PeerStore::new(now);
    store.announce(now, &OWN, key(1), peer(host(2), 7)).unwrap();
    for port in 1..=98u16 {
        let at = now + SECOND * port.into();
        assert!(store.accepts(&OWN, &key(1), host(1)));
        store
            .announce(at, &OWN, key(1), peer(host(1), port))
            .unwrap();
    }
    let mut ports: Vec<u16> = store
        .peers(now, &key(1))
        .map(|peer| peer.address.port())
        .collect();
    ports.sort();
    assert_eq!(ports, [7, 95, 96, 97, 98]);
    assert_eq!(ports.len() - 1, MAX_PEERS_PER_HOST);
}

#[test]
fn an_ipv6_network_of_a_customer_counts_as_one_address() {
    let now = start();
    let mut store = PeerStore::new(now);
    for number in 1..=98u16 {
        let ip = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 1, number, 0, 0, number);
        store
            .announce(now, &OWN, key(1), peer(ip.into(), 1))
            .unwrap();
    }
    assert_eq!(store.peer_count(), MAX_PEERS_PER_HOST);
}

#[test]
fn on_loopback_a_swarm_may_share_an_address() {
    let now = start();
    let mut store = PeerStore::new(now);
    let local: IpAddr = [127, 0, 0, 1].into();
    for port in 1..=MAX_PEERS_PER_LOOPBACK as u16 + 1 {
        store
            .announce(now, &OWN, key(1), peer(local, port))
            .unwrap();
    }
    assert_eq!(store.peer_count(), MAX_PEERS_PER_LOOPBACK);
}

#[test]
fn port_zero_and_addresses_of_nobody_are_refused() {
    let now = start();
    let mut store = PeerStore::new(now);
    for address in [
        "192.0.2.1:0",
        "[2001:db8::1]:0",
        "0.0.0.0:1",
        "255.255.255.255:1",
        "224.0.0.1:1",
        "[ff02::1]:1",
    ] {
        let address: SocketAddr = address.parse().unwrap();
        let refused = store.announce(now, &OWN, key(1), peer(address.ip(), address.port()));
        assert_eq!(refused, Err(AnnounceRefusal::Address), "{address}");
    }
    assert_eq!((store.key_count(), store.peer_count()), (0, 0));
}

#[test]
fn a_network_fills_its_part_of_a_key_and_no_more() {
    let now = start();
    let mut store = PeerStore::new(now);
    for number in 0..MAX_PEERS_PER_NETWORK as u8 {
        assert!(store.accepts(&OWN, &key(1), neighbour(number)));
        store
            .announce(now, &OWN, key(1), peer(neighbour(number), 1))
            .unwrap();
    }
    let one_past = neighbour(MAX_PEERS_PER_NETWORK as u8);
    assert!(!store.accepts(&OWN, &key(1), one_past));
    assert_eq!(
        store.announce(now, &OWN, key(1), peer(one_past, 1)),
        Err(AnnounceRefusal::Full)
    );
    // Who is there may renew itself and change its port; who comes from elsewhere is welcome.
    for ip in [neighbour(0), host(1)] {
        assert!(store.accepts(&OWN, &key(1), ip));
        store.announce(now, &OWN, key(1), peer(ip, 2)).unwrap();
    }
    assert_eq!(store.peer_count(), MAX_PEERS_PER_NETWORK + 1);
}

#[test]
fn a_full_key_takes_nobody_new_and_gives_no_token_for_it() {
    let now = start();
    let mut store = PeerStore::new(now);
    for number in 0..MAX_PEERS_PER_KEY as u32 {
        assert!(store.accepts(&OWN, &key(1), host(number)));
        store
            .announce(now, &OWN, key(1), peer(host(number), 1))
            .unwrap();
    }
    let one_past = host(MAX_PEERS_PER_KEY as u32);
    assert!(!store.accepts(&OWN, &key(1), one_past));
    assert_eq!(
        store.announce(now, &OWN, key(1), peer(one_past, 1)),
        Err(AnnounceRefusal::Full)
    );
    assert!(store.accepts(&OWN, &key(1), host(0)));
    store.announce(now, &OWN, key(1), peer(host(0), 2)).unwrap();
    assert!(store.accepts(&OWN, &key(2), one_past));
    assert_eq!(store.peer_count(), MAX_PEERS_PER_KEY);
}

#[test]
fn a_host_and_a_network_store_their_quota_over_all_keys() {
    let now = start();
    let mut store = PeerStore::new(now);
    for number in 0..MAX_STORED_PER_HOST {
        store
            .announce(now, &OWN, key(number), peer(neighbour(0), 1))
            .unwrap();
    }
    let refused = store.announce(now, &OWN, key(MAX_STORED_PER_HOST), peer(neighbour(0), 1));
    assert_eq!(refused, Err(AnnounceRefusal::Quota));
    assert!(!store.accepts(&OWN, &key(MAX_STORED_PER_HOST), neighbour(0)));
    for number in MAX_STORED_PER_HOST..MAX_STORED_PER_NETWORK {
        let neighbour = neighbour((number / MAX_STORED_PER_HOST) as u8);
        store
            .announce(
                now,
                &OWN,
                key(number % MAX_STORED_PER_HOST),
                peer(neighbour, 1),
            )
            .unwrap();
    }
    let refused = store.announce(now, &OWN, key(1999), peer(neighbour(99), 1));
    assert_eq!(refused, Err(AnnounceRefusal::Quota));
    // At its quota a host renews what it has, in place of a port of its own.
    for port in [1, 2] {
        assert!(store.accepts(&OWN, &key(0), neighbour(0)));
        store
            .announce(now + SECOND, &OWN, key(0), peer(neighbour(0), port))
            .unwrap();
    }
    assert_eq!(store.peer_count(), MAX_STORED_PER_NETWORK as usize);
    // What expires is free again.
    let later = now + crate::limits::PEER_LIFETIME + 2 * SECOND;
    store
        .announce(later, &OWN, key(1999), peer(neighbour(99), 1))
        .unwrap();
    assert_eq!(store.peer_count(), 1);
}

/// As many keys as there may be, at the even distances from our own id, each with a peer of a network of its own.
fn full_of_keys(now: Instant) -> PeerStore {
    let mut store = PeerStore::new(now);
    for number in 0..MAX_KEYS as u32 {
        assert!(store.accepts(&OWN, &key(2 * number), host(number)));
        store
            .announce(now, &OWN, key(2 * number), peer(host(number), 1))
            .unwrap();
    }
    store
}

#[test]
fn in_a_full_store_the_farthest_key_makes_room_for_a_nearer_one_only() {
    let now = start();
    let mut store = full_of_keys(now);
    let farthest = 2 * (MAX_KEYS as u32 - 1);
    let refused = store.announce(now, &OWN, key(farthest + 1), peer(host(5000), 1));
    assert_eq!(refused, Err(AnnounceRefusal::Full));
    assert!(!store.accepts(&OWN, &key(farthest + 1), host(5000)));
    assert!(store.accepts(&OWN, &key(farthest - 1), host(5000)));
    store
        .announce(now, &OWN, key(farthest - 1), peer(host(5000), 1))
        .unwrap();
    assert_eq!(
        (store.key_count(), store.peer_count()),
        (MAX_KEYS, MAX_KEYS)
    );
    assert_eq!(store.peers(now, &key(farthest)).count(), 0);
    // Keys that are there take more peers as before.
    store
        .announce(now, &OWN, key(0), peer(host(5001), 1))
        .unwrap();
}

#[test]
fn one_address_or_network_cannot_push_others_out_of_a_full_store() {
    let now = start();
    let mut store = full_of_keys(now);
    let stored = (0..250u8)
        .flat_map(|number| (0..MAX_STORED_PER_HOST).map(move |at| (number, at)))
        .filter(|(number, at)| {
            // Keys next to our own id, where nothing is nearer.
            let mut near = [0; 20];
            near[18] = *number;
            near[19] = *at as u8;
            store
                .announce(now, &OWN, Key::new(near), peer(neighbour(*number), 1))
                .is_ok()
        })
        .count();
    assert_eq!(stored, 2);
    let left = (0..MAX_KEYS as u32).filter(|number| store.peers(now, &key(2 * number)).count() > 0);
    assert!(left.count() >= MAX_KEYS - 2);
}

#[test]
fn there_are_no_more_peers_than_the_store_holds() {
    let now = start();
    let mut store = PeerStore::new(now);
    let per_key = 100;
    for number in 0..MAX_PEERS as u32 {
        store
            .announce(now, &OWN, key(number / per_key), peer(host(number), 1))
            .unwrap();
    }
    assert_eq!(store.peer_count(), MAX_PEERS);
    assert!(
        store.size_in_bytes() < 6_000_000,
        "{}",
        store.size_in_bytes()
    );
    let farthest = MAX_PEERS as u32 / per_key - 1;
    let refused = store.announce(now, &OWN, key(farthest), peer(host(60_000), 1));
    assert_eq!(refused, Err(AnnounceRefusal::Full));
    store
        .announce(now, &OWN, key(0), peer(host(60_000), 1))
        .unwrap();
    assert_eq!(store.peer_count(), MAX_PEERS - per_key as usize + 1);
}
