//! What holds for every input.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, InfoHash, Metainfo, PathPolicy};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Draft, string};

/// Bytes of a component: whole noise, or woven of what is known to be dangerous.
fn component() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        &b".."[..],
        b".",
        b"/",
        b"\\",
        b":",
        b"a",
        b"A",
        b"b",
        b" ",
        b"\0",
        b"con",
        b"LPT1",
        b"nul",
        b".txt",
        b"~",
        b"\xff",
        b"\xc0\xae",
        "\u{202e}".as_bytes(),
        "\u{200b}".as_bytes(),
        "\u{feff}".as_bytes(),
        "é".as_bytes(),
        "e\u{301}".as_bytes(),
        "¹".as_bytes(),
        "ΐ".as_bytes(),
        "İ".as_bytes(),
        "\u{1f4a9}".as_bytes(),
    ]);
    prop_oneof![
        vec(any::<u8>(), 0..24),
        vec(pieces.clone(), 0..5).prop_map(|pieces| pieces.concat()),
        vec(pieces, 0..5).prop_map(|pieces| pieces.concat().repeat(30)),
        any::<String>().prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn no_path_from_any_bytes_leaves_the_folder(name in component(), paths in vec(vec(component(), 1..5), 1..12)) {
        let borrowed = paths.iter().map(|path| path.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let draft = Draft::many(borrowed).with("name", string(&name));
        for policy in [PathPolicy::Portable, PathPolicy::Linux, PathPolicy::MacOs, PathPolicy::Windows] {
            let info = Info::from_bytes_with(&draft.info(), policy).unwrap();
            support::assert_safe_as(policy, &info);
            prop_assert_eq!(info.raw_name(), &name[..]);
            for (file, path) in info.files().iter().zip(&paths) {
                prop_assert!(file.raw_path().eq(path.iter().map(Vec::as_slice)));
                let components: Vec<_> = file.components().skip(1).map(str::as_bytes).collect();
                let is_same = components == *path && info.name().as_bytes() == name;
                prop_assert_eq!(file.path_changes().is_empty(), is_same);
            }
        }
        let info = Info::from_bytes(&Draft::single().with("name", string(&name)).info()).unwrap();
        support::assert_safe(&info);
        prop_assert!(info.files()[0].raw_path().eq([&name[..]]));
    }

    #[test]
    fn the_info_hash_is_that_of_the_raw_span(keys in vec(("[a-z]{1,9}", vec(any::<u8>(), 0..9)), 0..9), at in 0usize..9) {
        let mut info = b"d".to_vec();
        let sound = Draft::single().info();
        let sound = &sound[1..sound.len() - 1];
        for (index, (key, value)) in keys.iter().enumerate() {
            if index == at {
                info.extend_from_slice(sound);
            }
            // Upper-case keys are nobody's, and in no order.
            info.extend([string(key.to_uppercase()), string(value)].concat());
        }
        if at >= keys.len() {
            info.extend_from_slice(sound);
        }
        info.push(b'e');
        let file = [&b"d3:abc0:4:info"[..], &info, b"3:zzz0:e"].concat();
        let torrent = Metainfo::from_bytes(&file).unwrap();
        prop_assert_eq!(torrent.info().raw(), &info[..]);
        prop_assert_eq!(torrent.info().info_hash(), InfoHash::digest(&info));
        prop_assert_eq!(torrent.info().piece_hash(0), Some([7; 20]));
    }

    #[test]
    fn noise_is_refused_without_harm(bytes in vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
        let _ = Metainfo::from_bytes(&bytes);
        let _ = Info::from_bytes(&bytes);
        let mut file = Draft::many([[&b"a"[..], b"b"], [b"a", b"c"]]).file([("announce", string("http://a/"))]);
        let at = at.index(file.len());
        file.splice(at..(at + 1), bytes.into_iter().take(2));
        if let Ok(torrent) = Metainfo::from_bytes(&file) {
            support::assert_safe(torrent.info());
        }
    }

    #[test]
    fn info_hashes_are_read_as_a_naive_reader_would(text in "[0-9a-fA-F]{40}|[a-zA-Z2-7]{32}") {
        let bits: String = if text.len() == 40 {
            text.chars().map(|digit| format!("{:04b}", digit.to_digit(16).unwrap())).collect()
        } else {
            let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
            text.to_uppercase().chars().map(|digit| format!("{:05b}", alphabet.find(digit).unwrap())).collect()
        };
        let naive: Vec<_> = (0..20).map(|byte| u8::from_str_radix(&bits[byte * 8..byte * 8 + 8], 2).unwrap()).collect();
        prop_assert_eq!(&text.parse::<InfoHash>().unwrap().to_bytes()[..], &naive[..]);
    }
}
