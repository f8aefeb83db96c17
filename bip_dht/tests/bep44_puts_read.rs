//! BEP 44, "Messages": what is read from a `put`, and what is told about one that is wrong.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod reading;

use bip_dht::{Call, DecodeErrorKind, Key};

use reading::{TARGET, answer, call, check_error, query, read};

/// BEP 44, "Messages": invalid bencoding in a value must be rejected with error 203.
#[test]
fn a_value_must_be_canonical_while_what_surrounds_it_need_not_be() {
    for value in ["d1:bi1e1:ai2ee", "ld1:bi1e1:ai2eee"] {
        let put = query("put", &format!("5:token1:x1:v{value}"));
        let text = "'v' is not canonical bencode";
        check_error(put, DecodeErrorKind::NotCanonical, Some(text));
        let got = answer(&format!("1:v{value}"));
        check_error(got, DecodeErrorKind::NotCanonical, None);
    }
    read(query("put", "1:vd1:ai1e1:bi2ee5:token1:x"), |message| {
        let Call::Put(put) = call(message) else {
            panic!("{message:?}");
        };
        assert_eq!(put.value, b"d1:ai1e1:bi2ee");
        assert_eq!(put.token, b"x");
        assert_eq!(put.mutable, None);
    });
}

/// A put without `target` is what BEP 44 has; some nodes take none.
#[test]
fn a_put_is_read_with_and_without_its_target() {
    for (target, expect) in [
        ("", None),
        (
            "6:target20:mnopqrstuvwxyz123456",
            Some(Key::new(*TARGET.as_bytes())),
        ),
    ] {
        read(
            query("put", &format!("{target}5:token1:x1:vi1e")),
            |message| {
                let Call::Put(put) = call(message) else {
                    panic!("{message:?}");
                };
                assert_eq!(put.target, expect);
            },
        );
    }
}

/// A crash of a known crate until its eighth version, and a mutable item that would be stored as another.
#[test]
fn a_put_with_a_key_needs_all_of_a_mutable_item() {
    use DecodeErrorKind::{Invalid, Missing};
    let key = format!("1:k32:{}", "k".repeat(32));
    let signature = format!("3:sig64:{}", "s".repeat(64));
    let rest = "5:token1:x1:vi1e";
    for (arguments, kind, text) in [
        (
            format!("{key}{signature}{rest}"),
            Missing("seq"),
            "missing 'seq' key",
        ),
        (
            format!("{key}3:seqi1e{rest}"),
            Missing("sig"),
            "missing 'sig' key",
        ),
        (
            format!("1:k3:abc3:seqi1e{signature}{rest}"),
            Invalid("k"),
            "invalid argument",
        ),
        (
            format!("{key}3:seq1:1{signature}{rest}"),
            Invalid("seq"),
            "invalid argument",
        ),
        (
            format!("{key}4:salti1e3:seqi1e{signature}{rest}"),
            Invalid("salt"),
            "invalid argument",
        ),
        (
            format!("3:cas1:x{key}3:seqi1e{signature}{rest}"),
            Invalid("cas"),
            "invalid argument",
        ),
        (
            format!("{key}3:seqi9223372036854775808e{signature}{rest}"),
            Invalid("seq"),
            "invalid argument",
        ),
    ] {
        check_error(query("put", &arguments), kind, Some(text));
    }
}
