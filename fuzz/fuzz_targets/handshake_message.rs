//! The codec: what decodes encodes to the very bytes it came from; peer ids are named without harm.
#![no_main]

use bip_handshake::{DecodeError, HandshakeMessage, MAX_HANDSHAKE_LENGTH};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| match HandshakeMessage::decode(data) {
    Ok((message, length)) => {
        assert!(length <= MAX_HANDSHAKE_LENGTH);
        assert_eq!(message.encode(), data[..length]);
        if let Some(client) = message.peer_id.client() {
            assert!(client.to_string().len() < 64);
        }
    }
    Err(DecodeError::Incomplete) => assert!(data.len() < MAX_HANDSHAKE_LENGTH),
    Err(_) => assert_eq!(data[0], 0),
});
