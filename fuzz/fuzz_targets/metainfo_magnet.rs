//! Whatever the text, a link that is read says the same when it is written, and holds nothing that breaks a request.

#![no_main]

use bip_metainfo::Magnet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    check(&format!("magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&{text}"));
});

fn check(text: &str) {
    let Ok(link) = Magnet::parse(text) else { return };
    assert_ne!(link.info_hash().to_bytes(), [0; 20]);
    let breaks = |one: char| one.is_whitespace() || one.is_control();
    assert!(link.trackers().iter().all(|tracker| !tracker.is_empty() && !tracker.contains(breaks)));
    assert!(link.peers().iter().all(|peer| peer.contains(':') && !peer.contains(breaks)));
    assert!(link.peer_addresses().all(|address| address.port() != 0));
    let written = link.to_string();
    if written.len() <= Magnet::MAX_LENGTH {
        assert_eq!(Magnet::parse(&written), Ok(link));
    }
}
