//! BEP 44 and BEP 46, "Test Vectors", and the facts of libtorrent's tests (`../shared/vectors/dht.json`).
#![cfg(feature = "ed25519")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod vectors;

use bip_dht::{
    ErrorCode, ItemError, Key, MAX_SALT_LENGTH, MAX_VALUE_LENGTH, MutableItem, SecretKey,
};
use vectors::{bytes_of, hex, read_json};

const VALUE: &[u8] = b"12:Hello World!";
const EXPANDED: &str = "e06d3183d14159228433ed599221b80bd0a5ce8352e4bdf0262f76786ef1c74d\
b7e7a9fea2c0eb269d61e3b38e450a22e754941ac78479d6c54e1faf6037881d";
const PUBLIC: &str = "77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548";

#[track_caller]
fn check(owner: &SecretKey, salt: &[u8], seq: i64, value: &[u8], signature: &[u8], target: &[u8]) {
    let item = MutableItem::sign(owner, salt, seq, value).unwrap();
    assert_eq!(item.signature().as_slice(), signature);
    assert_eq!(item.target().as_bytes().as_slice(), target);
    let signature = signature.try_into().unwrap();
    let verified = MutableItem::verify(owner.public_key(), salt, seq, value, &signature);
    assert_eq!(verified, Ok(item));
}

#[test]
fn the_published_items_have_their_signatures_and_targets() {
    let owner = SecretKey::from_expanded(&hex(EXPANDED).try_into().unwrap());
    assert_eq!(owner.public_key().as_slice(), hex(PUBLIC));
    check(
        &owner,
        b"",
        1,
        VALUE,
        &hex(
            "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff\
              1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01",
        ),
        &hex("4a533d47ec9c7d95b1ad75f576cffc641853b750"),
    );
    check(
        &owner,
        b"foobar",
        1,
        VALUE,
        &hex(
            "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d\
              df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08",
        ),
        &hex("411eba73b6f087ca51a3795d9c8c938d365e32c1"),
    );
    assert_eq!(
        Key::of_immutable(VALUE).to_string(),
        "e5f96f6f38320f0f33959cb4d3d656452117aadb"
    );
}

#[test]
fn items_are_those_that_libtorrent_makes() {
    let Some((_, file)) = read_json("dht.json") else {
        return;
    };
    let facts = &file["bep44"];
    let owner = SecretKey::from_expanded(&bytes_of(&facts["secret_key_64"]).try_into().unwrap());
    assert_eq!(
        owner.public_key().as_slice(),
        bytes_of(&facts["public_key"])
    );
    let value = facts["value"].as_str().unwrap().as_bytes();
    let seq = facts["seq"].as_i64().unwrap();
    for test in facts["tests"].as_array().unwrap() {
        let target = bytes_of(&test["target"]);
        if test["immutable"] == true {
            assert_eq!(Key::of_immutable(value).as_bytes().as_slice(), target);
            continue;
        }
        let salt = test["salt"].as_str().unwrap().as_bytes();
        check(
            &owner,
            salt,
            seq,
            value,
            &bytes_of(&test["signature"]),
            &target,
        );
    }
    assert_eq!(facts["max_salt"], MAX_SALT_LENGTH);
    assert_eq!(facts["max_value"], MAX_VALUE_LENGTH);
}

/// The codes of the file, each under the name that it has here.
#[test]
fn errors_have_the_codes_that_libtorrent_sends() {
    let length = 1 << 20;
    let of_items = [
        (
            ItemError::ValueTooLong { length }.code(),
            205,
            ErrorCode::ValueTooLong,
        ),
        (
            ItemError::InvalidSignature.code(),
            206,
            ErrorCode::InvalidSignature,
        ),
        (
            ItemError::SaltTooLong { length }.code(),
            207,
            ErrorCode::SaltTooLong,
        ),
        (ItemError::NotCanonical.code(), 203, ErrorCode::Protocol),
        (ErrorCode::CasMismatch, 301, ErrorCode::CasMismatch),
        (ErrorCode::SequenceTooLow, 302, ErrorCode::SequenceTooLow),
    ];
    for (code, number, expect) in of_items {
        assert_eq!((code, code.number()), (expect, number));
        assert_eq!(ErrorCode::from(number), expect);
    }
    let Some((_, file)) = read_json("dht.json") else {
        return;
    };
    for number in file["bep44"]["errors"].as_object().unwrap().keys() {
        let code = ErrorCode::from(number.parse::<i64>().unwrap());
        assert!(!matches!(code, ErrorCode::Other(_)), "{number}");
    }
}

/// "Oversized salt: verify returns false, sign must stay in bounds".
#[test]
fn a_salt_that_is_too_long_is_neither_signed_nor_verified() {
    let owner = SecretKey::from_seed(&[1; 32]);
    let salt = [7; MAX_SALT_LENGTH + 1];
    let error = Err(ItemError::SaltTooLong { length: salt.len() });
    assert_eq!(MutableItem::sign(&owner, &salt, 1, VALUE), error);
    let verified = MutableItem::verify(owner.public_key(), &salt, 1, VALUE, &[0; 64]);
    assert_eq!(verified, error);
}

/// BEP 46, "Test Vectors".
#[test]
fn the_published_keys_lead_to_their_targets() {
    let key = hex("8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e");
    let key = key.try_into().unwrap();
    for (salt, target) in [
        (&b""[..], "cc3f9d90b572172053626f9980ce261a850d050b"),
        (b"n", "59ee7c2cb9b4f7eb1986ee2d18fd2fdb8a56554f"),
    ] {
        assert_eq!(Key::of_mutable(&key, salt).to_string(), target);
    }
}
