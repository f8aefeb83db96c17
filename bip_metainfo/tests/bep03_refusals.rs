//! Torrents that contradict themselves, lack something or ask for too much (BEP 3).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, LoadLimits, Metainfo, MetainfoError};
use support::{Draft, dict, entry, int, list, refused, string};

/// seed fault 5
#[test]
fn hostile_numbers_are_refused() {
    let lengths = |lengths: &[&str]| {
        let files = lengths
            .iter()
            .map(|length| dict([("length", int(length)), ("path", list([string("a")]))]));
        refused(&Draft::single().without("length").with("files", list(files)))
    };
    for number in [
        "-1",
        "0",
        "536854529",
        "4294967296",
        "18446744073709551616",
        "-99999999999999999999",
    ] {
        let error = refused(&Draft::single().with("piece length", int(number)));
        assert!(
            matches!(&error, MetainfoError::InvalidPieceLength { found, .. } if found == number),
            "{error}"
        );
    }
    for number in ["-1", "18446744073709551616"] {
        let error = refused(&Draft::single().with("length", int(number)));
        assert!(
            matches!(&error, MetainfoError::InvalidLength { key, .. } if key == "info.length"),
            "{error}"
        );
        let error = lengths(&["1", number]);
        assert!(
            matches!(&error, MetainfoError::InvalidLength { key, .. } if key == "info.files[1].length"),
            "{error}"
        );
    }
    assert!(matches!(
        lengths(&["18446744073709551615", "1"]),
        MetainfoError::TotalTooLong { .. }
    ));
    assert!(matches!(
        lengths(&["1", "18446744073709551615"]),
        MetainfoError::TotalTooLong { .. }
    ));
    assert_eq!(lengths(&["0", "0"]), MetainfoError::NoContent);
    assert_eq!(
        refused(
            &Draft::single()
                .with("length", int(0))
                .with("pieces", string(""))
        ),
        MetainfoError::NoContent
    );
}

#[test]
fn hashes_that_do_not_match_the_length_are_refused() {
    for bytes in [1, 19, 21] {
        let error = refused(&Draft::single().with("pieces", string(vec![0; bytes])));
        assert!(matches!(error, MetainfoError::PiecesLength { length, .. } if length == bytes));
    }
    for (length, hashes) in [(425, 0), (425, 2), (16_384, 2), (16_385, 1)] {
        let error = refused(
            &Draft::single()
                .with("length", int(length))
                .with("pieces", string(vec![0; hashes * 20])),
        );
        assert!(matches!(error, MetainfoError::PieceCount { found, .. } if found == hashes as u64));
    }
    let two = Draft::single()
        .with("length", int(16_385))
        .with("pieces", string([[1; 20], [2; 20]].concat()));
    let info = Info::from_bytes(&two.info()).unwrap();
    assert_eq!(
        (info.piece_hash(1), info.piece_hash(2)),
        (Some([2; 20]), None)
    );
    assert!(info.piece_hashes().rev().eq([[2; 20], [1; 20]]));
}

#[test]
fn what_no_torrent_can_do_without_is_named() {
    for key in ["length", "name", "piece length", "pieces"] {
        let path = format!("info.{key}");
        let error = refused(&Draft::single().without(key));
        assert!(
            matches!(&error, MetainfoError::MissingKey { key, .. } if *key == path),
            "{error}"
        );
        let error = refused(&Draft::single().with(key, list([])));
        assert!(
            matches!(&error, MetainfoError::WrongType { key, .. } if *key == path),
            "{error}"
        );
    }
    let files = |files| refused(&Draft::single().without("length").with("files", files));
    assert_eq!(files(list([])), MetainfoError::NoFiles);
    assert_eq!(files(int(1)).to_string(), "info.files is not a list");
    assert_eq!(
        files(list([int(1)])).to_string(),
        "info.files[0] is not a dictionary"
    );
    assert_eq!(
        files(list([dict([("length", int(1))])])).to_string(),
        "info.files[0].path is missing"
    );
    assert_eq!(
        files(list([dict([("path", list([string("a")]))])])).to_string(),
        "info.files[0].length is missing"
    );
    assert_eq!(
        files(list([entry(1, &[])])).to_string(),
        "info.files[0].path has no component"
    );
    let ill = dict([("length", int(1)), ("path", list([string("a"), int(1)]))]);
    assert_eq!(
        files(list([ill])).to_string(),
        "info.files[0].path[1] is not a byte string"
    );

    let error = |bytes: &[u8]| Metainfo::from_bytes(bytes).unwrap_err();
    assert!(matches!(error(b"de"), MetainfoError::MissingKey { key, .. } if key == "info"));
    assert!(matches!(error(b"d4:info0:e"), MetainfoError::WrongType { key, .. } if key == "info"));
    assert!(matches!(error(b"le"), MetainfoError::WrongType { .. }));
    assert!(matches!(
        error(b""),
        MetainfoError::Bencode { offset: 0, .. }
    ));
    assert!(matches!(
        error(b"d4:infod"),
        MetainfoError::Bencode { offset: 8, .. }
    ));
}

