//! Magnet links (BEP 9, "magnet URI format"; BEP 46; BEP 52).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use bip_metainfo::{Magnet, MagnetError, MagnetWarningKind as Odd};

const HASH: &str = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";
const HASH_V2: &str = "abababababababababababababababababababababababababababababababab";
/// BEP 46, "Test Vectors".
const KEY: &str = "8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e";

/// Reads a whole link that says the same when it is written and read again; what is odd about it.
#[track_caller]
fn check(link: &str, odd: &[Odd]) -> Magnet {
    let read = Magnet::parse(link).unwrap();
    let found: Vec<_> = read.warnings().iter().map(|one| one.kind()).collect();
    assert_eq!(found, odd, "{link}: {:?}", read.warnings());
    let written = read.to_string();
    assert_eq!(Magnet::parse(&written).as_ref(), Ok(&read), "{written}");
    read
}

#[track_caller]
fn check_parameters(parameters: &str, odd: &[Odd]) -> Magnet {
    let link = check(&format!("magnet:?xt=urn:btih:{HASH}{parameters}"), odd);
    assert_eq!(link.info_hash().unwrap().to_string(), HASH);
    link
}

#[track_caller]
fn check_error(link: &str, expect: MagnetError) {
    assert_eq!(Magnet::parse(link), Err(expect), "{link}");
}

#[test]
fn hashes_and_their_names_may_have_any_case_and_notation() {
    for link in [
        format!("magnet:?xt=urn:btih:{HASH}"),
        format!(" MAGNET:?XT=URN:BTIH:{} \n", HASH.to_uppercase()),
        format!("magnet:?xt.1=urn:btih:{HASH}&xt.2=urn:btih:{HASH}"),
        format!("magnet:?xt=urn%3Abtih%3A{HASH}"),
        "magnet:?xt=urn:btih:ZXG43TONZXG43TONZXG43TONZXG43TON".to_owned(),
        "magnet:?&dn=a&&xt=urn:btih:zxg43tonzxg43tonzxg43tonzxg43ton&".to_owned(),
    ] {
        let read = check(&link, &[]);
        assert_eq!(read.info_hash_v1().unwrap().to_string(), HASH, "{link}");
        assert_eq!(read.info_hash_v1(), read.info_hash());
    }
}

#[test]
fn links_of_either_version_and_of_both_are_read() {
    let v1 = format!("xt=urn:btih:{HASH}");
    let v2 = format!("xt=URN:btmh:1220{}", HASH_V2.to_uppercase());
    for (link, hashes) in [
        (format!("magnet:?{v1}"), (Some(HASH), None, Some(HASH))),
        (
            format!("magnet:?{v2}&{v2}"),
            (None, Some(HASH_V2), Some(&HASH_V2[..40])),
        ),
        (
            format!("magnet:?{v2}&{v1}"),
            (Some(HASH), Some(HASH_V2), Some(HASH)),
        ),
    ] {
        let read = check(&link, &[]);
        let (v1, v2, both) = (
            read.info_hash_v1().map(|hash| hash.to_string()),
            read.info_hash_v2().map(|hash| hash.to_string()),
            read.info_hash().map(|hash| hash.to_string()),
        );
        assert_eq!((v1.as_deref(), v2.as_deref(), both.as_deref()), hashes);
    }
    assert_eq!(
        check(&format!("magnet:?{v2}&dn=x&{v1}"), &[]).to_string(),
        format!("magnet:?xt=urn:btih:{HASH}&xt=urn:btmh:1220{HASH_V2}&dn=x")
    );
}

