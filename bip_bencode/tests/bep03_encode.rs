//! BEP 3, "bencoding": what is built or streamed comes out canonical.

use bip_bencode::{
    BDecodeOpt, BencodeMut, BencodeMutKind, Encoder, ben_bytes, ben_int, ben_list, ben_map,
};

#[test]
fn values_and_keys_come_from_many_types() {
    let owned = String::from("owned");
    let map = ben_map! { "b" => 1, &b"a"[..] => owned, vec![b'c'] => ben_list!["x", b"y", 3u8] };
    assert_eq!(map.encode(), b"d1:a5:owned1:bi1e1:cl1:x1:yi3eee");
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
fn values_can_be_taken_apart_changed_and_put_together_again() {
    let document = bip_bencode::decode(b"d4:infod4:name4:spame5:nodesli1eee").unwrap();
    let mut tree = BencodeMut::from(document.root());
    assert_eq!(
        tree.get(b"info").and_then(|info| info.get(b"name")?.str()),
        Some("spam")
    );

    let dict = tree.dict_mut().unwrap();
    dict.get_mut("nodes")
        .unwrap()
        .list_mut()
        .unwrap()
        .push(ben_bytes!(String::from("two")));
    dict.insert("comment", ben_int!(-5));
    dict.remove("info");
    assert_eq!(tree.encode(), b"d7:commenti-5e5:nodesli1e3:twoee");

    let owned: BencodeMut<'static> = tree.into_owned();
    let BencodeMutKind::Dict(dict) = owned.into_kind() else {
        panic!("not a dictionary")
    };
    assert_eq!(dict.len(), 2);
    assert_eq!(
        dict.get("comment")
            .and_then(|value| value.int()?.to_i64().ok()),
        Some(-5)
    );
}

#[test]
fn the_macros_take_a_trailing_comma_and_nothing_at_all() {
    assert_eq!(ben_list![].encode(), b"le");
    assert_eq!(ben_map! {}.encode(), b"de");
    assert_eq!(
        ben_list![ben_int!(1,), ben_bytes!("a",),].encode(),
        b"li1e1:ae"
    );
    assert_eq!(ben_map! { "k" => 1, }.encode(), b"d1:ki1ee");
    assert_eq!(ben_int!(u64::MAX).encode(), b"i18446744073709551615e");
}

#[test]
fn a_tree_keeps_the_first_of_repeated_keys_and_loses_odd_spellings() {
    let document = BDecodeOpt::lenient()
        .decode(b"d1:bi007e1:ai-0e1:bi2ee")
        .unwrap();
    assert_eq!(
        BencodeMut::from(document.root()).encode(),
        b"d1:ai0e1:bi7ee"
    );
}

#[test]
fn raw_values_keep_their_bytes() {
    let document = BDecodeOpt::lenient().decode(b"d1:bi1e1:ai2ee").unwrap();
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|dict| dict.raw("info", document.root()));
    assert_eq!(out, b"d4:infod1:bi1e1:ai2eee");
}

/// The macros name nothing that the caller would have to import, or could shadow.
mod hygiene {
    #[expect(dead_code, reason = "only here to be in the way")]
    struct BencodeMut;
    #[expect(dead_code, reason = "only here to be in the way")]
    trait FromIterator {}

    #[test]
    fn macros_work_among_names_like_their_own() {
        let key = "key";
        let map = bip_bencode::ben_map! { key => bip_bencode::ben_list![bip_bencode::ben_int!(1)] };
        assert_eq!(map.encode(), b"d3:keyli1eee");
    }
}
