//! Files on disk becoming a torrent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bip_metainfo::{
    AccessError, Accessor, CreateError, DirectAccessor, FileAccessor, FileAttributes, FileOptions,
    HashOptions, Hidden, Junk, Metainfo, MetainfoBuilder, SkipReason, Symlinks,
};

/// A new folder called `top`, of this test alone.
fn top(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bep47_create_files")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    let top = folder.join("top");
    fs::create_dir_all(&top).unwrap();
    top
}

fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn build(accessor: impl Accessor) -> Metainfo {
    MetainfoBuilder::new()
        .build(accessor, &HashOptions::default())
        .unwrap()
}

/// The paths that a folder gives, links with their target.
fn check(folder: &Path, options: &FileOptions, expect: &[&str]) -> FileAccessor {
    let accessor = FileAccessor::with(folder, options).unwrap();
    let shown =
        |components: Vec<&[u8]>| String::from_utf8_lossy(&components.join(&b'/')).into_owned();
    let found: Vec<_> = accessor
        .files()
        .iter()
        .map(|file| match file.symlink_path() {
            Some(target) => format!(
                "{} -> {}",
                shown(file.path().collect()),
                shown(target.collect())
            ),
            None => shown(file.path().collect()),
        })
        .collect();
    assert_eq!(found, expect, "{options:?}");
    accessor
}

