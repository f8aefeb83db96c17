//! Symbolic links (BEP 47, "Symlinks").

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, LoadLimits, LoadOptions, MetainfoError, PathPolicy};
use support::{Draft, dict, entry, list, string};

fn with_target(target: &[&[u8]]) -> Draft {
    let link = dict([
        ("attr", string("l")),
        ("path", list([string("d"), string("link")])),
        ("symlink path", list(target.iter().map(string))),
    ]);
    Draft::single()
        .without("length")
        .with("files", list([entry(1, &[b"a"]), link]))
}

#[test]
fn targets_within_the_torrent_are_safe_paths() {
    let check = |policy: PathPolicy, target: &[&[u8]], expect: &str| {
        let info = Info::from_bytes_with(&with_target(target).info(), policy).unwrap();
        let path = info.files()[1].symlink_path().unwrap().to_str();
        assert_eq!(path, Some(expect));
        support::assert_safe_as(policy, &info);
    };
    for policy in [PathPolicy::Linux, PathPolicy::Portable] {
        check(policy, &[b"a"], "temp/a");
        check(policy, &[b"x", b"y", b"..", b".", b"z"], "temp/x/z");
        check(policy, &[b"x", b".."], "temp");
        check(policy, &[b"a", b"/", b"b"], "temp/a/_/b");
    }
    check(PathPolicy::Linux, &[b"a:b"], "temp/a:b");
    check(PathPolicy::Portable, &[b"a:b"], "temp/a_b");
}

/// seed fault 5
#[test]
fn targets_that_leave_the_torrent_are_refused_on_every_system() {
    let targets: [&[&[u8]]; 9] = [
        &[b"", b"etc"],
        &[b".."],
        &[b"..", b"a"],
        &[b"a", b"..", b"..", b"etc"],
        &[b"/etc", b"passwd"],
        &[b"/", b"etc"],
        &[b"../../etc/passwd"],
        &[b"\\\\host\\share"],
        &[b"a\\..\\..\\b"],
    ];
    for target in targets {
        for policy in [
            PathPolicy::Linux,
            PathPolicy::MacOs,
            PathPolicy::Windows,
            PathPolicy::Portable,
        ] {
            let error = Info::from_bytes_with(&with_target(target).info(), policy).unwrap_err();
            assert!(
                matches!(&error, MetainfoError::SymlinkEscapes { key, .. } if key == "info.files[1].symlink path"),
                "{error}"
            );
        }
    }
}

/// A torrent of these files of a byte, and a link `l` to each of these targets.
fn with_links(files: &[&[&[u8]]], targets: &[&[&[u8]]]) -> Draft {
    let links = targets.iter().enumerate().map(|(index, target)| {
        dict([
            ("attr", string("l")),
            ("path", list([string("l"), string(index.to_string())])),
            ("symlink path", list(target.iter().map(string))),
        ])
    });
    let files = files.iter().map(|path| entry(1, path));
    Draft::single()
        .without("length")
        .with("files", list(files.chain(links)))
}

/// Where links to these targets point to.
fn check_targets(policy: PathPolicy, files: &[&[&[u8]]], targets: &[(&[&[u8]], &str)]) -> Info {
    let all: Vec<_> = targets.iter().map(|(target, _)| *target).collect();
    let info = Info::from_bytes_with(&with_links(files, &all).info(), policy).unwrap();
    support::assert_safe_as(policy, &info);
    let links = info.files().iter().filter(|file| file.is_symlink());
    let found: Vec<_> = links
        .map(|file| file.symlink_path().unwrap().to_str().unwrap())
        .collect();
    let expect: Vec<_> = targets.iter().map(|(_, expect)| *expect).collect();
    assert_eq!(found, expect);
    info
}

#[test]
fn a_link_points_to_what_its_target_was_renamed_to() {
    let files: [&[&[u8]]; 7] = [
        &[b"t.txt"],
        &[b"T.txt"],
        &[b"x?y"],
        &[b"x:y"],
        &[b"d", b"a"],
        &[b"D", b"A"],
        &[b"d", b"a", b"deep"],
    ];
    check_targets(
        PathPolicy::Portable,
        &files,
        &[
            (&[b"t.txt"], "temp/t.txt"),
            (&[b"T.txt"], "temp/T.1.txt"),
            (&[b"D", b"..", b"T.txt"], "temp/T.1.txt"),
            (&[b"x?y"], "temp/x_y"),
            (&[b"x:y"], "temp/x_y.1"),
            (&[b"D"], "temp/D"),
            (&[b"D", b"A"], "temp/D/A.2"),
            // A folder keeps its name.
            (&[b"d", b"a"], "temp/d/a"),
            (&[b"d", b"a", b"deep"], "temp/d/a/deep"),
            // Of nothing that the torrent has.
            (&[b"T.TXT"], "temp/T.TXT"),
            (&[b"x*y"], "temp/x_y"),
        ],
    );
    check_targets(PathPolicy::Linux, &files, &[(&[b"T.txt"], "temp/T.txt")]);
}

#[test]
fn a_link_through_a_link_that_was_renamed_follows_it() {
    let link = |path: &[&str], target: &str| {
        dict([
            ("attr", string("l")),
            ("path", list(path.iter().map(string))),
            ("symlink path", list(target.split('/').map(string))),
        ])
    };
    let files = [
        entry(1, &[b"d", b"a"]),
        link(&["now"], "d"),
        link(&["NOW"], "d"),
        link(&["x"], "NOW/a"),
    ];
    let draft = Draft::single().without("length").with("files", list(files));
    let info = Info::from_bytes(&draft.info()).unwrap();
    let paths: Vec<_> = info
        .files()
        .iter()
        .map(|file| file.path().to_str())
        .collect();
    assert_eq!(paths[2], Some("temp/NOW.1"));
    let target = info.files()[3].symlink_path().unwrap();
    assert_eq!(target.to_str(), Some("temp/NOW.1/a"));
}

#[test]
fn targets_count_among_the_bytes_of_paths() {
    let limit = |bytes| LoadOptions::default().limits(LoadLimits::default().max_path_bytes(bytes));
    let load = |target: &[&[u8]], bytes| {
        Info::from_bytes_with(&with_links(&[&[b"a"]], &[target]).info(), limit(bytes))
    };
    // `temp/a`, `temp/l/0`, `temp/a`.
    assert!(load(&[b"a"], 20).is_ok());
    let refused = load(&[b"a"], 19).unwrap_err();
    assert!(matches!(
        refused,
        MetainfoError::PathsTooLong { limit: 19, .. }
    ));
    // What is not as asked for is kept as it was too.
    let kept = "a:b".len() + size_of::<Box<[u8]>>();
    let all = "temp/a".len() + "temp/l/0".len() + "temp/a_b".len() + kept;
    assert!(load(&[b"a:b"], all).is_ok());
    assert!(load(&[b"a:b"], all - 1).is_err());
}

#[test]
fn a_target_that_is_no_path_counts_as_absent() {
    let deep = vec![&b"x"[..]; 101];
    for target in [&[][..], &deep] {
        let info = Info::from_bytes(&with_target(target).info()).unwrap();
        assert_eq!(
            (info.files()[1].symlink_path(), info.warnings().len()),
            (None, 1)
        );
        assert!(info.files()[1].is_symlink());
    }
}
