//! Magnet links (BEP 9, "magnet URI format").

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use bip_metainfo::{Magnet, MagnetError, Warning};

const HASH: &str = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";

fn read(parameters: &str) -> Magnet {
    let link = Magnet::parse(&format!("magnet:?xt=urn:btih:{HASH}{parameters}")).unwrap();
    assert_eq!(link.info_hash().to_string(), HASH);
    assert_eq!(
        Magnet::parse(&link.to_string()),
        Ok(link.clone()),
        "{parameters}"
    );
    link
}

fn check_error(link: &str, expect: MagnetError) {
    assert_eq!(Magnet::parse(link), Err(expect), "{link}");
}

#[test]
fn hashes_and_their_names_may_have_any_case_and_notation() {
    for link in [
        format!("magnet:?xt=urn:btih:{HASH}"),
        format!(" MAGNET:?xt=URN:BTIH:{} \n", HASH.to_uppercase()),
        format!("magnet:?xt.1=urn:btih:{HASH}&xt.2=urn:btih:{HASH}"),
        format!("magnet:?xt=urn%3Abtih%3A{HASH}"),
        "magnet:?xt=urn:btih:ZXG43TONZXG43TONZXG43TONZXG43TON".to_owned(),
        "magnet:?&dn=a&&xt=urn:btih:zxg43tonzxg43tonzxg43tonzxg43ton&".to_owned(),
    ] {
        let got = Magnet::parse(&link).map(|link| link.info_hash().to_string());
        assert_eq!(got.as_deref(), Ok(HASH), "{link}");
    }
}

#[test]
fn names_and_trackers_are_read_encoded_or_plain() {
    let link = read(
        "&dn=A%20b+c%2B&tr=http%3A%2F%2Fa%2Fx%3Fp%3D1%2B2&tr.7=udp://b:1/a+b&amp;tr=http://c/?x=100%",
    );
    assert_eq!(link.name(), Some("A b c+"));
    assert_eq!(
        link.trackers(),
        ["http://a/x?p=1+2", "udp://b:1/a+b", "http://c/?x=100%"]
    );
    assert_eq!(
        link.warnings(),
        [Warning::BrokenEscape {
            key: "tr".to_owned()
        }
        .clone()]
    );
    assert_eq!(read("&dn=&dn=second").name(), Some("second"));
    assert_eq!(read("&dn=%ff").name(), Some("\u{fffd}"));
}

#[test]
fn what_could_break_a_request_or_cannot_be_dialled_is_left_out_and_told() {
    let link = read("&tr=http://a/%0d%0aHost:%20b&tr=&x.pe=1.2.3.4&x.pe=1.2.3.4:0&x.pe=a%20b:1");
    assert_eq!(
        (
            link.trackers().len(),
            link.peers().len(),
            link.warnings().len()
        ),
        (0, 0, 5)
    );
}

#[test]
fn peers_are_names_or_addresses_with_a_port() {
    let link = read("&x.pe=1.2.3.4:5&x.pe=%5B::1%5D:6881&x.pe=host.example:80");
    assert_eq!(link.peers(), ["1.2.3.4:5", "[::1]:6881", "host.example:80"]);
    assert!(
        link.peer_addresses()
            .eq(["1.2.3.4:5".parse().unwrap(), "[::1]:6881".parse().unwrap()])
    );
    assert!(
        link.to_string()
            .ends_with("&x.pe=1.2.3.4:5&x.pe=[::1]:6881&x.pe=host.example:80")
    );
}

#[test]
fn what_is_not_understood_is_kept_and_written_back() {
    let v2 = format!("urn:btmh:1220{}", "ab".repeat(32));
    let link = read(&format!(
        "&xl=5&so=0,2-4&xt={v2}&xt=urn:ed2k:a0&ws=http://w/%26&k"
    ));
    let other: Vec<_> = link.other().collect();
    assert_eq!(
        other,
        [
            ("xl", "5"),
            ("so", "0,2-4"),
            ("xt", &v2),
            ("xt", "urn:ed2k:a0"),
            ("ws", "http://w/&"),
            ("k", "")
        ]
    );
    assert!(link.to_string().contains("&so=0,2-4&xt=urn:btmh:1220"));
}

#[test]
fn a_link_is_refused_for_a_reason() {
    check_error("", MagnetError::NotMagnet);
    check_error("magnet:", MagnetError::NotMagnet);
    check_error("http://magnet:?", MagnetError::NotMagnet);
    check_error("magnét:?xt=", MagnetError::NotMagnet);
    check_error("magnet:?", MagnetError::MissingInfoHash);
    check_error("magnet:?xt=urn:ed2k:abc&dn=x", MagnetError::MissingInfoHash);
    check_error("magnet:?xt=urn%%3A", MagnetError::InvalidEscape);
    check_error(
        &format!("magnet:?xt=urn:btih:{}", "0".repeat(40)),
        MagnetError::ZeroInfoHash,
    );
    let other = "ab".repeat(20);
    check_error(
        &format!("magnet:?xt=urn:btih:{HASH}&xt=urn:btih:{other}"),
        MagnetError::ConflictingInfoHashes,
    );
    check_error(
        &format!("magnet:?xt=urn:btmh:1220{}", "ab".repeat(32)),
        MagnetError::V2Only,
    );
    for bad in [
        "urn:btih:",
        "urn:btih:abab",
        "urn:btih:zz",
        "urn:btmh:1221abab",
        "urn:btmh:1220",
        "urn:btih:é",
    ] {
        let error = Magnet::parse(&format!("magnet:?xt={bad}")).unwrap_err();
        assert!(
            matches!(&error, MagnetError::InvalidInfoHash { topic, .. } if topic == bad),
            "{error:?}"
        );
    }
}

#[test]
fn a_link_at_the_limit_is_read_and_one_past_it_is_not() {
    let start = format!("magnet:?xt=urn:btih:{HASH}&dn=");
    let link =
        |length: usize| Magnet::parse(&format!("{start}{}", "x".repeat(length - start.len())));
    assert!(link(Magnet::MAX_LENGTH).is_ok());
    assert!(matches!(
        link(Magnet::MAX_LENGTH + 1),
        Err(MagnetError::TooLong { .. })
    ));
}

#[test]
fn a_link_can_be_made() {
    let link = Magnet::new([0xcd; 20].into())
        .with_name("a b")
        .with_tracker(" udp://t:1 ")
        .with_tracker("not one")
        .with_peer("[::1]:1".parse().unwrap())
        .with_peer("1.2.3.4:0".parse().unwrap());
    assert_eq!(
        link.to_string(),
        format!("magnet:?xt=urn:btih:{HASH}&dn=a%20b&tr=udp%3A%2F%2Ft%3A1&x.pe=[::1]:1")
    );
    assert_eq!(
        Magnet::new([0xcd; 20].into()).with_name(""),
        Magnet::new([0xcd; 20].into())
    );
}
