//! C++ libtorrent: `set_piece_hashes`, `load_torrent_buffer`, `parse_magnet_uri` and `make_magnet_uri`.

mod ffi;

use std::hint::black_box;

use bip_benches::Corpus;
use ffi::Magnet;

use crate::contender::{Contender, Maker};
use crate::content::Content;

pub(crate) fn version() -> String {
    ffi::version()
}

pub(crate) fn creators(content: &Content) -> Vec<Contender<'_>> {
    [
        ("libtorrent, hybrid", None),
        ("libtorrent, hybrid, 2 hashing threads", Some(2)),
    ]
    .map(|(name, threads)| {
        Contender::new(Maker::Libtorrent, name, move || {
            ffi::create(content.path(), Content::PIECE_LENGTH, threads)
        })
    })
    .into()
}

pub(crate) fn loaders(torrent: &Corpus) -> Vec<Contender<'_>> {
    let loader = |name, load: fn(&[u8]) -> u32| {
        Contender::new(Maker::Libtorrent, name, move || {
            assert!(torrent.inputs.iter().all(|input| load(input) > 0));
            Vec::new()
        })
    };
    let mut loaders = vec![loader("libtorrent", ffi::load)];
    if torrent.name == "v2_pieces262k" {
        loaders.push(loader("libtorrent, layers checked", ffi::load_and_check));
    }
    loaders
}

pub(crate) fn magnet_parsers(text: &str) -> Vec<Contender<'_>> {
    let parse = move || {
        assert!(ffi::parse_magnet(text));
        Vec::new()
    };
    vec![Contender::new(Maker::Libtorrent, "libtorrent", parse)]
}

pub(crate) fn magnet_writers(text: &str) -> Vec<Contender<'_>> {
    let magnet = Magnet::parse(text).unwrap();
    let write = move || {
        black_box(magnet.write());
        Vec::new()
    };
    vec![Contender::new(Maker::Libtorrent, "libtorrent", write)]
}
