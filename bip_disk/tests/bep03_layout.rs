//! BEP 3, "info dictionary": pieces lie over the files as over one long file.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use bip_disk::{Layout, LayoutError};
use proptest::prelude::*;

fn layout(piece_length: u32, lengths: &[u64]) -> Layout {
    let files = lengths.iter().enumerate();
    let files = files.map(|(i, l)| (format!("{i}").into(), *l)).collect();
    Layout::new(piece_length, files).unwrap()
}

/// Where each byte of a torrent lies, by counting.
fn oracle(lengths: &[u64]) -> Vec<(usize, u64)> {
    let files = lengths.iter().enumerate();
    files
        .flat_map(|(file, length)| (0..*length).map(move |at| (file, at)))
        .collect()
}

proptest! {
    #[test]
    fn extents_are_where_counting_finds_them(
        piece_length in 1u32..20,
        lengths in prop::collection::vec(prop_oneof![Just(0u64), 0u64..50], 0..12),
        piece in 0u32..30, begin in 0u32..20, length in 0u32..20,
    ) {
        let layout = layout(piece_length, &lengths);
        let bytes = oracle(&lengths);
        prop_assert_eq!(layout.total_length(), bytes.len() as u64);
        let pieces: Vec<_> = bytes.chunks(piece_length as usize).collect();
        prop_assert_eq!(layout.piece_count() as usize, pieces.len());
        let expected = pieces.get(piece as usize);
        prop_assert_eq!(layout.piece_length(piece).map(|l| l as usize), expected.map(|p| p.len()));
        let expected = expected.and_then(|p| p.get(begin as usize..(begin + length) as usize));
        match (layout.extents(piece, begin, length), expected) {
            (Ok(extents), Some(expected)) => {
                let extents: Vec<_> = extents.collect();
                prop_assert!(extents.iter().all(|e| e.length > 0));
                prop_assert!(extents.windows(2).all(|e| e[0].file < e[1].file));
                let found: Vec<_> = extents.iter()
                    .flat_map(|e| (0..u64::from(e.length)).map(|at| (e.file, e.offset + at)))
                    .collect();
                prop_assert_eq!(&found[..], expected);
            }
            (Err(error), None) => prop_assert_eq!(error.piece, piece),
            (found, expected) => prop_assert!(false, "{found:?} {expected:?}"),
        }
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let one = |length| vec![("a".into(), length)];
    let most = u64::from(u32::MAX);
    assert_eq!(Layout::new(0, one(1)), Err(LayoutError::ZeroPieceLength));
    assert_eq!(Layout::new(1, one(most)).unwrap().piece_count(), u32::MAX);
    assert_eq!(Layout::new(1, one(most + 1)), Err(LayoutError::TooLong));
    let two = vec![("a".into(), u64::MAX), ("b".into(), 1)];
    assert_eq!(Layout::new(u32::MAX, two), Err(LayoutError::TooLong));
}

#[test]
fn extents_of_the_largest_torrents_do_not_overflow() {
    let length = u64::from(u32::MAX) * u64::from(u32::MAX);
    let layout = Layout::new(u32::MAX, vec![("a".into(), length)]).unwrap();
    let last = layout.piece_count() - 1;
    let extents: Vec<_> = layout.extents(last, u32::MAX - 1, 1).unwrap().collect();
    assert_eq!(extents[0].offset, length - 1);
    assert!(layout.extents(last, u32::MAX, 1).is_err());
    assert!(layout.extents(last, u32::MAX, u32::MAX).is_err());
    assert!(layout.extents(u32::MAX, 0, 0).is_err());
}

#[test]
fn paths_that_leave_the_folder_or_come_twice_are_refused() {
    for path in ["", "..", "a/../b", "a/../../b", "/a", "./..", "."] {
        let refused = Layout::new(1, vec![(path.into(), 1)]);
        assert_eq!(refused, Err(LayoutError::UnsafePath(path.into())), "{path}");
    }
    let twice = vec![("a".into(), 1), ("b".into(), 1), ("a".into(), 1)];
    assert_eq!(
        Layout::new(1, twice),
        Err(LayoutError::DuplicatePath("a".into()))
    );
}