#[test]
fn a_publisher_s_key_and_salt_name_a_torrent_too() {
    let link = check(
        &format!("magnet:?s=6E&xs=URN:btpk:{}", KEY.to_uppercase()),
        &[],
    );
    assert_eq!(link.info_hash(), None);
    assert_eq!(link.public_key().unwrap()[..3], [0x85, 0x43, 0xd3]);
    assert_eq!(link.salt(), Some(&b"n"[..]));
    assert_eq!(link.to_string(), format!("magnet:?xs=urn:btpk:{KEY}&s=6e"));
    assert_eq!(
        check(&format!("magnet:?xs=urn:btpk:{KEY}"), &[]).salt(),
        None
    );
    assert_eq!(
        check(&format!("magnet:?xs=urn:btpk:{KEY}&s="), &[]).salt(),
        None
    );
    assert_eq!(
        check_parameters(&format!("&xs=urn:btpk:{KEY}"), &[]).salt(),
        None
    );

    let second = format!("urn:btpk:{}", "00".repeat(32));
    let link = check(
        &format!("magnet:?xs=urn:btpk:{KEY}&xs={second}&s=00&s=01"),
        &[Odd::SecondPublicKey, Odd::Repeated],
    );
    assert_eq!(link.public_key().unwrap()[0], 0x85);
    assert_eq!(link.exact_sources(), [second]);
    assert_eq!(link.salt(), Some(&[0][..]));

    // Without a key, `s` is as good as any other parameter.
    let link = check_parameters("&s=zz&b=1&S.1=2", &[]);
    assert!(link.other().map(|(name, _)| name).eq(["s", "b", "S.1"]));
    let link = link.with_public_key([7; 32], b"");
    assert!(link.other().map(|(name, _)| name).eq(["b"]));
}

#[test]
fn a_salt_of_64_bytes_is_in_order_and_a_longer_one_is_told() {
    let link = |length: usize| format!("magnet:?xs=urn:btpk:{KEY}&s={}", "61".repeat(length));
    assert_eq!(check(&link(64), &[]).salt().unwrap().len(), 64);
    assert_eq!(check(&link(65), &[Odd::LongSalt]).salt().unwrap().len(), 65);
}

#[test]
fn names_and_trackers_are_read_encoded_or_plain() {
    let link = check_parameters(
        "&dn=A%20b+c%2B&tr=http%3A%2F%2Fa%2Fx%3Fp%3D1%2B2&tr.7=udp://b:1/a+b&amp;tr=http://c/?x=100%",
        &[Odd::BrokenEscape],
    );
    assert_eq!(link.name(), Some("A b c+"));
    assert_eq!(
        link.trackers(),
        ["http://a/x?p=1+2", "udp://b:1/a+b", "http://c/?x=100%"]
    );
    let warning = &link.warnings()[0];
    assert_eq!(
        (warning.parameter(), warning.value()),
        ("tr", "http://c/?x=100%")
    );
    assert!(link.without_trackers().trackers().is_empty());
    assert_eq!(
        check_parameters("&dn=%ff", &[Odd::NotUtf8]).name(),
        Some("\u{fffd}")
    );
}

#[test]
fn sources_web_seeds_keywords_and_length_are_read() {
    let link = check_parameters(
        "&XL=18446744073709551615&ws=http://w/a%26b&ws=HTTPS://x/&xs=http://a/b.torrent&xs=urn:sha1:AB\
         &as=http://c&kt=martin+luther%20king,mp3&kt.2=a%2Bb",
        &[],
    );
    assert_eq!(link.length(), Some(u64::MAX));
    assert_eq!(link.web_seeds(), ["http://w/a&b", "HTTPS://x/"]);
    assert_eq!(link.exact_sources(), ["http://a/b.torrent", "urn:sha1:AB"]);
    assert_eq!(link.acceptable_sources(), ["http://c"]);
    assert_eq!(link.keywords(), ["martin", "luther", "king,mp3", "a+b"]);
    assert!(
        link.to_string()
            .ends_with("&kt=martin+luther+king,mp3+a%2Bb")
    );
}

