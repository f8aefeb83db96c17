#![allow(unsafe_code, reason = "C++ cannot be called without")]

use std::ffi::{CStr, c_char};
use std::slice;

use super::{Decoder, Package, Reading, Remark, See};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "libtorrent",
        package: Package::Cpp(version),
        read,
        string_in_tree,
        string_in_struct: None,
        raw_info,
    }
}

fn version() -> String {
    // SAFETY: a string literal, ended by a zero and never freed.
    let version = unsafe { CStr::from_ptr(bip_lt_version()) };
    format!("libtorrent {}", version.to_string_lossy())
}

fn read(input: &[u8]) -> Result<Reading, String> {
    // SAFETY: the input outlives the call, after which nothing points to it.
    let verdict = unsafe { bip_lt_examine(input.as_ptr(), input.len()) };
    if !verdict.is_accepted {
        return Err(format!("error_pos {}", verdict.error_position));
    }
    Ok(Reading {
        number: verdict.is_int.then(|| verdict.number.to_string()),
        remark: verdict.has_soft_error.then_some(Remark::SoftError),
    })
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    // SAFETY: as above. What is returned is only looked at as an address, unless it lies in the input.
    let start = unsafe { bip_lt_string(input.as_ptr(), input.len()) };
    if input.as_ptr_range().contains(&start) {
        see(&input[start as usize - input.as_ptr() as usize..]);
    }
}

fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    let mut length = 0;
    // SAFETY: as above, and the length is written during the call.
    let start = unsafe { bip_lt_info_section(input.as_ptr(), input.len(), &mut length) };
    if start.is_null() {
        return None;
    }
    // SAFETY: a section of the input, which is still there.
    Some(unsafe { slice::from_raw_parts(start, length) }.to_vec())
}

#[repr(C)]
struct Verdict {
    is_accepted: bool,
    has_soft_error: bool,
    is_int: bool,
    number: i64,
    error_position: i32,
}

// The program has to use something of the library to which the compiled C++ is tied.
use bip_benches as _;

// SAFETY: these are the signatures in `shim.cpp`.
unsafe extern "C" {
    fn bip_lt_version() -> *const c_char;
    fn bip_lt_examine(input: *const u8, length: usize) -> Verdict;
    fn bip_lt_string(input: *const u8, length: usize) -> *const u8;
    fn bip_lt_info_section(
        input: *const u8,
        length: usize,
        section_length: &mut usize,
    ) -> *const u8;
}
