//! Symbolic links, those that a torrent has and those that are in the way.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod folder;

use std::fs;
use std::os::unix::fs::symlink;

use bip_metainfo::{
    DirectAccessor, HashOptions, Info, InfoBuilder, LinkPolicy, SourceFile, Verifier,
};
use folder::{Folder, summary};

/// `top/a`, `top/dir/b`, and `top/dir/link` to `top/a`.
fn info() -> Info {
    let content = DirectAccessor::folder("top")
        .file(["a"], b"one")
        .file(["dir", "b"], b"two")
        .source_file(SourceFile::symlink(["dir", "link"], ["a"]), b"");
    InfoBuilder::new()
        .build(content, &HashOptions::default())
        .unwrap()
}

/// Verifies after this was done to a sound download.
fn check(policy: LinkPolicy, change: impl Fn(&Folder), expect: &[&str]) {
    let (info, folder) = (info(), Folder::new());
    folder.write("top/a", b"one");
    folder.write("top/dir/b", b"two");
    symlink("../a", folder.path("top/dir/link")).unwrap();
    change(&folder);
    for verifier in [
        Verifier::in_folder(&info, &folder),
        Verifier::at(&info, folder.path("top")),
    ] {
        let found = verifier.links(policy).verify(&HashOptions::default());
        assert_eq!(summary(&found.unwrap()), expect, "{policy:?}");
    }
}

/// Puts a link in the place of something.
fn link(folder: &Folder, target: &str, path: &str) {
    let path = folder.path(path);
    match path.is_dir() {
        true => fs::remove_dir_all(&path).unwrap(),
        false => fs::remove_file(&path).unwrap(),
    }
    symlink(target, path).unwrap();
}

#[test]
fn a_link_is_compared_by_where_it_points() {
    let check = |change: &dyn Fn(&Folder), expect| check(LinkPolicy::Inside, change, expect);
    check(&|_| (), &[]);
    check(&|folder| link(folder, "./../dir/../a", "top/dir/link"), &[]);
    check(
        &|folder| {
            let absolute = folder.path("top/a");
            link(folder, absolute.to_str().unwrap(), "top/dir/link");
        },
        &[],
    );
    check(
        &|folder| link(folder, "b", "top/dir/link"),
        &["dir/link is a symbolic link to b"],
    );
    check(
        &|folder| link(folder, "../../../../etc/passwd", "top/dir/link"),
        &["dir/link is a symbolic link to ../../../../etc/passwd"],
    );
    check(
        &|folder| fs::remove_file(folder.path("top/dir/link")).unwrap(),
        &["dir/link is missing"],
    );
    check(
        &|folder| {
            fs::remove_file(folder.path("top/dir/link")).unwrap();
            folder.write("top/dir/link", b"one");
        },
        &["dir/link is not a symbolic link"],
    );
}

#[test]
fn links_are_followed_as_the_policy_says() {
    let refused = ["a is behind a symbolic link that is not followed, unproven 0..3"];
    let inside = |folder: &Folder| {
        folder.write("top/moved", b"one");
        link(folder, "moved", "top/a");
    };
    check(LinkPolicy::Never, inside, &refused);
    check(LinkPolicy::Inside, inside, &[]);
    check(LinkPolicy::Anywhere, inside, &[]);
    let elsewhere = Folder::new();
    elsewhere.write("x", b"one");
    let outside = |folder: &Folder| link(folder, elsewhere.path("x").to_str().unwrap(), "top/a");
    check(LinkPolicy::Never, outside, &refused);
    check(LinkPolicy::Inside, outside, &refused);
    check(LinkPolicy::Anywhere, outside, &[]);
}

#[test]
fn a_folder_behind_a_link_is_not_entered() {
    let outside = Folder::new();
    outside.write("b", b"two");
    symlink("../a", outside.path("link")).unwrap();
    let change = |folder: &Folder| link(folder, outside.0.to_str().unwrap(), "top/dir");
    let refused = [
        "dir/b is behind a symbolic link that is not followed, unproven 0..3",
        "dir/link is behind a symbolic link that is not followed",
    ];
    check(LinkPolicy::Never, change, &refused);
    check(LinkPolicy::Inside, change, &refused);
    check(LinkPolicy::Anywhere, change, &[]);
}

#[test]
fn the_folder_itself_may_be_a_link() {
    let (info, folder) = (info(), Folder::new());
    folder.write("real/top/a", b"one");
    folder.write("real/top/dir/b", b"two");
    symlink("../a", folder.path("real/top/dir/link")).unwrap();
    symlink("real", folder.path("link")).unwrap();
    let never = Verifier::in_folder(&info, folder.path("link")).links(LinkPolicy::Never);
    assert!(never.verify(&HashOptions::default()).unwrap().is_proven());
}

#[test]
fn links_that_lead_nowhere_or_round_are_told() {
    let dangling = |folder: &Folder| link(folder, "nothing", "top/a");
    check(
        LinkPolicy::Inside,
        dangling,
        &["a is missing, unproven 0..3"],
    );
    check(
        LinkPolicy::Anywhere,
        dangling,
        &["a is missing, unproven 0..3"],
    );
    let (info, folder) = (info(), Folder::new());
    folder.write("top/a", b"one");
    link(&folder, "a", "top/a");
    let found = Verifier::in_folder(&info, &folder).verify(&HashOptions::default());
    let found = summary(&found.unwrap());
    assert!(
        found[0].starts_with("a cannot be read at byte 0: "),
        "{found:?}"
    );
}
