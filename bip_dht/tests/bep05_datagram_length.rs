//! The longest datagram that the drivers read (BEP 5, "KRPC Protocol": one message is one datagram).
#![cfg(any(feature = "tokio", feature = "blocking"))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::time::Duration;

use bip_dht::{Body, DhtBuilder, MAX_DATAGRAM_LENGTH, MessageDecoder, Role};

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn alone() -> DhtBuilder {
    DhtBuilder::new()
        .without_routers()
        .without_v6()
        .bind_v4(LOOPBACK)
        .role(Role::Server)
}

/// A ping of exactly so many bytes, most of them in a key that nobody knows.
fn ping(transaction: &str, length: usize) -> Vec<u8> {
    let padded = |filler: usize| {
        let ballast = "x".repeat(filler);
        format!(
            "d1:ad2:id20:{}e1:p{filler}:{ballast}1:q4:ping1:t2:{transaction}1:y1:qe",
            "i".repeat(20)
        )
    };
    let fits = (0..=length)
        .rev()
        .map(padded)
        .find(|ping| ping.len() <= length);
    let ping = fits.unwrap().into_bytes();
    assert_eq!(ping.len(), length);
    ping
}

/// Sends a ping of the longest length, one that is a byte longer, and a short one, and returns to which answers come.
fn answered(node: SocketAddr) -> Vec<Vec<u8>> {
    let socket = UdpSocket::bind(LOOPBACK).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // Some systems send no more than 9 kB at once unless told.
    let buffer = socket2::SockRef::from(&socket).set_send_buffer_size(4 * MAX_DATAGRAM_LENGTH);
    buffer.unwrap();
    let pings = [
        ping("at", MAX_DATAGRAM_LENGTH),
        ping("up", MAX_DATAGRAM_LENGTH + 1),
        ping("go", 100),
    ];
    for ping in pings {
        assert_eq!(socket.send_to(&ping, node).unwrap(), ping.len());
    }
    let (mut decoder, mut buffer) = (MessageDecoder::new(), [0; 2048]);
    let mut answered: Vec<Vec<u8>> = Vec::new();
    while answered.last().is_none_or(|last| last != b"go") {
        let length = socket.recv(&mut buffer).expect("the last is answered");
        let message = decoder.decode(&buffer[..length]).unwrap();
        if matches!(message.body, Body::Response(_)) {
            answered.push(message.transaction.to_vec());
        }
    }
    answered
}

#[cfg(feature = "tokio")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_on_tokio_reads_what_is_as_long_as_may_be_and_nothing_longer() {
    let node = alone().start().unwrap();
    let address = node.local_addr_v4().unwrap();
    let answered = tokio::task::spawn_blocking(move || answered(address)).await;
    assert_eq!(answered.unwrap(), [b"at", b"go"]);
}

#[cfg(feature = "blocking")]
#[test]
fn the_node_on_threads_reads_what_is_as_long_as_may_be_and_nothing_longer() {
    let node = alone().start_blocking().unwrap();
    let answered = answered(node.local_addr_v4().unwrap());
    assert_eq!(answered, [b"at", b"go"]);
}
