//! What is told of piece lengths fits what is chosen for new torrents.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::io;

use bip_metainfo::{
    Accessor, Alignment, HashOptions, InfoBuilder, KnownPiece, LintKind, LintOptions, MetaVersion,
    Metainfo, MetainfoBuilder, PieceLength, Source, SourceFile,
};
use proptest::prelude::*;

/// Files of any length, which nobody can read.
struct Lengths(Vec<SourceFile>);

impl Lengths {
    fn new(lengths: impl IntoIterator<Item = u64>) -> Self {
        let files = lengths.into_iter().enumerate();
        Self(
            files
                .map(|(index, length)| SourceFile::new([format!("{index:06}")], length))
                .collect(),
        )
    }
}

impl Accessor for Lengths {
    fn name(&self) -> &[u8] {
        b"top"
    }

    fn files(&self) -> &[SourceFile] {
        &self.0
    }

    fn open(&self, _: usize) -> io::Result<Box<dyn Source + '_>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A torrent of pieces that have all the same hash.
fn torrent(info: InfoBuilder, content: &Lengths) -> Metainfo {
    let plan = MetainfoBuilder::from(info.clone()).plan(content).unwrap();
    let known = KnownPiece {
        sha1: Some([7; 20]),
        sha256: Some([7; 32]),
    };
    let known = std::iter::repeat_n(known, plan.piece_count as usize);
    MetainfoBuilder::from(info.known_pieces(known))
        .build(content, &HashOptions::default())
        .unwrap()
}

/// What is told of the length of the pieces.
fn lints(torrent: &Metainfo) -> Vec<LintKind> {
    let kinds = [
        LintKind::OddPieceLength,
        LintKind::UnevenPieceLength,
        LintKind::SmallPieceLength,
        LintKind::LargePieceLength,
    ];
    let lints = torrent.lint(&LintOptions::default());
    let told = lints.iter().map(|lint| lint.kind());
    told.filter(|kind| kinds.contains(kind)).collect()
}

fn check(info: InfoBuilder, lengths: &[(usize, u64)], expect: &[LintKind]) {
    let lengths = lengths
        .iter()
        .flat_map(|(count, length)| std::iter::repeat_n(*length, *count));
    let torrent = torrent(info, &Lengths::new(lengths));
    let (length, count) = (torrent.info().piece_length(), torrent.info().piece_count());
    assert_eq!(lints(&torrent), expect, "{count} pieces of {length}");
}

fn chosen(version: MetaVersion, policy: PieceLength) -> InfoBuilder {
    InfoBuilder::new().version(version).piece_length(policy)
}

#[test]
fn pieces_are_too_small_where_longer_ones_would_be_fewer() {
    let (v1, v2) = (MetaVersion::V1, MetaVersion::V2);
    let custom = |version| chosen(version, PieceLength::Custom(1 << 14));
    let small = [LintKind::SmallPieceLength];
    // Two pieces each at most: no more than needed.
    check(custom(v2), &[(20_001, 100)], &[]);
    check(custom(v2), &[(12_000, 1 << 15)], &[]);
    check(custom(v1), &[(12_000, 1 << 15)], &small);
    check(
        custom(v1).alignment(Alignment::Pieces),
        &[(12_000, 20_000)],
        &[],
    );
    check(custom(v2), &[(12_000, (1 << 15) + 1)], &small);
    check(custom(v2), &[(10_000, 0), (1, 20_001 << 14)], &small);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_a_policy_chooses_is_neither_too_long_nor_too_short(
        few in proptest::collection::vec((0u32..36, any::<u64>()), 1..8),
        // Of the many, two pieces each are more than the lint takes for one file.
        many in prop_oneof![15 => 0usize..300, 1 => 10_001usize..12_000],
        each in (0u32..24, any::<u64>()),
        version in 0..3,
        policy in 0..3,
    ) {
        let length = |(bits, random): (u32, u64)| random % (1 << bits) + 1;
        let lengths = few.into_iter().map(length).chain(std::iter::repeat_n(length(each), many));
        let content = Lengths::new(lengths);
        let version = [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid][version as usize];
        let policies = [PieceLength::OptBalanced, PieceLength::OptFileSize, PieceLength::OptTransfer];
        let torrent = torrent(chosen(version, policies[policy as usize]), &content);
        let (length, count) = (torrent.info().piece_length(), torrent.info().piece_count());
        prop_assert_eq!(lints(&torrent), [], "{} pieces of {}", count, length);
    }
}
