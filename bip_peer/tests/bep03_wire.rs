//! The messages of BEP 3 ("peer messages"), byte for byte, and what a decoder refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use bip_peer::limits::{MAX_PIECE_COUNT, MAX_REQUEST_LENGTH};
use bip_peer::{Block, BlockRequest, FrameDecoder, Message, Violation};
use bytes::{BufMut, Bytes, BytesMut};
use proptest::prelude::*;

const MAX_EXTENDED: u32 = 32 * 1024;

fn decoder() -> FrameDecoder {
    FrameDecoder::new(MAX_EXTENDED)
}

/// All messages in `bytes`, and what is left.
fn decode(bytes: &[u8]) -> Result<(Vec<Message>, usize), Violation> {
    let (mut decoder, mut input, mut messages) = (decoder(), BytesMut::from(bytes), Vec::new());
    while let Some(message) = decoder.decode(&mut input)? {
        messages.push(message);
    }
    Ok((messages, input.len()))
}

fn check(message: Message, bytes: &[u8]) {
    let mut out = BytesMut::new();
    message.clone().encode(&mut out);
    assert_eq!(&out[..], bytes, "{message:?}");
    assert_eq!(decode(bytes), Ok((vec![message], 0)));
}

#[test]
fn every_message_has_its_bytes() {
    let block = BlockRequest {
        piece: 1,
        begin: 0x4000,
        length: 0x4000,
    };
    check(Message::KeepAlive, &[0, 0, 0, 0]);
    check(Message::Choke, &[0, 0, 0, 1, 0]);
    check(Message::Unchoke, &[0, 0, 0, 1, 1]);
    check(Message::Interested, &[0, 0, 0, 1, 2]);
    check(Message::NotInterested, &[0, 0, 0, 1, 3]);
    check(Message::Have(0x01020304), &[0, 0, 0, 5, 4, 1, 2, 3, 4]);
    check(
        Message::Bitfield(Bytes::from_static(&[0xa0, 0x01])),
        &[0, 0, 0, 3, 5, 0xa0, 1],
    );
    check(
        Message::Request(block),
        &[0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0x40, 0],
    );
    check(
        Message::Cancel(block),
        &[0, 0, 0, 13, 8, 0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0x40, 0],
    );
    let piece = Block {
        piece: 2,
        begin: 3,
        data: Bytes::from_static(b"xyz"),
    };
    check(
        Message::Piece(piece),
        b"\0\0\0\x0c\x07\0\0\0\x02\0\0\0\x03xyz",
    );
    check(Message::Port(6881), &[0, 0, 0, 3, 9, 0x1a, 0xe1]);
    let extended = Message::Extended {
        id: 3,
        payload: Bytes::from_static(b"de"),
    };
    check(extended, b"\0\0\0\x04\x14\x03de");
}

#[test]
fn a_length_that_does_not_fit_its_message_is_a_violation() {
    let cases = [
        (0, 2),
        (1, 2),
        (2, 5),
        (3, 2),
        (4, 4),
        (4, 6),
        (6, 12),
        (6, 14),
        (7, 8),
        (8, 12),
        (9, 2),
        (9, 4),
        (20, 1),
    ];
    for (id, length) in cases {
        let mut frame = BytesMut::new();
        frame.put_u32(length);
        frame.put_u8(id);
        assert_eq!(
            decode(&frame),
            Err(Violation::MessageLength { id, length }),
            "id {id} length {length}"
        );
    }
}

/// The frame's length is judged by its first five bytes.
#[test]
fn a_frame_is_refused_before_it_is_buffered_at_the_limit_and_not_before() {
    for (id, limit) in [
        (5, 1 + MAX_PIECE_COUNT / 8),
        (7, 9 + MAX_REQUEST_LENGTH),
        (20, 2 + MAX_EXTENDED),
        (99, 1 << 20),
    ] {
        let mut frame = BytesMut::new();
        frame.put_u32(limit);
        frame.put_u8(id);
        assert!(decode(&frame).is_ok(), "id {id} at its limit");
        frame.clear();
        frame.put_u32(limit + 1);
        frame.put_u8(id);
        assert_eq!(
            decode(&frame),
            Err(Violation::FrameTooLarge {
                length: limit + 1,
                limit
            }),
            "id {id} past its limit"
        );
    }
}

