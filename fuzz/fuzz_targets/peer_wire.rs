//! The frame decoder gives the same messages however its input is split, keeps no more than it must, and what it gives
//! can be written again byte for byte.
#![no_main]

use bip_peer::{FrameDecoder, Message, Violation};
use bytes::BytesMut;

const MAX_EXTENDED: u32 = 64 * 1024;

type Decoded = Result<Vec<Message>, Violation>;

fn decode<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Decoded {
    let (mut decoder, mut input, mut messages) =
        (FrameDecoder::new(MAX_EXTENDED), BytesMut::new(), Vec::new());
    for part in parts {
        input.extend_from_slice(part);
        while let Some(message) = decoder.decode(&mut input)? {
            messages.push(message);
        }
        assert!(decoder.missing(&input) >= 1);
    }
    Ok(messages)
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((cut, wire)) = data.split_first() else {
        return;
    };
    let whole = decode(std::iter::once(wire));
    let split = decode(wire.chunks(usize::from(*cut).max(1)));
    assert_eq!(whole, split);

    let Ok(messages) = whole else { return };
    let unknown = messages
        .iter()
        .any(|message| matches!(message, Message::Unknown { .. }));
    let mut again = BytesMut::new();
    messages
        .into_iter()
        .for_each(|message| message.encode(&mut again));
    if !unknown {
        assert!(wire.starts_with(&again));
    }
});
