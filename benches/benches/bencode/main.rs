//! Decoding and encoding bencode, ours and the rivals' on the same bytes in the same run.

#![allow(
    clippy::unwrap_used,
    reason = "a run in which something does not decode must stop"
)]

mod contender;
mod counting;
mod filter;
#[cfg(libtorrent_found)]
mod libtorrent;
mod measure;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;
#[cfg(feature = "rivals")]
mod typed;

use std::env;
use std::process::ExitCode;

use bip_benches::Corpus;
use contender::Contender;
use filter::Filter;

/// Those who take part in a group, on one corpus. The first is ours, to which the others are compared.
type Lineup = for<'c> fn(&'c Corpus) -> Vec<Contender<'c>>;

const GROUPS: &[(&str, Lineup)] = &[
    ("decode", decoders),
    ("visit", visitors),
    ("scan", scanners),
    #[cfg(feature = "rivals")]
    ("typed", typed::contenders),
    ("encode", encoders),
];

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
    let corpora = bip_benches::all();
    for (group, lineup) in GROUPS {
        for corpus in &corpora {
            if filter.wants(group, corpus.name) {
                measure::measure(group, corpus, lineup(corpus));
            }
        }
    }
    ExitCode::SUCCESS
}

fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    #[allow(unused_mut, reason = "without rivals it stays as it is")]
    let mut contenders = ours::decoders(corpus);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::decoders(corpus));
    #[cfg(feature = "rivals")]
    contenders.extend(rivals::decoders(corpus));
    contenders
}

fn visitors(corpus: &Corpus) -> Vec<Contender<'_>> {
    #[allow(unused_mut, reason = "without rivals it stays as it is")]
    let mut contenders = ours::visitors(corpus);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::visitors(corpus));
    #[cfg(feature = "rivals")]
    contenders.extend(rivals::visitors(corpus));
    contenders
}

fn scanners(corpus: &Corpus) -> Vec<Contender<'_>> {
    #[allow(unused_mut, reason = "without rivals it stays as it is")]
    let mut contenders = ours::scanners(corpus);
    #[cfg(feature = "rivals")]
    contenders.extend(rivals::scanners(corpus));
    contenders
}

fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    #[allow(unused_mut, reason = "without rivals it stays as it is")]
    let mut contenders = ours::encoders(corpus);
    #[cfg(libtorrent_found)]
    contenders.extend(libtorrent::encoders(corpus));
    #[cfg(feature = "rivals")]
    contenders.extend(rivals::encoders(corpus));
    contenders
}
