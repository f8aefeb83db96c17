//! What a new torrent says beside its content, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bip_bencode::BencodeMut;
use bip_metainfo::{
    Accessor, CreateError, DirectAccessor, HashOptions, InfoBuilder, InfoHash, KnownPiece,
    LoadLimits, MetaVersion, Metainfo, MetainfoBuilder, PieceLength, Source, SourceFile,
};
use sha1::{Digest, Sha1};

fn song() -> DirectAccessor<'static> {
    DirectAccessor::new("song.ogg", vec![7; 100_000])
}

fn build(builder: &MetainfoBuilder) -> Metainfo {
    builder.build(song(), &HashOptions::default()).unwrap()
}

fn build_info(info: InfoBuilder) -> Metainfo {
    build(&MetainfoBuilder::from(info))
}

/// What goes wrong, told before anything is read.
fn check(builder: impl Into<MetainfoBuilder>, expect: &str) {
    let builder = builder.into();
    let content = Untouchable(vec![SourceFile::only(100_000)]);
    let error = builder.plan(&content).unwrap_err();
    assert_eq!(error.to_string(), expect);
    let error = builder
        .build(&content, &HashOptions::default())
        .unwrap_err();
    assert_eq!(error.to_string(), expect);
}

/// Content that nobody may read.
struct Untouchable(Vec<SourceFile>);

impl Accessor for Untouchable {
    fn name(&self) -> &[u8] {
        b"untouchable"
    }

    fn files(&self) -> &[SourceFile] {
        &self.0
    }

    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
        panic!("file {file} is opened")
    }
}

#[test]
fn every_setter_is_read_again_and_takes_back_what_it_set() {
    let hash = InfoHash::from_bytes([9; 20]);
    let full = MetainfoBuilder::from(
        InfoBuilder::new()
            .private()
            .source("TRACKER")
            .similar([hash])
            .collections(["songs", "all"])
            .update_url("http://update.test/x")
            .extra("x-info", BencodeMut::from(5)),
    )
    .main_tracker("udp://main.test:1")
    .trackers([
        vec!["udp://a.test:1", "udp://b.test:1"],
        vec![],
        vec!["udp://c.test:1"],
    ])
    .comment("a comment")
    .created_by("a program")
    .creation_date(-5)
    .encoding("UTF-8")
    .web_seeds(["http://web.test/"])
    .http_seeds(["http://http.test/seed"])
    .nodes([("router.test", 6881), ("::1", 1)])
    .extra("x-root", BencodeMut::from("text"));
    let torrent = build(&full);
    let info = torrent.info();
    assert!(info.is_private());
    assert_eq!(info.source(), Some("TRACKER"));
    assert_eq!(info.similar(), [hash]);
    assert!(info.collections().eq(["songs", "all"]));
    assert_eq!(info.update_url(), Some("http://update.test/x"));
    assert_eq!(torrent.announce(), Some("udp://main.test:1"));
    let tiers = [
        vec!["udp://a.test:1", "udp://b.test:1"],
        vec!["udp://c.test:1"],
    ];
    assert_eq!(torrent.trackers(), tiers);
    assert_eq!(torrent.comment(), Some("a comment"));
    assert_eq!(torrent.created_by(), Some("a program"));
    assert_eq!(torrent.creation_date(), Some(-5));
    assert_eq!(torrent.encoding(), Some("UTF-8"));
    assert_eq!(torrent.url_list(), ["http://web.test/"]);
    assert_eq!(torrent.httpseeds(), ["http://http.test/seed"]);
    assert_eq!(
        torrent.nodes(),
        [("router.test".to_owned(), 6881), ("::1".to_owned(), 1)]
    );
    let root = bip_bencode::decode(torrent.raw()).unwrap();
    let root = root.root().dict().unwrap();
    assert_eq!(root.get(b"x-root").unwrap().str(), Some("text"));
    let dict = root.get(b"info").unwrap().dict().unwrap();
    assert_eq!(dict.get(b"x-info").unwrap().int().unwrap().digits(), "5");

    let nothing: [&str; 0] = [];
    let tiers: [[&str; 0]; 0] = [];
    let empty = full
        .info(InfoBuilder::new().private().public())
        .main_tracker(None)
        .trackers(tiers)
        .comment(None)
        .created_by(None)
        .creation_date(None)
        .encoding(None)
        .web_seeds(nothing)
        .http_seeds(nothing)
        .nodes([("", 0); 0])
        .extra("x-root", None);
    assert_eq!(build(&empty).raw(), build(&MetainfoBuilder::new()).raw());
    let unset = InfoBuilder::new()
        .source("s")
        .source(None)
        .similar([hash])
        .similar([])
        .collections(["c"])
        .collections(nothing)
        .update_url("http://u.test/")
        .update_url(None)
        .extra("x", BencodeMut::from(1))
        .extra("x", None);
    assert_eq!(
        build_info(unset).raw(),
        build(&MetainfoBuilder::new()).raw()
    );
}

