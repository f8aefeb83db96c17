//! mktorrent, the program. Its time is that of the whole process.

use std::fs;
use std::process::{Command, Stdio};

use crate::contender::{Contender, Maker};
use crate::content::Content;

pub(crate) fn creators(content: &Content) -> Vec<Contender<'_>> {
    // It has no option that only tells its version: without arguments it complains and ends.
    if let Err(error) = mktorrent().status() {
        eprintln!("mktorrent does not start and is left out (Debian: mktorrent): {error}");
        return Vec::new();
    }
    [("mktorrent -t1, v1", "-t1"), ("mktorrent -t2, v1", "-t2")]
        .map(|(name, threads)| {
            Contender::new(Maker::Program, name, move || create(content, threads))
        })
        .into()
}

fn create(content: &Content, threads: &str) -> Vec<u8> {
    let made = content.path().with_extension("torrent");
    let piece_length = format!("-l{}", Content::PIECE_LENGTH.ilog2());
    let status = mktorrent()
        .args([
            threads,
            &piece_length,
            "-d",
            "-a",
            "http://tracker.test/a",
            "-o",
        ])
        .args([made.as_path(), content.path()])
        .status()
        .unwrap();
    assert!(status.success());
    let torrent = fs::read(&made).unwrap();
    // It writes over nothing.
    fs::remove_file(made).unwrap();
    torrent
}

fn mktorrent() -> Command {
    let mut command = Command::new("mktorrent");
    command.stdin(Stdio::null());
    command.stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}
