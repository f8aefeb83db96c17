//! Whatever the text, a link that is read says the same when it is written, holds nothing that breaks a request, and
//! its selection is walked no further than there are files.

#![no_main]

use bip_metainfo::{FileSelection, Magnet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    check(&format!(
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&{text}"
    ));
    if let Ok(selection) = text.parse() {
        check_selection(&selection);
    }
});

fn check(text: &str) {
    let Ok(link) = Magnet::parse(text) else {
        return;
    };
    assert!(link.info_hash().is_some() || link.public_key().is_some());
    assert!(
        link.info_hash_v1()
            .is_none_or(|hash| hash.to_bytes() != [0; 20])
    );
    assert!(
        link.info_hash_v2()
            .is_none_or(|hash| hash.to_bytes() != [0; 32])
    );

    let breaks = |one: char| one.is_whitespace() || one.is_control();
    let addresses = [
        link.trackers(),
        link.web_seeds(),
        link.exact_sources(),
        link.acceptable_sources(),
    ];
    for address in addresses
        .into_iter()
        .flatten()
        .chain(link.peers())
        .chain(link.keywords())
    {
        assert!(!address.is_empty());
        let is_word = link.keywords().contains(address) && !address.contains(char::is_whitespace);
        assert!(is_word || !address.contains(breaks));
    }
    assert!(link.peers().iter().all(|peer| peer.contains(':')));
    assert!(link.peer_addresses().all(|address| address.port() != 0));
    assert!(link.warnings().len() <= 101);
    assert!(link.warnings().iter().all(|warning| {
        warning.offset() < text.len() && !warning.to_string().contains(char::is_control)
    }));
    if let Some(selection) = link.select_only() {
        check_selection(selection);
    }

    let written = link.to_string();
    assert!(written.is_ascii());
    if written.len() <= Magnet::MAX_LENGTH {
        assert_eq!(Magnet::parse(&written), Ok(link));
    }
}

fn check_selection(selection: &FileSelection) {
    assert!(!selection.is_empty());
    assert!(selection.indices(1000).count() <= 1000);
    assert!(
        selection
            .indices(1000)
            .all(|index| index < 1000 && selection.contains(index))
    );
    assert!(
        selection
            .ranges()
            .zip(selection.ranges().skip(1))
            .all(|(one, next)| one.end() + 1 < *next.start())
    );
    assert_eq!(selection.to_string().parse().as_ref(), Ok(selection));
}
