//! Extended handshakes and messages of ut_metadata: what was read is written and read again the same.
#![no_main]

use bip_peer::limits::{MAX_CLIENT_NAME, MAX_EXTENSIONS};
use bip_peer::{ExtendedHandshake, MetadataFrame};
use bytes::Bytes;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(mut read) = ExtendedHandshake::decode(data) {
        assert!(read.extensions.len() <= MAX_EXTENSIONS);
        read.raw = Bytes::new();
        // Bytes that are no text grow when they are replaced; such names are cut again.
        if read
            .client
            .as_ref()
            .is_none_or(|client| client.len() <= MAX_CLIENT_NAME)
        {
            let mut again = ExtendedHandshake::decode(&read.encode()).expect("ours is well-formed");
            again.raw = Bytes::new();
            assert_eq!(read, again);
        }
        let mut merged = ExtendedHandshake::default();
        merged.merge(read);
        assert!(merged.extensions.values().all(|id| *id != 0));
    }
    if let Ok(Some(frame)) = MetadataFrame::decode(&Bytes::copy_from_slice(data)) {
        assert_eq!(MetadataFrame::decode(&frame.encode()), Ok(Some(frame)));
    }
});
