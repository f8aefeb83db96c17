use std::hint::black_box;

use bip_benches::Corpus;
use bip_metainfo::{
    HashOptions, InfoBuilder, Magnet, MetaVersion, Metainfo, MetainfoBuilder, PieceLength, Verifier,
};

use crate::contender::{Contender, Maker};
use crate::content::Content;

pub(crate) fn creators(content: &Content) -> Vec<Contender<'_>> {
    [
        ("bip_metainfo, v1, 1 thread", MetaVersion::V1, 1),
        ("bip_metainfo, v1, 2 threads", MetaVersion::V1, 2),
        ("bip_metainfo, v2, 1 thread", MetaVersion::V2, 1),
        ("bip_metainfo, v2, 2 threads", MetaVersion::V2, 2),
        ("bip_metainfo, hybrid, 1 thread", MetaVersion::Hybrid, 1),
        ("bip_metainfo, hybrid, 2 threads", MetaVersion::Hybrid, 2),
    ]
    .map(|(name, version, threads)| {
        Contender::new(Maker::Ours, name, move || {
            create(content, version, threads).raw().to_vec()
        })
    })
    .into()
}

pub(crate) fn verifiers(content: &Content) -> Vec<Contender<'_>> {
    [
        ("bip_metainfo, v1, 1 thread, verify", MetaVersion::V1, 1),
        ("bip_metainfo, v1, 2 threads, verify", MetaVersion::V1, 2),
        ("bip_metainfo, v2, 2 threads, verify", MetaVersion::V2, 2),
        (
            "bip_metainfo, hybrid, 2 threads, verify",
            MetaVersion::Hybrid,
            2,
        ),
    ]
    .map(|(name, version, threads)| {
        let torrent = create(content, version, 0);
        Contender::new(Maker::Ours, name, move || {
            let verifier = Verifier::at(torrent.info(), content.path());
            let found = verifier.verify(&HashOptions::default().threads(threads));
            assert!(found.unwrap().is_proven());
            Vec::new()
        })
    })
    .into()
}

fn create(content: &Content, version: MetaVersion, threads: usize) -> Metainfo {
    let info = InfoBuilder::new()
        .version(version)
        .piece_length(PieceLength::Custom(Content::PIECE_LENGTH));
    MetainfoBuilder::from(info)
        .build(content.path(), &HashOptions::default().threads(threads))
        .unwrap()
}

pub(crate) fn loaders(torrent: &Corpus) -> Vec<Contender<'_>> {
    let load = || {
        for input in &torrent.inputs {
            black_box(Metainfo::from_bytes(input).unwrap());
        }
        Vec::new()
    };
    let load_and_hash = || {
        for input in &torrent.inputs {
            black_box(Metainfo::from_bytes(input).unwrap().info().info_hash());
        }
        Vec::new()
    };
    vec![
        Contender::new(Maker::Ours, "bip_metainfo", load),
        Contender::new(Maker::Ours, "bip_metainfo, info-hash taken", load_and_hash),
    ]
}

pub(crate) fn magnet_parsers(text: &str) -> Vec<Contender<'_>> {
    let parse = move || {
        black_box(Magnet::parse(text).unwrap());
        Vec::new()
    };
    vec![Contender::new(Maker::Ours, "bip_metainfo", parse)]
}

pub(crate) fn magnet_writers(text: &str) -> Vec<Contender<'_>> {
    let magnet = Magnet::parse(text).unwrap();
    let write = move || {
        black_box(magnet.to_string());
        Vec::new()
    };
    vec![Contender::new(Maker::Ours, "bip_metainfo", write)]
}
