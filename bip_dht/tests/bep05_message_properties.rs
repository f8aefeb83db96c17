//! BEP 5, "KRPC Protocol": every message comes back as it was sent, and every datagram is read as the slow way reads it.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod arbitrary;
mod naive;

use std::net::SocketAddr;

use arbitrary::{any_datagram, parts};
use bip_dht::{Message, MessageDecoder};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_message_comes_back_as_it_was_sent(parts in parts()) {
        let message = parts.message();
        let bytes = encoded(&message);
        prop_assert!(bip_bencode::decode(&bytes).is_ok(), "not canonical: {}", bytes.escape_ascii());
        let mut decoder = MessageDecoder::new();
        let decoded = decoder.decode(&bytes);
        prop_assert_eq!(decoded, Ok(message));
        prop_assert_eq!(encoded(&decoded.unwrap()), bytes);
    }

    #[test]
    fn a_datagram_is_read_as_the_slow_way_reads_it(datagram in any_datagram()) {
        let mut decoder = MessageDecoder::new();
        let decoded = decoder.decode(&datagram).ok();
        prop_assert_eq!(decoded.as_ref().map(naive::describe), naive::read(&datagram));
    }

    #[test]
    fn what_was_read_is_written_so_that_it_reads_the_same(datagram in any_datagram()) {
        let mut decoder = MessageDecoder::new();
        if let Ok(message) = decoder.decode(&datagram) {
            let bytes = encoded(&message);
            prop_assert!(bip_bencode::decode(&bytes).is_ok(), "not canonical: {}", bytes.escape_ascii());
            prop_assert_eq!(MessageDecoder::new().decode(&bytes), Ok(message));
        }
    }

    /// An address has one form, however it was spelt.
    #[test]
    fn a_mapped_address_comes_back_as_what_it_means(ip in any::<[u8; 4]>(), port: u16) {
        let mapped = std::net::Ipv4Addr::from(ip).to_ipv6_mapped();
        let mut spelt = b"d1:rd2:id20:abcdefghij0123456789e2:ip18:".to_vec();
        spelt.extend_from_slice(&mapped.octets());
        spelt.extend_from_slice(&port.to_be_bytes());
        spelt.extend_from_slice(b"1:t2:aa1:y1:re");
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(&spelt).unwrap();
        prop_assert_eq!(message.ip, Some(SocketAddr::from((ip, port))));
        let bytes = encoded(&message);
        prop_assert_eq!(MessageDecoder::new().decode(&bytes), Ok(message));
    }

    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = MessageDecoder::new().decode(&bytes);
    }

    #[test]
    fn no_damaged_message_panics_and_a_decoder_forgets_it(
        parts in parts(), flip in any::<(u16, u8)>(), cut in any::<u16>(),
    ) {
        let whole = encoded(&parts.message());
        let mut damaged = whole.clone();
        let at = usize::from(flip.0) % damaged.len();
        damaged[at] ^= flip.1;
        let mut decoder = MessageDecoder::new();
        let fresh = MessageDecoder::new().decode(&damaged);
        prop_assert_eq!(decoder.decode(&damaged), fresh);
        prop_assert!(decoder.decode(&whole[..usize::from(cut) % whole.len()]).is_err());
        prop_assert_eq!(decoder.decode(&whole), Ok(parts.message()));
    }
}

/// The slow way reads most of what the properties above are told of, or they would say little.
#[test]
fn a_good_part_of_the_datagrams_are_messages() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = any_datagram();
    let read = (0..1000)
        .filter(|_| {
            let datagram = strategy.new_tree(&mut runner).unwrap().current();
            naive::read(&datagram).is_some()
        })
        .count();
    assert!((200..900).contains(&read), "{read} of 1000");
}

fn encoded(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    message.encode(&mut out);
    out
}
