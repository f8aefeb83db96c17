/// Something on which decoders differ.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) class: Class,
    /// What the first value says, where it is an integer.
    pub(crate) number: Option<&'static str>,
}

/// What BEP 3, "bencoding", says of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The one encoding of a value. To refuse it is a limit of the decoder.
    Canonical,
    /// No encoder may write it.
    NotCanonical,
    /// Nested deeper than any torrent: it may be read or refused.
    Deep,
}

/// In the order of the table.
pub(crate) fn all() -> Vec<Input> {
    use Class::{Canonical, NotCanonical};
    vec![
        input("valid", b"d3:cow3:moo4:spam4:eggse", Canonical),
        input("trailing", b"i1ei2e", NotCanonical).saying("1"),
        input("lead0 int", b"i03e", NotCanonical).saying("3"),
        input("neg0", b"i-0e", NotCanonical).saying("0"),
        input("plus int", b"i+5e", NotCanonical).saying("5"),
        input("empty int", b"ie", NotCanonical),
        input("space int", b"i 1e", NotCanonical).saying("1"),
        input("neg lead0", b"i-03e", NotCanonical).saying("-3"),
        input("lead0 len", b"04:spam", NotCanonical),
        input("plus keylen", b"d+1:ai1ee", NotCanonical),
        input("unsorted", b"d1:bi1e1:ai2ee", NotCanonical),
        input("dup key", b"d1:ai1e1:ai2ee", NotCanonical),
        input("int key", b"di1ei2ee", NotCanonical),
        input("odd dict", b"d1:ae", NotCanonical),
        input("i64 min", b"i-9223372036854775808e", Canonical).saying("-9223372036854775808"),
        input("u64 max", b"i18446744073709551615e", Canonical).saying("18446744073709551615"),
        input("2^64", b"i18446744073709551616e", Canonical).saying("18446744073709551616"),
        input("10^30", b"i1000000000000000000000000000000e", Canonical)
            .saying("1000000000000000000000000000000"),
        input("huge len", b"99999999999:a", NotCanonical),
        input("len usize max", b"18446744073709551615:a", NotCanonical),
        input("len short eof", b"5:abc", NotCanonical),
        input("non-utf8 key", b"d1:\xffi1ee", Canonical),
        input("empty", b"", NotCanonical),
        input("depth 60", &nested(60), Canonical),
        input("depth 1000", &nested(1_000), Class::Deep),
        input("depth 100k", &nested(100_000), Class::Deep),
        input("dict depth 100k", &nested_dicts(100_000), Class::Deep),
        input("10M l", &vec![b'l'; 10_000_000], Class::Deep),
    ]
}

pub(crate) fn input(name: &'static str, bytes: &[u8], class: Class) -> Input {
    Input {
        name,
        bytes: bytes.to_vec(),
        class,
        number: None,
    }
}

impl Input {
    fn saying(mut self, number: &'static str) -> Input {
        self.number = Some(number);
        self
    }
}

fn nested(depth: usize) -> Vec<u8> {
    [vec![b'l'; depth], vec![b'e'; depth]].concat()
}

fn nested_dicts(depth: usize) -> Vec<u8> {
    [b"d1:a".repeat(depth), b"i1e".to_vec(), vec![b'e'; depth]].concat()
}
