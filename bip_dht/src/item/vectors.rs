//! The Ed25519 signatures of RFC 8032 that libtorrent's tests have (`../shared/vectors/ed25519.json`). Here, because
//! what they sign is no item.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use super::SecretKey;
use super::mutable::is_signed;
use crate::vectors::{hex, read_json};

#[test]
fn seeds_make_the_keys_and_signatures_that_they_should() {
    let Some(file) = read_json("ed25519.json") else {
        return;
    };
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let key = SecretKey::from_seed(&hex(&vector["seed"]).try_into().unwrap());
        let message = hex(&vector["message"]);
        let signature: [u8; 64] = hex(&vector["signature"]).try_into().unwrap();
        assert_eq!(key.public_key().as_slice(), hex(&vector["public_key"]));
        assert_eq!(key.sign(&message), signature);
        assert!(is_signed(key.public_key(), &message, &signature));
        let longer = [&message[..], b"x"].concat();
        assert!(!is_signed(key.public_key(), &longer, &signature));
    }
}
