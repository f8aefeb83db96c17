#![allow(unsafe_code, reason = "C++ cannot be called without")]

use std::ffi::{CStr, c_char};
use std::ptr::NonNull;
use std::slice;

/// Allocations that C++ made so far.
pub(crate) fn allocation_count() -> u64 {
    // SAFETY: reads one integer. Only one thread of this program calls C++.
    unsafe { bip_lt_allocation_count() }
}

pub(super) fn version() -> String {
    // SAFETY: a string literal, ended by a zero and never freed.
    let version = unsafe { CStr::from_ptr(bip_lt_version()) };
    version.to_string_lossy().into_owned()
}

/// Decodes into a node that is gone when this returns.
pub(super) fn decode(input: &[u8]) -> bool {
    // SAFETY: the input outlives the call, after which nothing points to it.
    unsafe { bip_lt_decode(input.as_ptr(), input.len()) }
}

/// Decodes, then sums all lengths and integers.
pub(super) fn visit(input: &[u8]) -> u64 {
    // SAFETY: as for `decode`.
    unsafe { bip_lt_visit(input.as_ptr(), input.len()) }
}

/// A `bdecode_node` decoded into again and again.
pub(super) struct Node(NonNull<Opaque>);

impl Node {
    pub(super) fn new() -> Node {
        // SAFETY: allocates and nothing else.
        Node(not_null(unsafe { bip_lt_node_new() }))
    }

    pub(super) fn decode(&mut self, input: &[u8]) -> bool {
        // SAFETY: the node lives as long as `self`. It keeps pointing to the input, but nothing reads through it before
        // the next decoding replaces it.
        unsafe { bip_lt_decode_into(self.0.as_ptr(), input.as_ptr(), input.len()) }
    }

    pub(super) fn visit(&mut self, input: &[u8]) -> u64 {
        // SAFETY: as for `decode`.
        unsafe { bip_lt_visit_into(self.0.as_ptr(), input.as_ptr(), input.len()) }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // SAFETY: made by `bip_lt_node_new`, freed once; freeing reads nothing of the input.
        unsafe { bip_lt_node_free(self.0.as_ptr()) }
    }
}

/// An `entry`: a tree of owned values.
pub(super) struct Entry(NonNull<Opaque>);

impl Entry {
    pub(super) fn decode(input: &[u8]) -> Option<Entry> {
        // SAFETY: the input is copied during the call.
        NonNull::new(unsafe { bip_lt_entry_new(input.as_ptr(), input.len()) }).map(Entry)
    }

    /// The length of the encoding, which is gone when this returns.
    pub(super) fn encode(&self) -> usize {
        // SAFETY: the entry lives as long as `self`.
        unsafe { bip_lt_encode(self.0.as_ptr()) }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // SAFETY: made by `bip_lt_entry_new`, freed once.
        unsafe { bip_lt_entry_free(self.0.as_ptr()) }
    }
}

/// A `std::vector<char>` encoded into again and again.
pub(super) struct Buffer(NonNull<Opaque>);

impl Buffer {
    pub(super) fn new() -> Buffer {
        // SAFETY: allocates and nothing else.
        Buffer(not_null(unsafe { bip_lt_buffer_new() }))
    }

    pub(super) fn encode(&mut self, entry: &Entry) -> &[u8] {
        // SAFETY: both live during the call; the vector holds `length` bytes until it is written to again, which the
        // borrow of `self` prevents.
        unsafe {
            let length = bip_lt_encode_into(entry.0.as_ptr(), self.0.as_ptr());
            slice::from_raw_parts(bip_lt_buffer_data(self.0.as_ptr()), length)
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: made by `bip_lt_buffer_new`, freed once.
        unsafe { bip_lt_buffer_free(self.0.as_ptr()) }
    }
}

/// The shim's `new` ends the program where there is no memory.
fn not_null(pointer: *mut Opaque) -> NonNull<Opaque> {
    NonNull::new(pointer).unwrap()
}

#[repr(C)]
struct Opaque {
    _private: [u8; 0],
}

// SAFETY: these are the signatures in `shim.cpp`.
unsafe extern "C" {
    fn bip_lt_version() -> *const c_char;
    fn bip_lt_allocation_count() -> u64;
    fn bip_lt_node_new() -> *mut Opaque;
    fn bip_lt_node_free(node: *mut Opaque);
    fn bip_lt_decode(input: *const u8, length: usize) -> bool;
    fn bip_lt_decode_into(node: *mut Opaque, input: *const u8, length: usize) -> bool;
    fn bip_lt_visit(input: *const u8, length: usize) -> u64;
    fn bip_lt_visit_into(node: *mut Opaque, input: *const u8, length: usize) -> u64;
    fn bip_lt_entry_new(input: *const u8, length: usize) -> *mut Opaque;
    fn bip_lt_entry_free(entry: *mut Opaque);
    fn bip_lt_buffer_new() -> *mut Opaque;
    fn bip_lt_buffer_free(buffer: *mut Opaque);
    fn bip_lt_buffer_data(buffer: *const Opaque) -> *const u8;
    fn bip_lt_encode(entry: *const Opaque) -> usize;
    fn bip_lt_encode_into(entry: *const Opaque, buffer: *mut Opaque) -> usize;
}
