//! Making, verifying and loading torrents, and magnet links, ours and the rivals' in the same run.

#![allow(
    clippy::unwrap_used,
    reason = "a run in which something does not work must stop"
)]

mod contender;
mod content;
#[path = "../bencode/filter.rs"]
mod filter;
#[cfg(feature = "rivals")]
mod lava_torrent;
#[cfg(libtorrent_found)]
mod libtorrent;
mod measure;
#[cfg(feature = "rivals")]
mod mktorrent;
mod ours;
mod spent;

use std::env;
use std::process::ExitCode;

use bip_benches::Corpus;
use bip_metainfo::{InfoHash, MetaVersion, Metainfo};
use contender::Contender;
use content::Content;
use filter::Filter;
use measure::measure;

/// How often each gets its turn.
const CREATE_ROUNDS: u32 = 5;
const ROUNDS: u32 = 30;

/// As clients write them, with some of everything.
const MAGNET: &str = "magnet:?xt=urn:btih:d2354010a3ca4ade5b7427bb093a62a3899ff381\
    &xt=urn:btmh:122059aa7ac8e2c3c3c4e9ff7b6d4a3a31bb8a1c3ec1f1dff2a6b1d3b6a2b9c8d7e6\
    &dn=A%20name%20of%20some%20words&xl=1073741824&tr=udp%3A%2F%2Ftracker.example.org%3A1337%2Fannounce\
    &tr=udp%3A%2F%2Fopen.example.org%3A6969%2Fannounce&tr=https%3A%2F%2Fbackup.example.org%2Fannounce\
    &ws=https%3A%2F%2Fmirror.example.org%2Ffiles%2F&x.pe=192.0.2.7:6881&x.pe=[2001:db8::7]:6881&so=0,2,4-7";

fn main() -> ExitCode {
    let Some(filter) = Filter::from_arguments(env::args().skip(1)) else {
        return ExitCode::SUCCESS;
    };
    #[cfg(libtorrent_found)]
    eprintln!("libtorrent {}", libtorrent::version());
    if cfg!(all(feature = "libtorrent", not(libtorrent_found))) {
        eprintln!(
            "Built with the feature `libtorrent`, but pkg-config did not find libtorrent-rasterbar (Debian: \
             libtorrent-rasterbar-dev). Install it, or leave the feature out."
        );
        return ExitCode::FAILURE;
    }
    if filter.wants("create", "1GiB") {
        let content = Content::write().unwrap();
        check_equal(&measure(
            "create",
            "1GiB",
            CREATE_ROUNDS,
            creators(&content),
        ));
    }
    keep_large_blocks();
    for torrent in &bip_benches::torrents() {
        if filter.wants("load", torrent.name) {
            measure("load", torrent.name, ROUNDS, loaders(torrent));
        }
    }
    if filter.wants("magnet", "parse") {
        measure("magnet", "parse", ROUNDS, magnet_parsers());
    }
    if filter.wants("magnet", "write") {
        measure("magnet", "write", ROUNDS, magnet_writers());
    }
    ExitCode::SUCCESS
}

/// glibc gives a block that is larger than all before back to the system at once, whose next use then costs thousands of
/// page faults. Who pays for them would depend on what ran before; after this, nobody does.
fn keep_large_blocks() {
    const LENGTH: usize = 30 << 20;
    drop(std::hint::black_box(vec![0_u8; LENGTH]));
}

/// Whoever verifies takes part here too, since it is held against creating.
fn creators(content: &Content) -> Vec<Contender<'_>> {
    let mut contenders = ours::creators(content);
    contenders.extend(ours::verifiers(content));
    #[cfg(feature = "rivals")]
    contenders.extend(mktorrent::creators(content));
    #[cfg(feature = "rivals")]
    contenders.extend(lava_torrent::creators(content));
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::creators(content));
    contenders
}

fn loaders(torrent: &Corpus) -> Vec<Contender<'_>> {
    #[allow(unused_mut, reason = "without libtorrent it stays as it is")]
    let mut contenders = ours::loaders(torrent);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::loaders(torrent));
    contenders
}

fn magnet_parsers() -> Vec<Contender<'static>> {
    #[allow(unused_mut, reason = "without libtorrent it stays as it is")]
    let mut contenders = ours::magnet_parsers(MAGNET);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::magnet_parsers(MAGNET));
    contenders
}

fn magnet_writers() -> Vec<Contender<'static>> {
    #[allow(unused_mut, reason = "without libtorrent it stays as it is")]
    let mut contenders = ours::magnet_writers(MAGNET);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::magnet_writers(MAGNET));
    contenders
}

/// All torrents of a version have to be the same.
fn check_equal(made: &[Vec<u8>]) {
    let mut seen: Vec<(MetaVersion, Option<InfoHash>)> = Vec::new();
    for torrent in made.iter().filter(|torrent| !torrent.is_empty()) {
        let torrent = Metainfo::from_bytes(torrent).unwrap();
        let found = (torrent.info().version(), torrent.info().info_hash_v1());
        match seen.iter().find(|(version, _)| *version == found.0) {
            Some(known) => assert_eq!(*known, found),
            None => seen.push(found),
        }
    }
}
