//! BEP 5 over UDP: answers that stay within the bytes they are given.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

use std::net::SocketAddr;

use bip_dht::{
    Body, Family, MAX_ANSWER_LENGTH, Message, MessageDecoder, NodeId, NodeInfo, Nodes, Response,
    Samples, Values,
};
use proptest::prelude::*;

const ID: NodeId = NodeId::new([1; 20]);

fn nodes(family: Family) -> Vec<NodeInfo> {
    let ip = |n: u8| match family {
        Family::V4 => [192, 0, 2, n].into(),
        Family::V6 => [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n].into(),
    };
    let node = |n| NodeInfo {
        id: NodeId::new([n; 20]),
        address: SocketAddr::new(ip(n), 6881),
    };
    (1..=8).map(node).collect()
}

fn peers(count: usize) -> Vec<SocketAddr> {
    let port = |n: usize| u16::try_from(n % 65_535 + 1).unwrap();
    (0..count)
        .map(|n| SocketAddr::new([192, 0, 2, 7].into(), port(n)))
        .collect()
}

fn encoded(response: Response<'_>, room: usize) -> Vec<u8> {
    let mut out = b"before".to_vec();
    let mut message = Message::response(b"abcd", response);
    message.version = Some(b"bi\0\x14");
    message.ip = Some("192.0.2.1:6881".parse().unwrap());
    message.encode_within(room, &mut out);
    out.split_off(6)
}

