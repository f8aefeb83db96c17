//! The Ed25519 signatures of RFC 8032 that libtorrent's tests have (`../shared/vectors/ed25519.json`). Here, because
//! what they sign is no item.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use serde_json::Value;

use super::SecretKey;
use super::mutable::is_signed;

fn hex<const N: usize>(digits: &Value) -> [u8; N] {
    unhex(digits).try_into().unwrap()
}

fn unhex(digits: &Value) -> Vec<u8> {
    let digits = digits.as_str().unwrap();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn seeds_make_the_keys_and_signatures_that_they_should() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/ed25519.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let key = SecretKey::from_seed(&hex(&vector["seed"]));
        let message = unhex(&vector["message"]);
        let signature: [u8; 64] = hex(&vector["signature"]);
        assert_eq!(*key.public_key(), hex(&vector["public_key"]));
        assert_eq!(key.sign(&message), signature);
        assert!(is_signed(key.public_key(), &message, &signature));
        let longer = [&message[..], b"x"].concat();
        assert!(!is_signed(key.public_key(), &longer, &signature));
    }
}