/// Loads within the limit `at`, and not within the next smaller one.
fn check_limit(
    draft: &Draft,
    at: LoadLimits,
    below: LoadLimits,
    is_right: impl Fn(&MetainfoError) -> bool,
) {
    let file = draft.file([]);
    Metainfo::from_bytes_with(&file, at).unwrap();
    Info::from_bytes_with(&draft.info(), at).unwrap();
    let error = Metainfo::from_bytes_with(&file, below).unwrap_err();
    assert!(is_right(&error), "{error:?}");
}

#[test]
fn each_limit_holds_at_its_value_and_not_one_past_it() {
    use MetainfoError as E;
    let limits = LoadLimits::default;
    let draft = Draft::single();
    let length = draft.file([]).len();
    let is_bencode = |error: &E| matches!(error, E::Bencode { .. });
    let (at, below) = (
        limits().max_input_length(length),
        limits().max_input_length(length - 1),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::TooLarge { .. })
    });
    check_limit(
        &draft,
        limits().max_depth(2),
        limits().max_depth(1),
        is_bencode,
    );
    // The file and its dictionary begin and end, and have one key and four keys with values.
    check_limit(
        &draft,
        limits().max_tokens(13),
        limits().max_tokens(12),
        is_bencode,
    );
    let (at, below) = (
        limits().max_piece_length(16_384),
        limits().max_piece_length(16_383),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::InvalidPieceLength { limit: 16_383, .. })
    });
    let (at, below) = (
        limits().max_total_length(425),
        limits().max_total_length(424),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::TotalTooLong { limit: 424, .. })
    });

    let two = draft
        .with("length", int(16_385))
        .with("pieces", string([0; 40]));
    let (at, below) = (limits().max_pieces(2), limits().max_pieces(1));
    check_limit(&two, at, below, |error| {
        matches!(
            error,
            E::TooManyPieces {
                count: 2,
                limit: 1,
                ..
            }
        )
    });

    let deep = Draft::many([[&b"a"[..]; 5]]);
    let (at, below) = (
        limits().max_directory_depth(5),
        limits().max_directory_depth(4),
    );
    check_limit(&deep, at, below, |error| {
        matches!(
            error,
            E::PathTooDeep {
                depth: 5,
                limit: 4,
                ..
            }
        )
    });

    let paths = "temp".len() + "/a".repeat(5).len();
    let (at, below) = (
        limits().max_path_bytes(paths),
        limits().max_path_bytes(paths - 1),
    );
    check_limit(&deep, at, below, |error| {
        matches!(error, E::PathsTooLong { .. })
    });

    let same = Draft::many([[&b"a"[..]]; 4]);
    let (at, below) = (
        limits().max_duplicate_names(6),
        limits().max_duplicate_names(5),
    );
    check_limit(&same, at, below, |error| {
        matches!(error, E::TooManyDuplicateNames { limit: 5, .. })
    });
}

#[test]
fn defaults_hold_at_their_values_and_not_one_past_them() {
    let total = |length: u64, piece_length: u32| {
        let pieces = vec![0; length.div_ceil(u64::from(piece_length)).min(1 << 21) as usize * 20];
        // 40 MiB of hashes are beyond the default input.
        let draft = Draft::single()
            .with("length", int(length))
            .with("piece length", int(piece_length));
        let limits = LoadLimits::default().max_input_length(usize::MAX);
        Info::from_bytes_with(&draft.with("pieces", string(pieces)).info(), limits)
    };
    assert_eq!(total(1 << 21, 1).unwrap().piece_count(), 1 << 21);
    assert!(matches!(
        total((1 << 21) + 1, 1),
        Err(MetainfoError::TooManyPieces { .. })
    ));
    assert_eq!(
        total((1 << 48) - 1, 536_854_528).unwrap().total_length(),
        (1 << 48) - 1
    );
    assert!(matches!(
        total(1 << 48, 536_854_528),
        Err(MetainfoError::TotalTooLong { .. })
    ));
    let deep = |depth| Info::from_bytes(&Draft::many([vec![&b"a"[..]; depth]]).info());
    assert!(deep(100).is_ok());
    assert!(matches!(deep(101), Err(MetainfoError::PathTooDeep { .. })));
}
