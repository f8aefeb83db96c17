//! Where the vectors are, if they are.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;

use serde_json::Value;

/// The folder beside the checkout that has `what`, or `None` with a word about what is not read.
pub fn vectors(what: &str) -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    if folder.join(what).exists() {
        return Some(folder);
    }
    // Not a printing macro: what those say is kept from view where a test passes.
    let told = "\nnot read, since it is not there: shared/vectors beside the checkout\n";
    TOLD.call_once(|| std::io::stderr().write_all(told.as_bytes()).unwrap());
    None
}

pub fn read_json(what: &str) -> Option<(PathBuf, Value)> {
    let folder = vectors(what)?;
    let text = std::fs::read_to_string(folder.join(what)).unwrap();
    Some((folder, serde_json::from_str(&text).unwrap()))
}

pub fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

pub fn bytes_of(digits: &Value) -> Vec<u8> {
    hex(digits.as_str().unwrap())
}
