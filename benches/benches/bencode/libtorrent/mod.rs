//! C++ libtorrent: `bdecode` into a `bdecode_node`, `bencode` from an `entry`.

mod ffi;

pub(crate) use ffi::allocation_count;

use bip_benches::Corpus;
use ffi::{Buffer, Entry, Node};

use crate::contender::{Contender, Maker};

pub(crate) fn version() -> String {
    ffi::version()
}

pub(crate) fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let mut node = Node::new();
    vec![
        each("libtorrent", corpus, |input| assert!(ffi::decode(input))),
        each("libtorrent, node kept", corpus, move |input| {
            assert!(node.decode(input));
        }),
    ]
}

pub(crate) fn visitors(corpus: &Corpus) -> Vec<Contender<'_>> {
    let mut node = Node::new();
    let mut sums = corpus.inputs.iter().map(|input| ffi::visit(input));
    assert!(sums.by_ref().eq(crate::ours::sums(corpus)));
    vec![
        each("libtorrent", corpus, |input| {
            std::hint::black_box(ffi::visit(input));
        }),
        each("libtorrent, node kept", corpus, move |input| {
            std::hint::black_box(node.visit(input));
        }),
    ]
}

pub(crate) fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let entries = || -> Vec<Entry> {
        let decode = |input: &Vec<u8>| Entry::decode(input).unwrap();
        corpus.inputs.iter().map(decode).collect()
    };
    let (entries, again) = (entries(), entries());
    let mut buffer = Buffer::new();
    for (entry, input) in entries.iter().zip(&corpus.inputs) {
        assert_eq!(buffer.encode(entry), input);
    }
    let fresh = move || {
        for entry in &entries {
            std::hint::black_box(entry.encode());
        }
    };
    let kept = move || {
        for entry in &again {
            std::hint::black_box(buffer.encode(entry));
        }
    };
    vec![
        Contender::new(Maker::Libtorrent, "libtorrent", fresh),
        Contender::new(Maker::Libtorrent, "libtorrent, buffer kept", kept),
    ]
}

fn each<'c>(
    name: &'static str,
    corpus: &'c Corpus,
    mut decode: impl FnMut(&'c [u8]) + 'c,
) -> Contender<'c> {
    Contender::new(Maker::Libtorrent, name, move || {
        corpus.inputs.iter().for_each(|input| decode(input));
    })
}
