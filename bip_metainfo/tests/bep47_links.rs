//! Symbolic links (BEP 47, "Symlinks").

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, MetainfoError, PathPolicy};
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
    let targets: [&[&[u8]]; 8] = [
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
