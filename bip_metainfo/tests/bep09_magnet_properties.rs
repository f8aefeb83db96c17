//! Whatever a link says, it says the same once written and read; whatever is read does no harm.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use bip_metainfo::{FileSelection, Magnet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Something that may stand in a link, often enough something that matters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        1 => "[a-z.%+&=;, é\\x00-\\x20]{0,12}",
        2 => "https?://[a-z]{1,5}/[a-z&%+ ]{0,5}",
        2 => "(\\[::1\\]|1\\.2\\.3\\.4|[a-z.]{1,5}):[0-9]{1,6}",
        1 => "urn:(btpk:[0-9A-F]{64}|btpk:[0-9]{0,3}|btih:[0-9]{40}|ed2k:[0-9]{2})",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(amp;)?(x\\.pe|xt|S|s|xl|so|tr|dht|[a-z.]{0,3})(\\.[0-9]{0,2})?"
    ]
}

fn selection() -> impl Strategy<Value = FileSelection> {
    vec((any::<u32>(), 0u32..5), 0..6).prop_map(|ranges| {
        let ranges = ranges.into_iter();
        ranges
            .map(|(first, more)| first..=first.saturating_add(more))
            .collect()
    })
}

fn start() -> impl Strategy<Value = Magnet> {
    prop_oneof![
        any::<[u8; 20]>().prop_map(|hash| Magnet::new(hash.into())),
        any::<[u8; 32]>().prop_map(|hash| Magnet::new_v2(hash.into())),
        any::<([u8; 20], [u8; 32])>()
            .prop_map(|(v1, v2)| Magnet::new(v1.into()).with_info_hash_v2(v2.into())),
        any::<([u8; 32], Vec<u8>)>().prop_map(|(key, salt)| Magnet::new_mutable(key, &salt)),
        any::<([u8; 20], [u8; 32], Vec<u8>)>()
            .prop_map(|(v1, key, salt)| Magnet::new(v1.into()).with_public_key(key, &salt)),
    ]
    .prop_filter("no hash may be all zeros", |link| {
        link.info_hash_v1()
            .is_none_or(|hash| hash.to_bytes() != [0; 20])
            && link
                .info_hash_v2()
                .is_none_or(|hash| hash.to_bytes() != [0; 32])
    })
}

fn link() -> impl Strategy<Value = Magnet> {
    let step = (0usize..10, text(), name());
    (start(), vec(step, 0..12), any::<Option<u64>>(), selection()).prop_map(
        |(start, steps, length, selection)| {
            let link = length.into_iter().fold(start, Magnet::with_length);
            let link = link.with_select_only(selection);
            steps
                .iter()
                .fold(link, |link, (method, text, name)| match method {
                    0 => link.with_name(text),
                    1 => link.with_tracker(text),
                    2 => link.with_web_seed(text),
                    3 => link.with_exact_source(text),
                    4 => link.with_acceptable_source(text),
                    5 => link.with_keywords(text),
                    6 => link.with_peer(text),
                    7 => link.with_other_topic(text),
                    8 => link.with_public_key([text.len() as u8; 32], name.as_bytes()),
                    _ => link.with_other(name, text),
                })
        },
    )
}

proptest! {
    #[test]
    fn a_link_that_is_made_says_the_same_when_it_is_read(link in link()) {
        let written = link.to_string();
        prop_assert!(written.len() > Magnet::MAX_LENGTH || written.is_ascii());
        let read = Magnet::parse(&written);
        prop_assert_eq!(read.as_ref(), Ok(&link), "{}", written);
        prop_assert_eq!(read.unwrap().to_string(), written);
    }

    #[test]
    fn a_link_that_is_read_says_the_same_when_it_is_written(
        parameters in vec((name(), text()), 0..12), noise in any::<String>(), at in any::<Index>(),
    ) {
        let mut link: Vec<char> = format!("magnet:?xt=urn:btih:{}", "ab".repeat(20)).chars().collect();
        for (name, text) in &parameters {
            link.extend(format!("&{name}={text}").chars());
        }
        check(&link.iter().collect::<String>());
        let at = at.index(link.len());
        link.splice(at..(at + 3).min(link.len()), noise.chars().take(5));
        check(&link.iter().collect::<String>());
        check(&noise);
    }

    #[test]
    fn a_link_that_was_damaged_does_no_harm(link in link(), at in any::<Index>(), put in any::<Option<char>>()) {
        let mut text: Vec<char> = link.to_string().chars().collect();
        let at = at.index(text.len());
        text.splice(at..=at, put);
        check(&text.into_iter().collect::<String>());
    }
}

fn check(text: &str) {
    if let Ok(link) = Magnet::parse(text) {
        assert_eq!(Magnet::parse(&link.to_string()), Ok(link), "{text}");
    }
}
