#![allow(unsafe_code, reason = "C++ cannot be called without")]

use std::ffi::{CStr, CString, c_char, c_int};
use std::path::Path;
use std::ptr::NonNull;
use std::slice;

pub(super) fn version() -> String {
    // SAFETY: a string literal, ended by a zero and never freed.
    let version = unsafe { CStr::from_ptr(bip_lt_torrents_version()) };
    version.to_string_lossy().into_owned()
}

/// The hybrid torrent of one file. Without threads named, with libtorrent's defaults.
pub(super) fn create(content: &Path, piece_length: u32, hashing_threads: Option<u8>) -> Vec<u8> {
    let text = |path: &Path| CString::new(path.to_str().unwrap()).unwrap();
    let (path, folder) = (text(content), text(content.parent().unwrap()));
    // SAFETY: both strings end in a zero and outlive the call. The vector is this function's alone, is copied while it
    // lives, and is freed once.
    unsafe {
        let torrent = NonNull::new(bip_lt_create(
            path.as_ptr(),
            folder.as_ptr(),
            c_int::try_from(piece_length).unwrap(),
            c_int::from(hashing_threads.unwrap_or(0)),
        ))
        .unwrap()
        .as_ptr();
        let data = bip_lt_torrent_data(torrent);
        let bytes = slice::from_raw_parts(data, bip_lt_torrent_length(torrent)).to_vec();
        bip_lt_torrent_free(torrent);
        bytes
    }
}

/// Loads and frees a torrent; its number of pieces, or 0 where it is refused.
pub(super) fn load(torrent: &[u8]) -> u32 {
    // SAFETY: the input outlives the call, after which nothing points to it.
    unsafe { bip_lt_load(torrent.as_ptr(), torrent.len()) }
}

/// The same, and piece layers are hashed up to their roots.
pub(super) fn load_and_check(torrent: &[u8]) -> u32 {
    // SAFETY: as for `load`.
    unsafe { bip_lt_load_and_check(torrent.as_ptr(), torrent.len()) }
}

pub(super) fn parse_magnet(text: &str) -> bool {
    // SAFETY: as for `load`.
    unsafe { bip_lt_magnet_parse(text.as_ptr(), text.len()) }
}

/// `add_torrent_params` of a magnet link.
pub(super) struct Magnet(NonNull<Opaque>);

impl Magnet {
    pub(super) fn parse(text: &str) -> Option<Magnet> {
        // SAFETY: the text is copied during the call.
        NonNull::new(unsafe { bip_lt_magnet_new(text.as_ptr(), text.len()) }).map(Magnet)
    }

    /// The length of the text, which is gone when this returns.
    pub(super) fn write(&self) -> usize {
        // SAFETY: it lives as long as `self`.
        unsafe { bip_lt_magnet_write(self.0.as_ptr()) }
    }
}

impl Drop for Magnet {
    fn drop(&mut self) {
        // SAFETY: made by `bip_lt_magnet_new`, freed once.
        unsafe { bip_lt_magnet_free(self.0.as_ptr()) }
    }
}

#[repr(C)]
struct Opaque {
    _private: [u8; 0],
}

// SAFETY: these are the signatures in `shim.cpp`.
unsafe extern "C" {
    fn bip_lt_torrents_version() -> *const c_char;
    fn bip_lt_create(
        path: *const c_char,
        folder: *const c_char,
        piece_length: c_int,
        hashing_threads: c_int,
    ) -> *mut Opaque;
    fn bip_lt_torrent_data(torrent: *const Opaque) -> *const u8;
    fn bip_lt_torrent_length(torrent: *const Opaque) -> usize;
    fn bip_lt_torrent_free(torrent: *mut Opaque);
    fn bip_lt_load(input: *const u8, length: usize) -> u32;
    fn bip_lt_load_and_check(input: *const u8, length: usize) -> u32;
    fn bip_lt_magnet_parse(text: *const u8, length: usize) -> bool;
    fn bip_lt_magnet_new(text: *const u8, length: usize) -> *mut Opaque;
    fn bip_lt_magnet_free(magnet: *mut Opaque);
    fn bip_lt_magnet_write(magnet: *const Opaque) -> usize;
}