/// seed fault 23
#[test]
fn unknown_ids_are_skipped_and_never_buffered() {
    let mut bytes = BytesMut::new();
    // The ids of BEP 6, of BEP 52, and one of nobody.
    for (id, payload) in [
        (13u8, 4),
        (14, 0),
        (15, 0),
        (16, 12),
        (17, 4),
        (21, 48),
        (23, 48),
        (200, 100_000),
    ] {
        bytes.put_u32(1 + payload);
        bytes.put_u8(id);
        bytes.put_bytes(0xff, payload as usize);
    }
    bytes.extend_from_slice(&[0, 0, 0, 1, 1]);
    let (messages, left) = decode(&bytes).unwrap();
    assert_eq!((messages.len(), left), (9, 0));
    assert!(
        messages[..8]
            .iter()
            .all(|message| matches!(message, Message::Unknown { .. }))
    );
    assert_eq!(messages[8], Message::Unchoke);

    // Fed in small parts, nothing of it stays in the buffer.
    let (mut decoder, mut input) = (decoder(), BytesMut::new());
    for part in bytes.chunks(7) {
        input.extend_from_slice(part);
        while decoder.decode(&mut input).unwrap().is_some() {}
        assert!(input.len() <= 7);
    }
}

#[test]
fn a_blocks_data_lies_in_the_read_buffer() {
    let mut input = BytesMut::with_capacity(1 << 16);
    let block = Block {
        piece: 0,
        begin: 0,
        data: Bytes::from(vec![7; 16384]),
    };
    Message::Have(1).encode(&mut input);
    Message::Piece(block).encode(&mut input);
    let expect = input[9 + 13..].as_ptr();
    let mut decoder = decoder();
    decoder.decode(&mut input).unwrap();
    let Some(Message::Piece(block)) = decoder.decode(&mut input).unwrap() else {
        panic!("no piece")
    };
    assert_eq!(block.data.as_ptr(), expect);
}

#[test]
fn the_missing_bytes_are_told() {
    let decoder = decoder();
    assert_eq!(decoder.missing(&[]), 5);
    assert_eq!(decoder.missing(&[0, 0, 0, 13]), 1);
    assert_eq!(decoder.missing(&[0, 0, 0, 13, 6]), 12);
    assert_eq!(
        decoder.missing(&[0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        1
    );
}

fn message() -> impl Strategy<Value = Message> {
    let request = (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(piece, begin, length)| {
        BlockRequest {
            piece,
            begin,
            length,
        }
    });
    let bytes = prop::collection::vec(any::<u8>(), 0..100).prop_map(Bytes::from);
    prop_oneof![
        Just(Message::KeepAlive),
        Just(Message::Choke),
        Just(Message::NotInterested),
        any::<u32>().prop_map(Message::Have),
        bytes.clone().prop_map(Message::Bitfield),
        request.clone().prop_map(Message::Request),
        request.prop_map(Message::Cancel),
        (any::<u32>(), any::<u32>(), bytes.clone())
            .prop_map(|(piece, begin, data)| Message::Piece(Block { piece, begin, data })),
        any::<u16>().prop_map(Message::Port),
        (any::<u8>(), bytes).prop_map(|(id, payload)| Message::Extended { id, payload }),
    ]
}

/// Reads frames the plain way: the whole input there, no limits.
fn naive_frames(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    while let Some((prefix, rest)) = bytes.split_first_chunk::<4>() {
        let Some((frame, rest)) = rest.split_at_checked(u32::from_be_bytes(*prefix) as usize)
        else {
            break;
        };
        frames.push(frame);
        bytes = rest;
    }
    frames
}

proptest! {
    #[test]
    fn messages_come_out_as_they_went_in_however_they_are_split(
        messages in prop::collection::vec(message(), 0..20),
        cuts in prop::collection::vec(1usize..40, 1..20),
    ) {
        let mut wire = BytesMut::new();
        for message in &messages {
            message.clone().encode(&mut wire);
        }
        prop_assert_eq!(naive_frames(&wire).len(), messages.len());
        let (mut decoder, mut input, mut out) = (decoder(), BytesMut::new(), Vec::new());
        let mut cuts = cuts.into_iter().cycle();
        while !wire.is_empty() {
            let cut = cuts.next().unwrap_or(1).min(wire.len());
            input.extend_from_slice(&wire.split_to(cut));
            while let Some(message) = decoder.decode(&mut input).unwrap() {
                out.push(message);
            }
        }
        prop_assert!(input.is_empty());
        prop_assert_eq!(out, messages);
    }

    #[test]
    fn arbitrary_bytes_give_as_many_messages_as_there_are_frames(bytes in prop::collection::vec(prop_oneof![Just(0u8), 0u8..24], 0..200)) {
        if let Ok((messages, _)) = decode(&bytes) {
            let known = messages.iter().filter(|message| !matches!(message, Message::Unknown { .. })).count();
            prop_assert!(known <= naive_frames(&bytes).len());
            prop_assert!(messages.len() >= naive_frames(&bytes).len());
        }
    }
}
