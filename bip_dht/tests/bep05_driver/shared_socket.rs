//! A socket that the node shares with another protocol.

use bip_dht::{Key, Testnet};

use super::{LOOPBACK, alone};

#[tokio::test]
async fn a_shared_socket_carries_the_other_protocol_both_ways() {
    let testnet = Testnet::start(10).await.unwrap();
    let (dht, mut shared) = testnet.builder().start_shared().unwrap();
    dht.ready().await.unwrap();
    let other = tokio::net::UdpSocket::bind(LOOPBACK).await.unwrap();
    let (ours, theirs) = (dht.local_addr_v4().unwrap(), other.local_addr().unwrap());
    assert_eq!(shared.local_addr_v4(), Some(ours));

    other.send_to(b"\x41uTP", ours).await.unwrap();
    other.send_to(b"", ours).await.unwrap();
    let (from, datagram) = shared.recv_from().await.unwrap();
    assert_eq!((from, &*datagram), (theirs, b"\x41uTP".as_slice()));
    assert_eq!(&*shared.recv_from().await.unwrap().1, b"");

    shared.send_to(b"\x21back", theirs).await.unwrap();
    let mut buffer = [0; 16];
    let (length, from) = other.recv_from(&mut buffer).await.unwrap();
    assert_eq!((&buffer[..length], from), (b"\x21back".as_slice(), ours));

    // The DHT goes on meanwhile, and its messages never come out.
    let key = Key::of_name("shared");
    dht.announce(key, 0).await.unwrap();
    let mut peers = testnet.nodes()[3].get_peers(key);
    assert_eq!(peers.next().await, Some(ours));
    dht.close().await;
    assert_eq!(shared.recv_from().await, None);
    assert_eq!(shared.dropped(), 0);
}

#[tokio::test]
async fn one_datagram_more_than_may_wait_is_dropped_and_counted() {
    let (dht, mut shared) = alone().start_shared().unwrap();
    let other = tokio::net::UdpSocket::bind(LOOPBACK).await.unwrap();
    let ours = dht.local_addr_v4().unwrap();
    // In portions, so that none is lost in the socket; the answer to a ping says that all before have been taken.
    for number in 0..=bip_dht::MAX_WAITING_DATAGRAMS {
        other.send_to(b"x", ours).await.unwrap();
        if number % 32 == 0 || number == bip_dht::MAX_WAITING_DATAGRAMS {
            let ping = b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe";
            other.send_to(ping, ours).await.unwrap();
            let mut buffer = [0; 512];
            loop {
                let length = other.recv(&mut buffer).await.unwrap();
                if buffer[..length].ends_with(b"1:y1:re") {
                    break;
                }
            }
        }
    }
    assert_eq!(shared.dropped(), 1);
    let mut taken = 0;
    dht.close().await;
    while shared.recv_from().await.is_some() {
        taken += 1;
    }
    assert_eq!(taken, bip_dht::MAX_WAITING_DATAGRAMS);
}
