#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

/// The system's allocator, counting. One thread measures, so a plain load and store are enough, and cost next to
/// nothing.
struct Counting;

static COUNT: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `run` allocates or grows an allocation, in Rust and in C++.
pub(crate) fn during(run: impl FnOnce()) -> u64 {
    let before = so_far();
    run();
    so_far() - before
}

fn so_far() -> u64 {
    #[cfg(libtorrent_found)]
    let of_cpp = crate::libtorrent::allocation_count();
    #[cfg(not(libtorrent_found))]
    let of_cpp = 0;
    COUNT.load(Ordering::Relaxed) + of_cpp
}

fn count() {
    COUNT.store(COUNT.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
