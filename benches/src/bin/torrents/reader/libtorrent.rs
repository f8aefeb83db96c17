#![allow(unsafe_code, reason = "C++ cannot be called without")]

use std::ffi::{CStr, CString, c_char, c_int};
use std::path::Path;
use std::ptr::NonNull;
use std::slice;

use bip_metainfo::MetaVersion;

use super::{Hashes, Package, Reader, Reading};

pub(super) fn reader() -> Reader {
    Reader {
        name: "libtorrent",
        package: Package::Other(version),
        read,
        magnet: Some(magnet),
        create: Some(create),
        comment: Some(comment),
    }
}

fn version() -> String {
    // SAFETY: a string literal, ended by a zero and never freed.
    let version = unsafe { CStr::from_ptr(bip_lt_reader_version()) };
    format!("libtorrent {}", version.to_string_lossy())
}

/// Lines: both info-hashes, either empty where there is none, the length, and the paths, each ended by a zero.
fn read(input: &[u8]) -> Result<Reading, String> {
    // SAFETY: the input outlives the call, after which nothing points to it.
    let told = taken(unsafe { bip_lt_reader_read(input.as_ptr().cast(), input.len()) })?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let mut lines = told.split('\0');
    let mut hash = || {
        lines
            .next()
            .filter(|hash| !hash.is_empty())
            .map(str::to_owned)
    };
    let (info_hash_v1, info_hash_v2) = (hash(), hash());
    let length = lines.next().and_then(|length| length.parse().ok());
    let mut paths: Vec<_> = lines.map(str::to_owned).collect();
    paths.pop();
    Ok(Reading {
        info_hash_v1,
        info_hash_v2,
        length: length.unwrap_or_default(),
        paths,
        is_warned: false,
    })
}

fn magnet(text: &str) -> Result<Hashes, String> {
    // SAFETY: as for `read`.
    let told = taken(unsafe { bip_lt_reader_magnet(text.as_ptr().cast(), text.len()) })?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let mut hashes = told
        .split('\0')
        .map(|hash| (!hash.is_empty()).then(|| hash.to_owned()));
    Ok((hashes.next().flatten(), hashes.next().flatten()))
}

fn create(folder: &Path, version: MetaVersion) -> Option<Vec<u8>> {
    let path = CString::new(folder.to_str()?).ok()?;
    let parent = CString::new(folder.parent()?.to_str()?).ok()?;
    let halves = match version {
        MetaVersion::V1 => 1,
        MetaVersion::V2 => 2,
        MetaVersion::Hybrid => 3,
    };
    // SAFETY: both strings end in a zero and outlive the call.
    taken(unsafe { bip_lt_reader_create(path.as_ptr(), parent.as_ptr(), halves) }).ok()
}

fn comment(input: &[u8]) -> Result<Vec<u8>, String> {
    // SAFETY: as for `read`.
    taken(unsafe { bip_lt_reader_comment(input.as_ptr().cast(), input.len()) })
}

/// What a call gave, which is freed.
fn taken(answer: *mut Opaque) -> Result<Vec<u8>, String> {
    let answer = NonNull::new(answer).ok_or("refused")?.as_ptr();
    // SAFETY: a vector that is this function's alone, copied while it lives and freed once.
    unsafe {
        let data = bip_lt_reader_data(answer).cast();
        let bytes = slice::from_raw_parts(data, bip_lt_reader_length(answer)).to_vec();
        bip_lt_reader_free(answer);
        Ok(bytes)
    }
}

#[repr(C)]
struct Opaque {
    _private: [u8; 0],
}

// The program has to use something of the library to which the compiled C++ is tied.
use bip_benches as _;

// SAFETY: these are the signatures in `shim.cpp`.
unsafe extern "C" {
    fn bip_lt_reader_version() -> *const c_char;
    fn bip_lt_reader_read(input: *const c_char, length: usize) -> *mut Opaque;
    fn bip_lt_reader_magnet(text: *const c_char, length: usize) -> *mut Opaque;
    fn bip_lt_reader_create(
        path: *const c_char,
        folder: *const c_char,
        halves: c_int,
    ) -> *mut Opaque;
    fn bip_lt_reader_comment(input: *const c_char, length: usize) -> *mut Opaque;
    fn bip_lt_reader_data(answer: *const Opaque) -> *const c_char;
    fn bip_lt_reader_length(answer: *const Opaque) -> usize;
    fn bip_lt_reader_free(answer: *mut Opaque);
}