fn skipped(accessor: &FileAccessor, folder: &Path) -> Vec<(String, SkipReason)> {
    let relative = |path: &Path| {
        path.strip_prefix(folder)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let skipped = accessor.skipped().iter();
    skipped
        .map(|skipped| (relative(skipped.path()), skipped.reason()))
        .collect()
}

#[test]
fn the_same_folder_makes_the_same_torrent_whatever_order_it_was_made_in() {
    let paths = [
        "b",
        "a/c",
        "a/b/d",
        "a-",
        "Z",
        "\u{e9}t\u{e9}",
        "a.txt",
        "empty",
    ];
    let content = |path: &&str| {
        if *path == "empty" {
            String::new()
        } else {
            path.repeat(9000)
        }
    };
    let (one, other) = (top("order_one"), top("order_other"));
    paths
        .iter()
        .for_each(|path| write(&one, path, &content(path)));
    fs::create_dir(one.join("folder without files")).unwrap();
    paths
        .iter()
        .rev()
        .for_each(|path| write(&other, path, &content(path)));
    let memory = paths
        .iter()
        .fold(DirectAccessor::folder("top"), |memory, path| {
            memory.file(path.split('/'), content(path).into_bytes())
        });
    let torrent = build(FileAccessor::new(&one).unwrap());
    assert_eq!(torrent, build(FileAccessor::new(&other).unwrap()));
    assert_eq!(torrent, build(memory));
    // Another file system, where there is one at hand, lists its names in another order.
    let memory_disk = Path::new("/dev/shm");
    if memory_disk.is_dir() {
        let folder = memory_disk.join(format!("bip-order-{}", std::process::id()));
        let elsewhere = folder.join("top");
        paths
            .iter()
            .for_each(|path| write(&elsewhere, path, &content(path)));
        let found = build(FileAccessor::new(&elsewhere).unwrap());
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(torrent, found);
    }
    // A path in other words leads to the same.
    let dotted = one.join("a").join("..");
    assert_eq!(torrent, build(FileAccessor::new(dotted).unwrap()));
    let real = torrent.info().files().iter().filter(|file| !file.is_pad());
    let found: Vec<_> = real
        .map(|file| file.raw_path().collect::<Vec<_>>().join(&b'/'))
        .collect();
    let expect = [
        "Z",
        "a/b/d",
        "a/c",
        "a-",
        "a.txt",
        "b",
        "empty",
        "\u{e9}t\u{e9}",
    ];
    assert_eq!(found, expect.map(|path| path.as_bytes().to_vec()));
}

#[test]
fn a_path_alone_is_content() {
    let top = top("path");
    write(&top, "a.txt", "five!");
    let file = top.join("a.txt");
    let builder = MetainfoBuilder::new();
    let torrent = builder
        .build(file.as_path(), &HashOptions::default())
        .unwrap();
    assert_eq!(torrent.info().name(), "a.txt");
    assert!(torrent.info().is_single_file());
    assert_eq!(torrent.info().total_length(), 5);
    let plan = builder.plan(file.to_str().unwrap()).unwrap();
    assert_eq!((plan.content_length, plan.file_count), (5, 1));
    let error = builder.plan(top.join("nothing")).unwrap_err();
    assert!(
        matches!(error, CreateError::Access(AccessError::Io { path, .. }) if path == top.join("nothing"))
    );
}

#[test]
fn hidden_files_and_junk_are_left_out_and_told_unless_wanted() {
    let top = top("hidden");
    let paths = [
        ".git/config",
        ".DS_Store",
        "._a",
        "a",
        "sub/.x",
        "sub/Thumbs.db",
        "sub/DESKTOP.INI",
        "sub/b",
    ];
    paths.iter().for_each(|path| write(&top, path, "x"));
    let options = FileOptions::default;
    let accessor = check(&top, &options(), &["a", "sub/b"]);
    assert_eq!(
        skipped(&accessor, &top),
        [
            (".DS_Store", SkipReason::Junk),
            ("._a", SkipReason::Junk),
            (".git", SkipReason::Hidden),
            ("sub/.x", SkipReason::Hidden),
            ("sub/DESKTOP.INI", SkipReason::Junk),
            ("sub/Thumbs.db", SkipReason::Junk),
        ]
        .map(|(path, reason)| (path.to_owned(), reason))
    );
    check(
        &top,
        &options().hidden(Hidden::Take),
        &[".git/config", "a", "sub/.x", "sub/b"],
    );
    check(
        &top,
        &options().junk(Junk::Take),
        &["a", "sub/DESKTOP.INI", "sub/Thumbs.db", "sub/b"],
    );
    let all = options().hidden(Hidden::Take).junk(Junk::Take);
    let accessor = check(
        &top,
        &all,
        &[
            ".DS_Store",
            "._a",
            ".git/config",
            "a",
            "sub/.x",
            "sub/DESKTOP.INI",
            "sub/Thumbs.db",
            "sub/b",
        ],
    );
    assert!(accessor.skipped().is_empty());
    // What is given itself is wanted.
    check(&top.join(".DS_Store"), &options(), &[""]);
    check(&top.join(".git"), &options(), &["config"]);
}

#[test]
fn so_many_files_are_taken_and_no_more() {
    let top = top("many");
    ["a", "b/c", "b/d"]
        .iter()
        .for_each(|path| write(&top, path, "x"));
    check(
        &top,
        &FileOptions::default().max_files(3),
        &["a", "b/c", "b/d"],
    );
    let error = FileAccessor::with(&top, &FileOptions::default().max_files(2)).unwrap_err();
    assert!(matches!(error, AccessError::TooManyFiles { limit: 2, .. }));
}

/// Runs `change` when the files are listed and none is read.
fn check_changed(test: &str, change: impl Fn(&Path) + Sync + Send, expect: &str) {
    let top = top(test);
    ["a", "b"]
        .iter()
        .for_each(|path| write(&top, path, &path.repeat(100_000)));
    let accessor = FileAccessor::new(&top).unwrap();
    let options = HashOptions::default().threads(1).on_progress(|progress| {
        if progress.bytes_done == 0 {
            change(&top.join("b"));
        }
        ControlFlow::Continue(())
    });
    let error = MetainfoBuilder::new()
        .build(&accessor, &options)
        .unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with(expect), "{shown}");
}

