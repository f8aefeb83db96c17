//! BEP 3, "bencoding": what is streamed comes out canonical, whatever the order of the keys.

use std::collections::BTreeMap;

use bip_bencode::{BDecodeOpt, BencodeMut, Encoder, ben_int, ben_list, ben_map, decode};
use proptest::collection::vec;
use proptest::prelude::*;

/// A dictionary of these pairs, streamed in this order, with values of this length.
fn check(pairs: &[(Vec<u8>, u8)], length: usize) {
    let mut out = b"before".to_vec();
    Encoder::new(&mut out).list(|list| {
        list.dict(|dict| {
            for (key, value) in pairs {
                dict.bytes(key, vec![*value; length]);
            }
        });
        list.int(1);
    });
    let sorted: BTreeMap<_, _> = pairs.iter().cloned().collect();
    let tree: BencodeMut<'_> = sorted
        .into_iter()
        .map(|(key, value)| (key, BencodeMut::new_bytes(vec![value; length])))
        .collect();
    assert!(out[6..] == ben_list![tree, 1].encode());
    assert!(decode(&out[6..]).is_ok());
}

proptest! {
    /// Small dictionaries, and those too large to move bytes about in.
    #[test]
    fn keys_in_any_order_come_out_sorted(
        pairs in vec((vec(0..4u8, 0..4), any::<u8>()), 0..40),
        length in prop_oneof![0..5usize, 90..120usize, 1_000..5_000usize],
    ) {
        check(&pairs, length);
    }
}

#[test]
fn a_late_key_is_sorted_on_both_sides_of_the_size_that_is_moved() {
    for length in 4_050..4_110 {
        let pairs = [&b"b"[..], b"a", b"c", b"b", b"d", b"c"];
        let numbered = pairs
            .iter()
            .zip(0..)
            .map(|(key, value)| (key.to_vec(), value));
        check(&numbered.collect::<Vec<_>>(), length / 2);
    }
}

/// Were it quadratic, it would not end.
#[test]
fn a_hundred_thousand_keys_are_streamed_in_any_order() {
    let descending = (0..100_000u32).rev();
    // 33,331 and 50,000 have no common factor, so each key comes twice.
    let scattered = (0..100_000).map(|number| number * 33_331 % 50_000);
    for order in [Vec::from_iter(descending), Vec::from_iter(scattered)] {
        let pairs = order
            .iter()
            .zip(0..100_000)
            .map(|(key, value)| (key.to_be_bytes().to_vec(), value as u8));
        check(&pairs.collect::<Vec<_>>(), 20);
    }
}

#[test]
fn sorting_an_outer_dictionary_leaves_the_inner_ones_whole() {
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|outer| {
        for outer_key in [b"z", b"y", b"x"] {
            outer.dict(outer_key, |inner| {
                for inner_key in [b"2", b"1"] {
                    inner.bytes(inner_key, [b'-'; 3_000]);
                    inner.int(b"0", -1);
                }
            });
        }
    });
    let dashes = "-".repeat(3_000);
    let inner = format!("d1:0i-1e1:13000:{dashes}1:23000:{dashes}e");
    assert!(out == format!("d1:x{inner}1:y{inner}1:z{inner}e").as_bytes());
}

/// Values are written by plain calls down to a depth of 64, and by other means below.
#[test]
fn a_value_is_written_alike_at_every_depth() {
    let mut value = ben_list![1, "x"];
    let mut text = String::from("li1e1:xe");
    for depth in 0..140 {
        assert_eq!(value.encode(), text.as_bytes(), "{depth} deep");
        assert_eq!(value.encoded_len(), text.len(), "{depth} deep");
        if depth % 2 == 0 {
            value = ben_map! { "b" => value, "a" => depth, "c" => "after" };
            text = format!("d1:ai{depth}e1:b{text}1:c5:aftere");
        } else {
            value = ben_list![ben_list![], value, -1];
            text = format!("lle{text}i-1ee");
        }
    }
}

#[test]
fn the_length_is_known_before_encoding() {
    for (value, length) in [
        (ben_int!(0), 3),
        (ben_int!(-9), 4),
        (ben_int!(10), 4),
        (ben_int!(i64::MIN), 22),
        (ben_int!(u64::MAX), 22),
        (BencodeMut::new_bytes(""), 2),
        (BencodeMut::new_bytes([0; 9]), 11),
        (BencodeMut::new_bytes([0; 10]), 13),
        (BencodeMut::new_bytes([0; 99]), 102),
        (BencodeMut::new_bytes([0; 100]), 104),
        (ben_list![], 2),
        (ben_list![1, BencodeMut::new_dict()], 7),
    ] {
        assert_eq!(value.encoded_len(), length);
        let encoded = value.encode();
        assert_eq!((encoded.len(), encoded.capacity()), (length, length));
    }
}

#[test]
fn late_and_repeated_keys_find_their_place() {
    let mut out = b"before".to_vec();
    Encoder::new(&mut out).dict(|dict| {
        dict.int("m", 1);
        dict.bytes("z", "zz");
        dict.list("a", |list| list.dict(|inner| inner.int("k", -1)));
        dict.int("z", 5);
        dict.int("m", 22);
        dict.int("zz", 6);
        dict.int("b", 7);
        dict.int("zz", 8);
        dict.int("y", 9);
        dict.int("zzz", 10);
    });
    let expected = b"befored1:ald1:ki-1eee1:bi7e1:mi22e1:yi9e1:zi5e2:zzi8e3:zzzi10ee";
    assert_eq!(
        out.escape_ascii().to_string(),
        expected.escape_ascii().to_string()
    );
}

#[test]
fn raw_values_keep_their_bytes() {
    let document = BDecodeOpt::lenient().decode(b"d1:bi1e1:ai2ee").unwrap();
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|dict| dict.raw("info", document.root()));
    assert_eq!(out, b"d4:infod1:bi1e1:ai2eee");
}