#[test]
fn peers_are_names_or_addresses_with_a_port() {
    let link = check_parameters(
        "&x.pe=1.2.3.4:5&x.pe.1=%5B::1%5D:6881&X.PE=host.example:80",
        &[],
    );
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
fn what_cannot_be_used_is_left_out_and_told() {
    for (parameters, odd) in [
        ("&tr=http://a/%0d%0aHost:%20b", Odd::Unprintable),
        ("&tr=a%20b", Odd::Unprintable),
        ("&tr=", Odd::Empty),
        ("&tr=%20", Odd::Empty),
        ("&ws=ftp://x/y", Odd::NotHttp),
        ("&ws=http://", Odd::NotHttp),
        ("&ws=http://a%00", Odd::Unprintable),
        ("&xs", Odd::Empty),
        ("&as=%7f", Odd::Unprintable),
        ("&x.pe=1.2.3.4", Odd::NotHostAndPort),
        ("&x.pe=a%20b:1", Odd::NotHostAndPort),
        ("&x.pe=1.2.3.4:0", Odd::PortZero),
        ("&x.pe=[::1]:65536", Odd::PortOutOfRange),
        ("&xl=", Odd::NotLength),
        ("&xl=-1", Odd::NotLength),
        ("&xl=%2B1", Odd::NotLength),
        ("&xl=18446744073709551616", Odd::NotLength),
        ("&dn=", Odd::Empty),
        ("&xt=", Odd::Empty),
        ("&so=", Odd::Empty),
        ("&so=7-4", Odd::NotFileIndex),
    ] {
        let link = check_parameters(parameters, &[odd]);
        assert_eq!(
            link.to_string(),
            format!("magnet:?xt=urn:btih:{HASH}"),
            "{parameters}"
        );
        let warning = &link.warnings()[0];
        assert_eq!(warning.offset(), 60 + 1, "{parameters}");
        assert!(!warning.to_string().contains(char::is_control));
    }
    assert_eq!(
        check_parameters("&dn=&dn=b&dn=c", &[Odd::Empty, Odd::Repeated]).name(),
        Some("b")
    );
    assert_eq!(
        check_parameters("&xl=x&xl=1&xl=1", &[Odd::NotLength, Odd::Repeated]).length(),
        Some(1)
    );
}

#[test]
fn what_is_not_understood_is_kept_and_written_back() {
    let link = check_parameters(
        "&xt=urn:ed2k:a0&dht=1.2.3.4:5&k&x.a%26=%ff%00&=v",
        &[Odd::UnknownTopic, Odd::NotUtf8],
    );
    assert_eq!(link.other_topics(), ["urn:ed2k:a0"]);
    let other: Vec<_> = link.other().collect();
    let expect = [
        ("dht", "1.2.3.4:5".into()),
        ("k", "".into()),
        ("x.a&", "\u{fffd}\0".into()),
        ("", "v".into()),
    ];
    assert_eq!(other, expect);
    assert!(
        link.to_string()
            .ends_with("&xt=urn:ed2k:a0&dht=1.2.3.4:5&k=&x.a%26=%FF%00&=v")
    );
}

#[test]
fn a_link_is_refused_for_a_reason_and_told_where() {
    check_error("", MagnetError::NotMagnet);
    check_error("magnet:", MagnetError::NotMagnet);
    check_error("http://magnet:?", MagnetError::NotMagnet);
    check_error("magnét:?xt=", MagnetError::NotMagnet);
    check_error("magnet:?", MagnetError::MissingInfoHash);
    check_error("magnet:?xt=urn:ed2k:abc&dn=x", MagnetError::MissingInfoHash);
    check_error("magnet:?s=00", MagnetError::MissingInfoHash);

    let (key, zero, other) = (
        format!("xs=urn:btpk:{KEY}"),
        "0".repeat(64),
        "ef".repeat(32),
    );
    for (parameters, expect) in [
        ("xt=urn%%3A".to_owned(), "InvalidEscape { offset: 13 }"),
        (
            format!("xt=urn:btih:{}", &zero[..40]),
            "ZeroInfoHash { offset: 13 }",
        ),
        (
            format!("xt=urn:btmh:1220{zero}"),
            "ZeroInfoHash { offset: 13 }",
        ),
        (
            format!("xt=urn:btih:{HASH}&xt=urn:btih:{}", &other[..40]),
            "ConflictingInfoHashes { offset: 66, topic: \"urn:btih\" }",
        ),
        (
            format!("xt=urn:btmh:1220{HASH_V2}&xt=urn:btmh:1220{other}"),
            "ConflictingInfoHashes { offset: 94, topic: \"urn:btmh\" }",
        ),
        (
            "dn=é&xs=urn:btpk:85".to_owned(),
            "InvalidPublicKey { offset: 19, source_name: \"urn:btpk:85\" }",
        ),
        (format!("s=0&{key}"), "InvalidSalt { offset: 13 }"),
        (format!("s=0g&{key}"), "InvalidSalt { offset: 13 }"),
    ] {
        let error = Magnet::parse(&format!("     magnet:?{parameters}")).unwrap_err();
        assert_eq!(format!("{error:?}"), expect, "{parameters}");
        let offset = error.offset().unwrap().to_string();
        assert!(error.to_string().contains(&offset), "{error}");
    }
}

#[test]
fn a_malformed_hash_is_shown_as_it_is() {
    let long = format!("urn:btih:{}", "é".repeat(200));
    for bad in [
        "urn:btih:",
        "urn:btih:abab",
        "urn:btih:zz",
        "urn:btmh:1221abab",
        "urn:btmh:1220",
        "urn:btih:é",
        &format!("urn:btih:{HASH_V2}"),
        &format!("urn:btmh:{HASH_V2}"),
        &format!("urn:btmh:1220{HASH_V2}ab"),
        &long,
    ] {
        let error = Magnet::parse(&format!("magnet:?xt={bad}")).unwrap_err();
        let shown: String = bad.chars().take(120).collect();
        assert!(
            matches!(&error, MagnetError::InvalidInfoHash { topic, offset: 8, .. } if *topic == shown),
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
        .with_info_hash_v2([0xab; 32].into())
        .with_public_key([1; 32], b"n")
        .with_other_topic("urn:ed2k:1")
        .with_other_topic("urn:btih:1")
        .with_other_topic("")
        .with_name("a b")
        .with_length(7)
        .with_tracker(" udp://t:1 ")
        .with_tracker("not one")
        .with_web_seed("http://w/")
        .with_web_seed("ftp://w/")
        .with_exact_source("http://s/")
        .with_exact_source("urn:btpk:00")
        .with_acceptable_source("http://a/")
        .with_keywords("some words")
        .with_peer("[::1]:1")
        .with_peer("1.2.3.4:0")
        .with_select_only([0, 2, 3].into_iter().collect())
        .with_other("x", "1")
        .with_other("TR.1", "udp://a");
    let key = "01".repeat(32);
    assert_eq!(
        link.to_string(),
        format!(
            "magnet:?xt=urn:btih:{HASH}&xt=urn:btmh:1220{HASH_V2}&xt=urn:ed2k:1&xs=urn:btpk:{key}&s=6e&dn=a%20b&xl=7\
             &tr=udp%3A%2F%2Ft%3A1&ws=http%3A%2F%2Fw%2F&xs=http%3A%2F%2Fs%2F&as=http%3A%2F%2Fa%2F&kt=some+words\
             &x.pe=[::1]:1&so=0,2-3&x=1"
        )
    );
    check(&link.to_string(), &[Odd::UnknownTopic]);

    let bare = Magnet::new([0xcd; 20].into());
    assert_eq!(bare.clone().with_name(""), bare);
    assert_eq!(
        bare.clone()
            .with_select_only(std::iter::empty::<u32>().collect()),
        bare
    );
    assert_eq!(Magnet::new_v2([1; 32].into()).info_hash_v1(), None);
    let mutable = Magnet::new_mutable([1; 32], b"");
    assert_eq!(
        (mutable.info_hash(), mutable.public_key()),
        (None, Some(&[1; 32]))
    );
    assert_eq!(
        bare.clone().with_exact_source(&format!("urn:btpk:{key}")),
        bare.with_public_key([1; 32], b"")
    );
}
