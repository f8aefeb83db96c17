//! BEP 3, "bencoding": what is built or streamed comes out canonical.

use bip_bencode::{Encoder, ben_map};

#[test]
fn the_macro_alone_needs_to_be_imported() {
    let owned = String::from("owned");
    let map = ben_map! { "b" => 1, &b"a"[..] => owned, vec![b'c'] => bip_bencode::ben_list!["x", b"y", 3u8,], };
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