#[test]
fn the_first_tracker_is_the_main_one_and_alone_needs_no_tier() {
    let torrent = build(&MetainfoBuilder::new().trackers([["udp://a.test:1"], ["udp://b.test:1"]]));
    assert_eq!(torrent.announce(), Some("udp://a.test:1"));
    assert_eq!(torrent.trackers(), [["udp://a.test:1"], ["udp://b.test:1"]]);
    let torrent = build(&MetainfoBuilder::new().trackers([["udp://a.test:1"]]));
    assert_eq!(torrent.trackers(), [["udp://a.test:1"]]);
    assert!(
        !torrent
            .raw()
            .windows(13)
            .any(|window| window == b"announce-list")
    );
    // Another main tracker is not lost among the tiers.
    let torrent = build(
        &MetainfoBuilder::new()
            .trackers([["udp://a.test:1"]])
            .main_tracker("udp://b.test:1"),
    );
    assert_eq!(torrent.announce(), Some("udp://b.test:1"));
    assert_eq!(torrent.trackers(), [["udp://a.test:1"]]);
}

#[test]
fn a_torrent_is_a_hybrid_unless_told_otherwise_and_may_be_renamed() {
    let torrent = build(&MetainfoBuilder::new());
    assert_eq!(torrent.info().version(), MetaVersion::Hybrid);
    assert_eq!(torrent.info().name(), "song.ogg");
    for version in [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid] {
        let torrent = build_info(InfoBuilder::new().version(version).name("other"));
        assert_eq!(torrent.info().name(), "other");
        assert!(torrent.info().is_single_file());
    }
}

#[test]
fn the_info_alone_is_that_of_the_torrent() {
    let builder = InfoBuilder::new();
    let info = builder.build(song(), &HashOptions::default()).unwrap();
    let torrent = MetainfoBuilder::from(builder)
        .comment("more")
        .build(song(), &HashOptions::default());
    assert_eq!(info.raw(), torrent.unwrap().info().raw());
}

