//! The end of a node: closed, dropped, or gone with its runtime.

use std::net::UdpSocket;

use bip_dht::{DhtError, Key};

use super::{LOOPBACK, alone, peer};

#[tokio::test]
async fn all_that_waits_ends_when_the_node_is_closed_and_its_port_is_free() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().start().unwrap();
    dht.add_node(silent.local_addr().unwrap());
    let mut peers = dht.get_peers(Key::of_name("closed"));
    let mut room = dht.rendezvous(Key::of_name("closed"), 4000).unwrap();
    let mut events = dht.events();
    let clone = dht.clone();
    let waiting = tokio::spawn(async move { clone.ready().await });
    dht.close().await;
    assert_eq!(peers.next().await, None);
    assert_eq!(peers.report().await, Err(DhtError::Closed));
    assert_eq!(room.next().await, None);
    assert_eq!(room.renewal().await, Err(DhtError::Closed));
    assert_eq!(waiting.await.unwrap(), Err(DhtError::Closed));
    while events.next().await.is_some() {}
    assert_eq!(
        dht.announce(Key::of_name("closed"), 1).await,
        Err(DhtError::Closed)
    );
    UdpSocket::bind(dht.local_addr_v4().unwrap()).unwrap();
    dht.close().await;
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_task_and_frees_the_port() {
    let (dht, mut shared) = alone().start_shared().unwrap();
    let address = dht.local_addr_v4().unwrap();
    let clone = dht.clone();
    drop(dht);
    clone.add_node(peer(4000));
    drop(clone);
    assert_eq!(shared.recv_from().await, None);
    drop(shared);
    UdpSocket::bind(address).unwrap();
}

#[test]
fn who_waits_hears_of_it_when_the_runtime_goes() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let dht = first.block_on(async { alone().start().unwrap() });
    drop(first);
    assert_eq!(runtime().block_on(dht.ready()), Err(DhtError::Closed));
}
