//! The computer's file system below one folder, and not a step outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::io::{ErrorKind, IoSlice};
use std::path::Path;

use bip_disk::{Access, Check, DiskConfig, FileSystem, NativeFileSystem};
use support::{Disk, Payload, TemporaryFolder, Told};

#[test]
fn a_torrent_is_written_in_any_order_and_found_again() {
    let folder = TemporaryFolder::new();
    let payload = Payload::new(1000, &[2500, 0, 10, 10, 4000]);
    let root = folder.0.join("made/with the first file");
    let files = NativeFileSystem::with_directory(&root);
    let mut disk = Disk::new(&DiskConfig::default().max_open_files(2), files.clone());
    let (torrent, _) = disk.add(payload.spec(Check::Full));
    disk.take_events();
    for piece in (0..payload.piece_count()).rev() {
        for block in payload.blocks(piece, 300).iter().rev() {
            disk.write(torrent, block);
        }
    }
    disk.settle();
    assert_eq!(disk.take_events().len(), payload.piece_count() as usize);
    for (path, bytes) in payload.contents() {
        assert_eq!(std::fs::read(root.join(path)).unwrap(), bytes);
    }
    // As after kill -9: nobody closed anything.
    let mut again = Disk::new(&DiskConfig::default(), files);
    let (torrent, have) = again.add(payload.spec(Check::Full));
    assert_eq!(have.as_ref(), [0b1111_1110]);
    assert_eq!(
        again.read(torrent, 2, 400, 600).unwrap(),
        payload.block(2, 400, 600).data
    );
}

#[test]
fn files_get_their_full_length_at_once() {
    let folder = TemporaryFolder::new();
    let payload = Payload::new(1000, &[5000]);
    let mut disk = Disk::new(
        &DiskConfig::default(),
        NativeFileSystem::with_directory(&folder.0),
    );
    disk.add(payload.spec(Check::Full));
    assert_eq!(std::fs::metadata(folder.0.join("0")).unwrap().len(), 5000);
}

#[test]
fn paths_out_of_the_folder_are_refused() {
    let folder = TemporaryFolder::new();
    let files = NativeFileSystem::with_directory(folder.0.join("root"));
    let absolute = folder.0.join("outside");
    for path in [
        "../outside",
        "a/../../outside",
        "..",
        "",
        ".",
        absolute.to_str().unwrap(),
    ] {
        for access in [Access::Read, Access::Write] {
            let refused = files.open(Path::new(path), access).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::PermissionDenied, "{path}");
        }
    }
    assert!(!absolute.exists());
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused_and_links_inside_followed() {
    use std::os::unix::fs::symlink;
    let folder = TemporaryFolder::new();
    let root = folder.0.join("root");
    std::fs::create_dir_all(root.join("inside")).unwrap();
    std::fs::create_dir(folder.0.join("secret")).unwrap();
    symlink("../secret", root.join("out")).unwrap();
    symlink("../dangling", root.join("nowhere")).unwrap();
    symlink("inside", root.join("in")).unwrap();
    symlink("root", folder.0.join("root link")).unwrap();
    for root in ["root", "root link"] {
        let files = NativeFileSystem::with_directory(folder.0.join(root));
        for path in ["out/a", "out", "nowhere", "nowhere/a"] {
            let refused = files.open(Path::new(path), Access::Write).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::PermissionDenied, "{path}");
        }
        files.open(Path::new("in/a"), Access::Write).unwrap();
    }
    assert!(root.join("inside/a").exists());
    assert_eq!(
        std::fs::read_dir(folder.0.join("secret")).unwrap().count(),
        0
    );
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = TemporaryFolder::new();
    std::fs::create_dir(folder.0.join("a")).unwrap();
    let files = NativeFileSystem::with_directory(&folder.0);
    assert!(files.open(Path::new("a"), Access::Read).is_err());
    assert!(files.open(Path::new("a"), Access::Write).is_err());
    let missing = files.open(Path::new("b/c"), Access::Read).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert!(!folder.0.join("b").exists());
}

#[test]
fn reads_do_not_disturb_the_place_of_writes() {
    let folder = TemporaryFolder::new();
    let files = NativeFileSystem::with_directory(&folder.0);
    let file = files.open(Path::new("a"), Access::Write).unwrap();
    files.set_length(&file, 10).unwrap();
    let slices = [IoSlice::new(b"ab"), IoSlice::new(b"cd")];
    assert_eq!(files.write_vectored_at(&file, 3, &slices).unwrap(), 4);
    let mut buffer = [0; 10];
    assert_eq!(files.read_at(&file, 0, &mut buffer).unwrap(), 10);
    assert_eq!(&buffer, b"\0\0\0abcd\0\0\0");
    assert_eq!(files.write_vectored_at(&file, 0, &slices[..1]).unwrap(), 2);
    assert_eq!(files.read_at(&file, 9, &mut buffer).unwrap(), 1);
    files.sync(&file).unwrap();
}

#[cfg(unix)]
#[test]
fn a_complete_folder_need_not_be_writable() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TemporaryFolder::new();
    let payload = Payload::new(64, &[64]);
    let path = folder.0.join("0");
    std::fs::write(&path, &payload.bytes).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let mut disk = Disk::new(
        &DiskConfig::default(),
        NativeFileSystem::with_directory(&folder.0),
    );
    let (_, have) = disk.add(payload.spec(Check::Full));
    assert_eq!(have.as_ref(), [0x80]);
    assert_eq!(disk.take_events(), [Told::Checked(vec![0x80])]);
}