#[test]
fn what_readers_would_not_read_again_is_refused() {
    let new = MetainfoBuilder::new;
    let not_read = |what: &str| format!("{what} would not be read again as it is");
    check(
        new().main_tracker("udp://a\n"),
        &not_read(r#"announce: "udp://a\n""#),
    );
    check(new().trackers([[""]]), &not_read(r#"announce: """#));
    check(
        new().web_seeds([" http://a"]),
        &not_read(r#"url-list: " http://a""#),
    );
    check(new().http_seeds([""]), &not_read(r#"httpseeds: """#));
    check(new().nodes([("a", 0)]), &not_read(r#"nodes: "a:0""#));
    check(new().nodes([("a b", 1)]), &not_read(r#"nodes: "a b:1""#));
    check(
        InfoBuilder::new().update_url("a b"),
        &not_read(r#"info.update-url: "a b""#),
    );
    check(
        InfoBuilder::new().collections([""]),
        &not_read(r#"info.collections: """#),
    );
    check(
        new().extra("comment", BencodeMut::from(1)),
        "comment has a method of its own",
    );
    check(
        InfoBuilder::new().extra("pieces", BencodeMut::from(1)),
        "info.pieces has a method of its own",
    );
    // No key of ours, but one that is read.
    check(
        InfoBuilder::new().extra("originator", BencodeMut::from(1)),
        "the torrent would be mistaken: info.originator is not a byte string and is ignored",
    );
    check(InfoBuilder::new().name(""), " has an empty name in it");
    check(InfoBuilder::new().name("a/b"), "a/b has a slash in a name");
    check(
        InfoBuilder::new().piece_length(PieceLength::Custom(0)),
        "pieces of no length",
    );
    check(
        InfoBuilder::new().known_pieces([KnownPiece::default(); 2]),
        "2 pieces are known, but there are 1",
    );
}

#[test]
fn what_nobody_would_load_is_not_made() {
    let info = || {
        InfoBuilder::new()
            .version(MetaVersion::V1)
            .piece_length(PieceLength::Exact(1000))
    };
    let at = |limits| MetainfoBuilder::from(info().limits(limits));
    let length = at(LoadLimits::default())
        .plan(song())
        .unwrap()
        .torrent_length as usize;
    assert!(
        at(LoadLimits::default().max_input_length(length))
            .plan(song())
            .is_ok()
    );
    // The name of what `check` takes is longer.
    check(
        at(LoadLimits::default().max_input_length(length + 2)),
        &format!(
            "the torrent could not be loaded: {} bytes are more than the {} that may be loaded",
            length + 4,
            length + 2
        ),
    );
    assert!(
        at(LoadLimits::default().max_pieces(100))
            .plan(song())
            .is_ok()
    );
    check(
        at(LoadLimits::default().max_pieces(99)),
        "the torrent could not be loaded: 100 pieces are more than 99",
    );
}

#[test]
fn a_target_length_is_kept_with_the_smallest_pieces() {
    let content = DirectAccessor::folder("top")
        .file(["a"], vec![1; 3_000_000])
        .file(["b"], vec![2; 5])
        .file(["c"], vec![3; 900_000]);
    for version in [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid] {
        for target in [1000, 2000, 4000, 9000] {
            let make = |policy| {
                let info = InfoBuilder::new().version(version).piece_length(policy);
                info.build(&content, &HashOptions::default()).map(|info| {
                    let torrent = MetainfoBuilder::from(
                        InfoBuilder::new()
                            .version(version)
                            .piece_length(PieceLength::Custom(info.piece_length())),
                    );
                    let plan = torrent.plan(&content).unwrap();
                    assert_eq!(
                        torrent
                            .build(&content, &HashOptions::default())
                            .unwrap()
                            .raw()
                            .len() as u64,
                        plan.torrent_length
                    );
                    (info.piece_length(), plan.torrent_length)
                })
            };
            let (piece_length, length) = make(PieceLength::TorrentLength(target)).unwrap();
            assert!(length <= target, "{version:?} {target} {length}");
            if piece_length > 16_384 {
                let (_, longer) = make(PieceLength::Custom(piece_length / 2)).unwrap();
                assert!(longer > target, "{version:?} {target} {longer}");
            }
        }
    }
    let error =
        MetainfoBuilder::from(InfoBuilder::new().piece_length(PieceLength::TorrentLength(10)))
            .plan(&content)
            .unwrap_err();
    assert!(matches!(
        error,
        CreateError::TargetTooSmall { target: 10, .. }
    ));
}

#[test]
fn known_hashes_are_taken_verbatim_and_their_pieces_not_read() {
    let files = vec![SourceFile::new(["a"], 40_000), SourceFile::new(["b"], 10)];
    let content = Untouchable(files);
    let known: Vec<_> = (0..3u8)
        .map(|piece| KnownPiece {
            sha1: Some([piece; 20]),
            sha256: Some([piece + 10; 32]),
        })
        .collect();
    let info = InfoBuilder::new()
        .piece_length(PieceLength::Custom(32_768))
        .known_pieces(known);
    let torrent = MetainfoBuilder::from(info)
        .build(&content, &HashOptions::default())
        .unwrap();
    let info = torrent.info();
    assert!(info.piece_hashes().eq([[0; 20], [1; 20], [2; 20]]));
    assert_eq!(info.piece_layer(0), Some(&[[10; 32], [11; 32]][..]));
    assert_eq!(info.files()[2].pieces_root(), Some(&[12; 32]));
}

#[test]
fn what_is_not_known_is_hashed() {
    let content = DirectAccessor::new("a", vec![3; 70_000]);
    let half = KnownPiece {
        sha1: Some([1; 20]),
        sha256: None,
    };
    let known = [half, KnownPiece::default(), half];
    let info = InfoBuilder::new().piece_length(PieceLength::Custom(32_768));
    let plain = info.build(&content, &HashOptions::default()).unwrap();
    let mixed = info
        .known_pieces(known)
        .build(&content, &HashOptions::default())
        .unwrap();
    let second: [u8; 20] = Sha1::digest([3; 32_768]).into();
    assert!(mixed.piece_hashes().eq([[1; 20], second, [1; 20]]));
    assert_eq!(mixed.piece_layer(0), plain.piece_layer(0));
}

#[test]
fn the_hash_function_is_the_callers() {
    let most = AtomicUsize::new(0);
    let options = HashOptions::default().threads(1).sha1(3, |pieces, hashes| {
        most.fetch_max(pieces.len(), Ordering::Relaxed);
        assert_eq!(pieces.len(), hashes.len());
        for (piece, hash) in pieces.iter().zip(hashes) {
            *hash = [pieces.len() as u8; 20];
            hash[0] = (piece.len() % 251) as u8;
        }
    });
    let content = DirectAccessor::new("a", vec![3; 7 * (1 << 20) + 5]);
    let info = InfoBuilder::new()
        .version(MetaVersion::V1)
        .piece_length(PieceLength::Custom(1 << 20));
    let info = info.build(&content, &options).unwrap();
    let ends: Vec<_> = info.piece_hashes().map(|hash| hash[19]).collect();
    assert_eq!(ends, [3, 3, 3, 3, 3, 3, 2, 2]);
    assert_eq!(info.piece_hash(7).unwrap()[0], 5);
    drop(options);
    assert_eq!(most.into_inner(), 3);
}

#[test]
fn progress_is_told_up_to_the_total_and_breaking_cancels() {
    let told = Mutex::new(Vec::new());
    let content = DirectAccessor::folder("top")
        .file(["a"], vec![1; 3_000_001])
        .file(["b"], vec![2; 5]);
    let builder = MetainfoBuilder::new();
    let options = HashOptions::default().threads(2).on_progress(|progress| {
        told.lock()
            .unwrap()
            .push((progress.bytes_done, progress.bytes_total));
        ControlFlow::Continue(())
    });
    builder.build(&content, &options).unwrap();
    drop(options);
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted());
    assert!(told.iter().all(|(_, total)| *total == 3_000_006));
    assert_eq!(told.last(), Some(&(3_000_006, 3_000_006)));

    for limit in [0, 1, 3_000_006] {
        let options = HashOptions::default().threads(2).on_progress(|progress| {
            if progress.bytes_done >= limit {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let error = builder.build(&content, &options).unwrap_err();
        assert!(matches!(error, CreateError::Cancelled), "{limit}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_place() {
    struct Failing(Vec<SourceFile>);
    impl Accessor for Failing {
        fn name(&self) -> &[u8] {
            b"top"
        }
        fn files(&self) -> &[SourceFile] {
            &self.0
        }
        fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
            match file {
                0 => Ok(Box::new(io::Cursor::new([1; 500]))),
                _ => Err(io::Error::other("out of paper")),
            }
        }
    }
    let check = |files: [SourceFile; 2], expect: &str| {
        let result = MetainfoBuilder::new().build(Failing(files.to_vec()), &HashOptions::default());
        assert_eq!(result.unwrap_err().to_string(), expect);
    };
    let file = |name: &str, length| SourceFile::new(["sub", name], length);
    check(
        [file("a", 500), file("b", 5)],
        "top/sub/b, byte 0: out of paper",
    );
    check(
        [file("a", 501), file("b", 0)],
        "top/sub/a has changed while it was hashed",
    );
}

#[test]
fn attributes_and_links_are_written() {
    let content = || {
        DirectAccessor::folder("top")
            .source_file(SourceFile::new(["run"], 0).executable(), b"#!")
            .source_file(SourceFile::new([".x"], 0).hidden().executable(), b"x")
            .source_file(SourceFile::symlink(["sub", "link"], ["run"]), b"")
    };
    for version in [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid] {
        let info = InfoBuilder::new().version(version);
        let info = info.build(content(), &HashOptions::default()).unwrap();
        let file = |name: &[u8]| {
            info.files()
                .iter()
                .find(|file| file.raw_path().last() == Some(name))
                .unwrap()
        };
        assert!(file(b"run").is_executable() && !file(b"run").is_hidden());
        assert!(file(b".x").is_executable() && file(b".x").is_hidden());
        let link = file(b"link");
        assert!(link.is_symlink());
        assert_eq!(link.symlink_path().unwrap().to_str(), Some("top/run"));
    }
    let escaping = DirectAccessor::folder("top")
        .file(["a"], b"a")
        .source_file(SourceFile::symlink(["link"], ["..", "x"]), b"");
    let error = MetainfoBuilder::new().plan(escaping).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the torrent could not be loaded: info.files[1].symlink path leads out of the torrent's folder"
    );
}
