//! The extended handshake (BEP 10) and the messages of `ut_metadata` (BEP 9).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bip_peer::limits::{
    MAX_CLIENT_NAME, MAX_EXTENDED_HANDSHAKE, MAX_EXTENDED_TOKENS, MAX_EXTENSION_NAME,
    MAX_EXTENSIONS, MAX_METADATA_HEADER,
};
use bip_peer::{ExtendedHandshake, MetadataFrame, MetadataMessage, Violation};
use bytes::Bytes;
use proptest::prelude::*;

fn handshake(payload: &[u8]) -> ExtendedHandshake {
    ExtendedHandshake::decode(payload).unwrap()
}

#[test]
fn the_example_of_the_bep_is_read() {
    let text = "d1:md11:LT_metadatai1e7:µT_PEXi2ee1:pi6881e1:v13:µTorrent 1.2e";
    let read = handshake(text.as_bytes());
    assert_eq!(read.extensions.get("LT_metadata"), Some(&1));
    assert_eq!(read.extensions.get("µT_PEX"), Some(&2));
    assert_eq!(
        (read.port, read.client.as_deref()),
        (Some(6881), Some("µTorrent 1.2"))
    );
    assert_eq!(read.raw, text);
}

#[test]
fn all_keys_go_there_and_back() {
    let mut full = ExtendedHandshake::default();
    full.extensions.insert("ut_metadata".into(), 3);
    full.extensions.insert("ut_pex".into(), 1);
    full.client = Some("bip 0.20".into());
    full.port = Some(6881);
    full.reqq = Some(500);
    full.metadata_size = Some(31235);
    full.your_ip = Some(IpAddr::V6(Ipv6Addr::LOCALHOST));
    full.ipv4 = Some(Ipv4Addr::new(1, 2, 3, 4));
    full.ipv6 = Some(Ipv6Addr::LOCALHOST);
    let bytes = full.encode();
    let mut read = handshake(&bytes);
    read.raw = Bytes::new();
    assert_eq!(read, full);

    let mut short = handshake(b"de");
    short.your_ip = Some([127, 0, 0, 1].into());
    assert_eq!(short.encode(), b"d1:mde6:yourip4:\x7f\0\0\x01e");
}

#[test]
fn a_later_handshake_adds_and_id_0_takes_away() {
    let mut known = handshake(b"d1:md6:ut_pexi1e11:ut_metadatai2ee4:reqqi250e1:v3:onee");
    known.merge(handshake(b"d1:md6:ut_pexi0e6:lt_texi7ee1:v3:twoe"));
    assert_eq!(
        known.extensions.into_iter().collect::<Vec<_>>(),
        [("lt_tex".into(), 7), ("ut_metadata".into(), 2)]
    );
    assert_eq!(
        (known.reqq, known.client.as_deref()),
        (Some(250), Some("two"))
    );
}

#[test]
fn senseless_values_count_as_not_there() {
    let read = handshake(b"d1:md1:ai-1e1:bi300e1:c2:xxe13:metadata_sizei-5e1:pi70000e4:reqqi99999999999e1:vi1e6:yourip3:abce");
    assert_eq!(read.extensions.len(), 0);
    assert_eq!(
        (read.metadata_size, read.port, read.client, read.your_ip),
        (None, None, None, None)
    );
    assert_eq!(read.reqq, Some(u32::MAX));
    assert_eq!(
        handshake(b"d13:metadata_sizei0e1:pi0ee").metadata_size,
        None
    );
}

#[test]
fn what_is_no_dictionary_is_a_violation() {
    for payload in [&b""[..], b"le", b"i1e", b"d", b"d1:m"] {
        assert!(
            matches!(
                ExtendedHandshake::decode(payload),
                Err(Violation::ExtendedHandshake(_))
            ),
            "{payload:?}"
        );
    }
}

#[test]
fn names_are_bounded_in_length_and_number() {
    let entry = |length: usize| format!("d1:md{length}:{}i1eee", "x".repeat(length));
    assert_eq!(
        handshake(entry(MAX_EXTENSION_NAME).as_bytes())
            .extensions
            .len(),
        1
    );
    assert_eq!(
        handshake(entry(MAX_EXTENSION_NAME + 1).as_bytes())
            .extensions
            .len(),
        0
    );

    let many: String = (0..=MAX_EXTENSIONS)
        .map(|name| format!("3:{name:03}i1e"))
        .collect();
    let mut read = handshake(format!("d1:md{many}ee").as_bytes());
    assert_eq!(read.extensions.len(), MAX_EXTENSIONS);
    read.merge(handshake(b"d1:md5:extrai1e3:000i9eee"));
    assert_eq!(
        (read.extensions.len(), read.extensions.get("000")),
        (MAX_EXTENSIONS, Some(&9))
    );

    let client = "v".repeat(MAX_CLIENT_NAME + 1);
    let read = handshake(format!("d1:v{}:{client}e", client.len()).as_bytes());
    assert_eq!(
        read.client.map(|client| client.len()),
        Some(MAX_CLIENT_NAME)
    );
}