fn decoded<R>(bytes: &[u8], look: impl FnOnce(Response<'_>) -> R) -> R {
    match MessageDecoder::new().decode(bytes).unwrap().body {
        Body::Response(response) => look(response),
        body => panic!("{body:?}"),
    }
}

#[test]
fn peers_are_cut_and_nodes_are_not() {
    let (v4, v6, peers) = (nodes(Family::V4), nodes(Family::V6), peers(1000));
    let mut response = Response::new(ID);
    response.nodes = Some(Nodes::new(Family::V4, &v4));
    response.nodes6 = Some(Nodes::new(Family::V6, &v6));
    response.token = Some(b"12345678");
    response.values = Some(Values::new(&peers));
    let bytes = encoded(response, MAX_ANSWER_LENGTH);
    assert!((MAX_ANSWER_LENGTH - 7..=MAX_ANSWER_LENGTH).contains(&bytes.len()));
    decoded(&bytes, |answer| {
        assert_eq!(
            (answer.nodes, answer.nodes6),
            (response.nodes, response.nodes6)
        );
        assert_eq!(answer.token, response.token);
        let kept: Vec<_> = answer.values.unwrap().iter().collect();
        assert_eq!(kept, peers[..kept.len()]);
        assert!(kept.len() > 60, "{}", kept.len());
    });
}

#[test]
fn samples_are_cut_to_whole_hashes() {
    let (v4, hashes) = (nodes(Family::V4), vec![7; 20 * 100]);
    let mut response = Response::new(ID);
    response.nodes = Some(Nodes::new(Family::V4, &v4));
    response.samples = Some(Samples::new(&hashes));
    response.sample_count = Some(100);
    response.interval_s = Some(21_600);
    let bytes = encoded(response, MAX_ANSWER_LENGTH);
    assert!((MAX_ANSWER_LENGTH - 40..=MAX_ANSWER_LENGTH).contains(&bytes.len()));
    decoded(&bytes, |answer| {
        assert_eq!(answer.nodes, response.nodes);
        assert_eq!(
            (answer.sample_count, answer.interval_s),
            (Some(100), Some(21_600))
        );
        assert!(answer.samples.unwrap().len() > 35);
    });
}

/// BEP 33, "New GET_PEERS semantics": both filters and the nodes of both families, in one datagram.
#[test]
fn filters_and_nodes_fit_together() {
    let (v4, v6, peers) = (nodes(Family::V4), nodes(Family::V6), peers(20));
    let mut response = Response::new(ID);
    response.nodes = Some(Nodes::new(Family::V4, &v4));
    response.nodes6 = Some(Nodes::new(Family::V6, &v6));
    response.token = Some(b"12345678");
    response.values = Some(Values::new(&peers));
    response.seeds = Some(&[1; 256]);
    response.downloaders = Some(&[2; 256]);
    let bytes = encoded(response, MAX_ANSWER_LENGTH);
    assert!(bytes.len() <= MAX_ANSWER_LENGTH);
    decoded(&bytes, |answer| {
        assert_eq!(
            (answer.nodes, answer.nodes6),
            (response.nodes, response.nodes6)
        );
        assert_eq!(
            (answer.seeds, answer.downloaders),
            (response.seeds, response.downloaders)
        );
    });
}

/// The item is whole or worth nothing; its nodes give way.
#[test]
fn the_largest_item_is_kept_and_its_farthest_nodes_go() {
    let (v4, v6) = (nodes(Family::V4), nodes(Family::V6));
    let value = [b"996:".as_slice(), &[7; 996]].concat();
    let mut response = Response::new(ID);
    response.nodes = Some(Nodes::new(Family::V4, &v4));
    response.nodes6 = Some(Nodes::new(Family::V6, &v6));
    response.token = Some(b"12345678");
    response.value = Some(&value);
    for (room, expect) in [(1650, 16), (1400, 9), (MAX_ANSWER_LENGTH, 2)] {
        let bytes = encoded(response, room);
        assert!(bytes.len() <= room, "{} in {room}", bytes.len());
        decoded(&bytes, |answer| {
            assert_eq!(answer.value, Some(&value[..]));
            assert_eq!(answer.all_nodes().count(), expect, "in {room}");
        });
    }
    response.public_key = Some(&[3; 32]);
    response.signature = Some(&[4; 64]);
    response.seq = Some(i64::MAX);
    let bytes = encoded(response, MAX_ANSWER_LENGTH);
    // What the largest mutable item of all takes, without nodes: still within one Ethernet frame.
    assert!((1200..=1250).contains(&bytes.len()), "{}", bytes.len());
    decoded(&bytes, |answer| {
        assert_eq!(answer.value, Some(&value[..]));
        assert_eq!(answer.all_nodes().count(), 0);
    });
}

#[test]
fn a_list_in_which_nothing_fits_is_left_out() {
    let peers = peers(3);
    let mut response = Response::new(ID);
    response.values = Some(Values::new(&peers));
    let bare = encoded(Response::new(ID), usize::MAX).len();
    for (room, expect) in [
        (0, None),
        (bare + 17, None),
        (bare + 18, Some(1)),
        (bare + 26, Some(2)),
    ] {
        let bytes = encoded(response, room);
        assert!(bytes.len() <= room.max(bare));
        decoded(&bytes, |answer| {
            assert_eq!(
                answer.values.map(|values| values.iter().count()),
                expect,
                "{room}"
            );
        });
    }
}

/// BEP 51: "should always include the samples field, even when it is zero-length".
#[test]
fn an_empty_list_that_fits_is_written() {
    let mut response = Response::new(ID);
    response.samples = Some(Samples::new(&[]));
    response.values = Some(Values::new(&[]));
    response.nodes = Some(Nodes::new(Family::V4, &[]));
    decoded(&encoded(response, MAX_ANSWER_LENGTH), |answer| {
        assert_eq!(answer, response)
    });
}

proptest! {
    #[test]
    fn whatever_is_asked_of_it_an_answer_is_readable_and_as_short_as_it_can_be(
        room in 0..1500usize, v4 in 0..9usize, v6 in 0..9usize, peer_count in 0..200usize,
        samples in 0..60usize, filters: bool, value in 0..1000usize,
    ) {
        let (nodes4, nodes6, peers) = (nodes(Family::V4), nodes(Family::V6), peers(peer_count));
        let (samples, value) = (vec![9; samples * 20], format!("{value}:{}", "v".repeat(value)));
        let mut response = Response::new(ID);
        response.token = Some(b"12345678");
        response.value = Some(value.as_bytes());
        let least = encoded(response, usize::MAX).len();
        response.nodes = Some(Nodes::new(Family::V4, &nodes4[..v4]));
        response.nodes6 = Some(Nodes::new(Family::V6, &nodes6[..v6]));
        response.samples = Some(Samples::new(&samples));
        response.values = Some(Values::new(&peers));
        response.seeds = filters.then_some(&[1; 256]);
        let bytes = encoded(response, room);
        // The keys of lists that became empty stay: 30 bytes at most.
        prop_assert!(bytes.len() <= room.max(least + 30), "{} bytes, {least} at least", bytes.len());
        decoded(&bytes, |answer| {
            prop_assert_eq!(answer.value, response.value);
            prop_assert_eq!(answer.token, response.token);
            prop_assert!(nodes4.iter().copied().zip(answer.nodes.unwrap().iter()).all(|(a, b)| a == b));
            prop_assert!(nodes6.iter().copied().zip(answer.nodes6.unwrap().iter()).all(|(a, b)| a == b));
            let is_whole = bytes.len() == encoded(response, usize::MAX).len();
            prop_assert_eq!(is_whole, answer == response);
            Ok(())
        })?;
    }
}