#[test]
fn a_file_that_changes_while_it_is_hashed_is_named() {
    let open = |path: &Path| File::options().write(true).open(path).unwrap();
    let changed = "top/b has changed while it was hashed";
    check_changed(
        "shorter",
        |file| open(file).set_len(99_999).unwrap(),
        changed,
    );
    check_changed("empty", |file| open(file).set_len(0).unwrap(), changed);
    check_changed(
        "longer",
        |file| open(file).set_len(100_001).unwrap(),
        changed,
    );
    check_changed(
        "gone",
        |file| fs::remove_file(file).unwrap(),
        "top/b, byte 0: ",
    );
    let touch = |file: &Path| {
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
        open(file).set_modified(later).unwrap();
    };
    check_changed("touched", touch, changed);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn names_that_are_no_utf_8_are_kept_raw() {
        let top = top("raw");
        let name = b"caf\xe9\\.txt";
        fs::write(top.join(OsStr::from_bytes(name)), "x").unwrap();
        write(&top, "a", "x");
        let torrent = build(FileAccessor::new(&top).unwrap());
        let file = torrent.info().files().last().unwrap();
        assert!(file.raw_path().eq([&name[..]]));
    }

    fn links(test: &str) -> PathBuf {
        let top = top(test);
        ["a", "sub/b", "sub/deep/c"]
            .iter()
            .for_each(|path| write(&top, path, "x"));
        symlink("../a", top.join("sub/up")).unwrap();
        symlink("./deep/../b", top.join("sub/side")).unwrap();
        symlink("sub/deep", top.join("folder")).unwrap();
        symlink(top.canonicalize().unwrap().join("a"), top.join("absolute")).unwrap();
        top
    }

    #[test]
    fn links_are_followed_kept_or_left_out() {
        let top = links("links");
        let with = |symlinks| FileOptions::default().symlinks(symlinks);
        let followed = [
            "a",
            "absolute",
            "folder/c",
            "sub/b",
            "sub/deep/c",
            "sub/side",
            "sub/up",
        ];
        check(&top, &FileOptions::default(), &followed);
        let kept = [
            "a",
            "absolute -> a",
            "folder -> sub/deep",
            "sub/b",
            "sub/deep/c",
            "sub/side -> sub/b",
            "sub/up -> a",
        ];
        let accessor = check(&top, &with(Symlinks::Keep), &kept);
        let torrent = build(&accessor);
        let links = torrent
            .info()
            .files()
            .iter()
            .filter(|file| file.is_symlink());
        let targets: Vec<_> = links
            .map(|file| file.symlink_path().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(targets, ["top/a", "top/sub/deep", "top/sub/b", "top/a"]);
        let accessor = check(&top, &with(Symlinks::Skip), &["a", "sub/b", "sub/deep/c"]);
        assert!(
            accessor
                .skipped()
                .iter()
                .all(|skipped| skipped.reason() == SkipReason::Symlink)
        );
        assert_eq!(accessor.skipped().len(), 4);
        // One that is given itself is followed, and gives its own name.
        let accessor = check(&top.join("folder"), &with(Symlinks::Skip), &["c"]);
        assert_eq!(accessor.name(), b"folder");
    }

    #[test]
    fn links_that_lead_out_or_in_circles_or_nowhere_are_errors() {
        let check = |test: &str, target: &str, symlinks, expect: &str| {
            let top = links(test);
            let link = top.join("sub/link");
            symlink(target, &link).unwrap();
            let error = FileAccessor::with(&top, &FileOptions::default().symlinks(symlinks));
            let shown = error.unwrap_err().to_string();
            let expect = expect.replace("{}", link.to_str().unwrap());
            assert!(shown.starts_with(&expect), "{shown}");
        };
        let escapes = "the link {} points out of its folder";
        check("out", "../../x", Symlinks::Keep, escapes);
        check("root", "..", Symlinks::Keep, escapes);
        check("absolute", "/etc", Symlinks::Keep, escapes);
        let circle = "the link {} leads to a folder that it is in";
        check("circle", "..", Symlinks::Follow, circle);
        check("self", ".", Symlinks::Follow, circle);
        check("nowhere", "nothing", Symlinks::Follow, "{}: ");
    }

    #[test]
    fn two_links_that_lead_to_each_other_are_a_circle() {
        let top = top("two");
        ["a/1", "b/2"]
            .iter()
            .for_each(|path| write(&top, path, "x"));
        symlink("../b", top.join("a/x")).unwrap();
        symlink("../a", top.join("b/y")).unwrap();
        let error = FileAccessor::new(&top).unwrap_err();
        assert!(matches!(error, AccessError::SymlinkLoop { .. }), "{error}");
        // The same folder twice side by side is none.
        fs::remove_file(top.join("b/y")).unwrap();
        check(&top, &FileOptions::default(), &["a/1", "a/x/2", "b/2"]);
    }

    #[test]
    fn what_is_neither_file_nor_folder_is_left_out() {
        let top = top("special");
        write(&top, "a", "x");
        // The whole path may be too long for a socket.
        let socket = std::env::temp_dir().join(format!("bip-{}.socket", std::process::id()));
        let _listener = UnixListener::bind(&socket).unwrap();
        fs::rename(&socket, top.join("socket")).unwrap();
        let accessor = check(&top, &FileOptions::default(), &["a"]);
        assert_eq!(
            skipped(&accessor, &top),
            [("socket".to_owned(), SkipReason::Special)]
        );
        let error = FileAccessor::new(top.join("socket")).unwrap_err();
        assert!(matches!(error, AccessError::NotAFile { .. }), "{error}");
        assert!(matches!(
            FileAccessor::new("/"),
            Err(AccessError::NoName { .. })
        ));
    }

    #[test]
    fn attributes_are_recorded_only_when_asked_for() {
        let top = top("attributes");
        ["run", ".x"].iter().for_each(|path| write(&top, path, "x"));
        fs::set_permissions(top.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(top.join(".x"), fs::Permissions::from_mode(0o644)).unwrap();
        let options = FileOptions::default().hidden(Hidden::Take);
        let read = |options: &FileOptions| {
            let torrent = build(FileAccessor::with(&top, options).unwrap());
            let real = torrent.info().files().iter().filter(|file| !file.is_pad());
            real.map(|file| (file.is_hidden(), file.is_executable()))
                .collect::<Vec<_>>()
        };
        assert_eq!(read(&options), [(false, false); 2]);
        let options = options.attributes(FileAttributes::Record);
        assert_eq!(read(&options), [(true, false), (false, true)]);
    }
}

#[cfg(feature = "glob")]
#[test]
fn patterns_choose_files_and_folders() {
    let top = top("glob");
    let paths = [
        "a.mkv",
        "a.nfo",
        "extras/b.mkv",
        "extras/c.txt",
        "sample/d.mkv",
    ];
    paths.iter().for_each(|path| write(&top, path, "x"));
    let options = FileOptions::default;
    check(
        &top,
        &options().include("*.mkv"),
        &["a.mkv", "extras/b.mkv", "sample/d.mkv"],
    );
    let accessor = check(
        &top,
        &options().include("*.mkv").exclude("sample"),
        &["a.mkv", "extras/b.mkv"],
    );
    let reasons = skipped(&accessor, &top);
    let expect =
        ["a.nfo", "extras/c.txt", "sample"].map(|path| (path.to_owned(), SkipReason::Pattern));
    assert_eq!(reasons, expect);
    check(
        &top,
        &options().exclude("extras/*.txt").exclude("a*"),
        &["extras/b.mkv", "sample/d.mkv"],
    );
}

#[test]
fn the_walk_ends_where_it_is_told_to() {
    let top = top("watched");
    for path in ["a/b/c", "a/d", "e"] {
        write(&top, path, "x");
    }
    let walk = |enough: usize| {
        let mut told = Vec::new();
        let walked = FileAccessor::watched(&top, &FileOptions::default(), |path| {
            told.push(path.to_owned());
            match told.len() == enough {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        (walked, told)
    };
    let (walked, told) = walk(0);
    assert_eq!(walked.unwrap().files().len(), 3);
    assert_eq!((told.len(), &told[0]), (6, &top));
    for path in ["a", "a/b", "a/b/c", "a/d", "e"] {
        assert!(told.contains(&top.join(path)), "{path}");
    }
    for enough in 1..=6 {
        let (walked, told) = walk(enough);
        assert!(matches!(walked, Err(AccessError::Cancelled)), "{enough}");
        assert_eq!(told.len(), enough);
    }
}
