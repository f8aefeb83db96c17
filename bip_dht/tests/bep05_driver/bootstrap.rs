//! How a node finds the network, by addresses and by names, and what waits for that.

use std::net::UdpSocket;

use bip_dht::{DhtError, Key, NodeEvent, OperationError, Status, Testnet};

use super::{LOOPBACK, alone, peer};

#[tokio::test]
async fn what_is_asked_at_once_waits_for_the_network() {
    let testnet = Testnet::start(10).await.unwrap();
    let key = Key::of_name("at once");
    let announced = testnet.builder().start().unwrap().announce(key, 4000).await;
    assert!(announced.unwrap().stored >= 1);
    let dht = testnet.builder().start().unwrap();
    assert_eq!(dht.get_peers(key).next().await, Some(peer(4000)));
    // By name, too, which takes its time until it is resolved.
    let port = testnet.nodes()[0].local_addr_v4().unwrap().port();
    let dht = alone().bootstrap([format!("localhost:{port}")]).start();
    assert_eq!(dht.unwrap().get_peers(key).next().await, Some(peer(4000)));
}

#[tokio::test]
async fn what_waits_hears_that_there_is_no_network() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().bootstrap([silent.local_addr().unwrap()]).start();
    let got = dht.unwrap().get(Key::of_name("nobody")).await.unwrap_err();
    let error = OperationError::NotBootstrapped { asked: 1 };
    assert_eq!(got.operation(), Some(&error));
    let nameless = alone().bootstrap(["no port at all"]).start().unwrap();
    let got = nameless.get(Key::of_name("nobody")).await.unwrap_err();
    assert_eq!(got.operation(), Some(&OperationError::NoNodes));
}

#[tokio::test]
async fn who_does_not_wait_for_the_network_any_more_leaves_nothing_behind() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().bootstrap([silent.local_addr().unwrap()]).start();
    let dht = dht.unwrap();
    let waiting = dht.get_peers(Key::of_name("waiting"));
    assert_eq!(dht.stats().operations, 1);
    drop(waiting);
    assert_eq!(dht.stats().operations, 0);
}

#[tokio::test]
async fn a_node_that_knows_nobody_says_so() {
    let dht = alone().start().unwrap();
    let report = dht.get_peers(Key::of_name("nobody")).report().await;
    let Err(DhtError::Operation { error, .. }) = report else {
        panic!("{report:?}");
    };
    assert_eq!(error, OperationError::NoNodes);
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_told_of() {
    let dht = alone().bootstrap(["no port at all"]).start().unwrap();
    let mut events = dht.events();
    loop {
        match events.next().await.unwrap() {
            NodeEvent::Unresolved { name, .. } => {
                assert_eq!(name, "no port at all");
                return;
            }
            other => assert!(matches!(other, NodeEvent::Status(_)), "{other:?}"),
        }
    }
}

#[tokio::test]
async fn names_are_resolved_and_lead_into_the_network() {
    let testnet = Testnet::start(10).await.unwrap();
    let port = testnet.nodes()[0].local_addr_v4().unwrap().port();
    let dht = alone()
        .bootstrap([format!("localhost:{port}")])
        .start()
        .unwrap();
    let mut events = dht.events();
    dht.ready().await.unwrap();
    let ready = |event: &NodeEvent| matches!(event, NodeEvent::Status(Status::Ready { .. }));
    while !ready(&events.next().await.unwrap()) {}
}
