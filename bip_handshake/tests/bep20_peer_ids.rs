//! BEP 20: what peer ids claim, against the cases of a client with a long memory.

use bip_handshake::PeerId;

/// libtorrent's test cases for the naming of clients: the id's first bytes, the name.
const CASES: [(&[u8], &str); 7] = [
    (b"-AZ123B-", "Azureus 1.2.3.11"),
    (b"-AZ1230-", "Azureus 1.2.3"),
    (b"S123--", "Shadow 1.2.3"),
    (b"S\x01\x02\x03....\0", "Shadow 1.2.3"),
    (b"M1-2-3--", "Mainline 1.2.3"),
    (b"\0\0\0\0\0\0\0\0\0\0\0\0", "Generic"),
    (b"-xx1230-", "xx 1.2.3"),
];

#[test]
fn clients_are_named_as_others_name_them() {
    for (start, expect) in CASES {
        let mut id = [b'.'; 20];
        id[..start.len()].copy_from_slice(start);
        let client = PeerId::from_bytes(id)
            .client()
            .map(|client| client.to_string());
        assert_eq!(client.as_deref(), Some(expect));
    }
}

#[test]
fn an_id_is_shown_readable() {
    let id = PeerId::azureus(*b"bp", *b"0200", *b"\x00\xffabcdefghij");
    assert_eq!(id.to_string(), r"-bp0200-\x00\xffabcdefghij");
    let client = id.client().unwrap();
    assert_eq!((client.name(), client.version()), ("bip", "0.2.0"));
}

proptest::proptest! {
    #[test]
    fn any_id_is_named_or_not_without_harm(bytes: [u8; 20]) {
        let _ = PeerId::from_bytes(bytes).client();
    }
}