#[test]
fn a_handshake_may_be_so_long_and_no_longer() {
    let padded = |length: usize| {
        let filling = length - "d1:x00000:e".len();
        format!("d1:x{filling}:{}e", "x".repeat(filling))
    };
    let longest = padded(MAX_EXTENDED_HANDSHAKE);
    assert_eq!(longest.len(), MAX_EXTENDED_HANDSHAKE);
    assert!(ExtendedHandshake::decode(longest.as_bytes()).is_ok());
    assert!(ExtendedHandshake::decode(padded(MAX_EXTENDED_HANDSHAKE + 1).as_bytes()).is_err());
}

fn metadata(payload: &'static [u8]) -> Result<Option<MetadataFrame>, Violation> {
    MetadataFrame::decode(&Bytes::from_static(payload))
}

#[test]
fn the_messages_of_ut_metadata_have_their_bytes() {
    let data = MetadataMessage::Data {
        piece: 0,
        total_size: 34256,
        data: Bytes::from_static(b"xxxxxxxx"),
    };
    for (frame, bytes) in [
        (
            MetadataFrame::Request { piece: 0 },
            &b"d8:msg_typei0e5:piecei0ee"[..],
        ),
        (
            MetadataFrame::Answer(data),
            b"d8:msg_typei1e5:piecei0e10:total_sizei34256eexxxxxxxx",
        ),
        (
            MetadataFrame::Answer(MetadataMessage::Reject { piece: 0 }),
            b"d8:msg_typei2e5:piecei0ee",
        ),
    ] {
        assert_eq!(frame.encode(), bytes);
        assert_eq!(metadata(bytes), Ok(Some(frame)));
    }
}

#[test]
fn an_unknown_metadata_message_is_ignored_and_a_malformed_one_is_not() {
    assert_eq!(metadata(b"d8:msg_typei3e5:piecei0ee"), Ok(None));
    for payload in [
        &b""[..],
        b"le",
        b"d8:msg_typei0ee",
        b"d5:piecei0ee",
        b"d8:msg_typei0e5:piecei-1ee",
        b"d8:msg_typei0e5:piecei4294967296ee",
        b"d8:msg_typei1e5:piecei0eexx",
    ] {
        assert!(
            matches!(metadata(payload), Err(Violation::Metadata(_))),
            "{payload:?}"
        );
    }
}

#[test]
fn the_dictionary_in_front_of_a_piece_is_bounded() {
    let message = |length: usize| {
        let filling = length - "d8:msg_typei0e5:piecei0e1:x000:e".len();
        Bytes::from(format!(
            "d8:msg_typei0e5:piecei0e1:x{filling:03}:{}e",
            "x".repeat(filling)
        ))
    };
    let longest = message(MAX_METADATA_HEADER);
    assert_eq!(longest.len(), MAX_METADATA_HEADER);
    assert!(MetadataFrame::decode(&longest).is_ok());
    assert!(MetadataFrame::decode(&message(MAX_METADATA_HEADER + 1)).is_err());
}

#[test]
fn a_handshake_may_hold_so_many_values_and_no_more() {
    let values = |count: usize| format!("d1:al{}ee", "i1e".repeat(count));
    let most = (1..=MAX_EXTENDED_TOKENS + 1)
        .rev()
        .find(|count| ExtendedHandshake::decode(values(*count).as_bytes()).is_ok());
    // The dictionary, its key and the list count too.
    assert!(
        most.is_some_and(|most| most < MAX_EXTENDED_TOKENS && most + 5 >= MAX_EXTENDED_TOKENS),
        "{most:?}"
    );
}

#[test]
fn a_piece_of_metadata_is_16_kib_at_most() {
    let message = |length: usize| {
        let data = Bytes::from(vec![0; length]);
        MetadataFrame::Answer(MetadataMessage::Data {
            piece: 0,
            total_size: 1 << 20,
            data,
        })
        .encode()
    };
    assert!(MetadataFrame::decode(&message(16 * 1024)).is_ok());
    assert!(MetadataFrame::decode(&message(16 * 1024 + 1)).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ExtendedHandshake::decode(&bytes);
        let _ = MetadataFrame::decode(&Bytes::from(bytes));
    }

    #[test]
    fn data_comes_out_as_it_went_in(piece in any::<u32>(), size in any::<u64>(), data in prop::collection::vec(any::<u8>(), 0..500)) {
        let data = MetadataMessage::Data { piece, total_size: size, data: data.into() };
        let frame = MetadataFrame::Answer(data);
        prop_assert_eq!(MetadataFrame::decode(&frame.encode()), Ok(Some(frame)));
    }
}
