//! Whatever the bytes: a message that is read is written canonically and reads as itself, an answer that must be short is
//! short and readable, a refusal carries the query's own id, and a decoder forgets what it read before.

#![no_main]

use std::cell::RefCell;

use bip_dht::{Body, Call, ErrorCode, Message, MessageDecoder, Response};
use libfuzzer_sys::fuzz_target;

thread_local! {
    /// Kept from one input to the next.
    static DECODER: RefCell<MessageDecoder> = RefCell::new(MessageDecoder::new());
}

fuzz_target!(|data: &[u8]| {
    let mut fresh = MessageDecoder::new();
    let decoded = fresh.decode(data);
    DECODER.with_borrow_mut(|kept| assert_eq!(kept.decode(data), decoded));
    match decoded {
        Ok(message) => check(&message, data.len()),
        Err(error) => {
            let Some(refusal) = error.refusal() else {
                return;
            };
            let bytes = encoded(&refusal, usize::MAX);
            assert_eq!(fresh.decode(&bytes), Ok(refusal));
            assert!(
                matches!(refusal.body, Body::Error(error) if error.code == ErrorCode::Protocol)
            );
            assert!((1..=32).contains(&refusal.transaction.len()));
            assert!(
                data.windows(refusal.transaction.len())
                    .any(|bytes| bytes == refusal.transaction)
            );
        }
    }
});

fn check(message: &Message<'_>, length: usize) {
    assert!((1..=32).contains(&message.transaction.len()));
    let bytes = encoded(message, usize::MAX);
    assert!(bip_bencode::decode(&bytes).is_ok());
    assert_eq!(MessageDecoder::new().decode(&bytes).as_ref(), Ok(message));
    match &message.body {
        Body::Query(query) => {
            assert!(!query.call.name().is_empty() || matches!(query.call, Call::Unknown { .. }));
            if let Call::Put(put) = query.call {
                assert!(bip_bencode::decode(put.value).is_ok());
            }
        }
        Body::Response(response) => check_response(message, response, length),
        Body::Error(_) => {}
    }
}

fn check_response(message: &Message<'_>, response: &Response<'_>, length: usize) {
    assert!(response.all_nodes().count() <= length / 26);
    assert!(
        response
            .values
            .is_none_or(|values| values.iter().count() <= length / 8)
    );
    assert!(
        response
            .value
            .is_none_or(|value| bip_bencode::decode(value).is_ok())
    );
    for room in [0, 100, 300, 600, 1200] {
        let bytes = encoded(message, room);
        let mut decoder = MessageDecoder::new();
        let Ok(Message {
            body: Body::Response(short),
            ..
        }) = decoder.decode(&bytes)
        else {
            panic!("an answer cut to {room} bytes is none");
        };
        assert_eq!(short.value, response.value);
        assert_eq!(short.token, response.token);
        if bytes.len() > room {
            assert_eq!(short.all_nodes().count(), 0);
            assert!(short.values.is_none() && short.seeds.is_none() && short.downloaders.is_none());
            assert!(short.samples.is_none_or(|samples| samples.is_empty()));
        }
        for (kept, all) in [
            (short.nodes, response.nodes),
            (short.nodes6, response.nodes6),
        ] {
            let mut all = all.into_iter().flat_map(|nodes| nodes.iter());
            assert!(
                kept.into_iter()
                    .flat_map(|nodes| nodes.iter())
                    .all(|node| all.next() == Some(node))
            );
        }
    }
}

fn encoded(message: &Message<'_>, room: usize) -> Vec<u8> {
    let mut out = Vec::new();
    message.encode_within(room, &mut out);
    out
}
