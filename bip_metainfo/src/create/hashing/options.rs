use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use super::progress::{Progress, ProgressFn};
use crate::limits::{DEFAULT_HASHING_MEMORY, HASHED_AT_ONCE, MAX_SMALL_PIECES, READ_AHEAD};
use crate::side_by_side::{self, LANES};

type LookFn<'f> = dyn Fn(&Path) -> ControlFlow<()> + Send + Sync + 'f;
pub(super) type Sha1Fn<'f> = dyn Fn(&[&[u8]], &mut [[u8; 20]]) + Send + Sync + 'f;

/// How to hash: on how many threads, with how much memory, with which SHA-1, and whom to tell.
///
/// ```
/// use std::ops::ControlFlow;
/// use bip_metainfo::HashOptions;
///
/// let options = HashOptions::default()
///     .threads(2)
///     .max_memory(16 << 20)
///     .on_progress(|progress| {
///         eprintln!("{} of {}", progress.bytes_done, progress.bytes_total);
///         ControlFlow::Continue(())
///     });
/// # let _ = options;
/// ```
pub struct HashOptions<'f> {
    threads: usize,
    max_memory: usize,
    /// None, where nobody has asked for a number.
    at_once: Option<usize>,
    pub(super) sha1: Box<Sha1Fn<'f>>,
    pub(super) progress: Option<Box<ProgressFn<'f>>>,
    look: Option<Box<LookFn<'f>>>,
}

impl Default for HashOptions<'_> {
    fn default() -> Self {
        Self {
            threads: 0,
            max_memory: DEFAULT_HASHING_MEMORY,
            at_once: None,
            sha1: Box::new(side_by_side::sha1),
            progress: None,
            look: None,
        }
    }
}

impl<'f> HashOptions<'f> {
    /// How many threads hash; one more reads ahead. 0, the default, is as many as the system can run at once.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Bytes of content that are in memory at once; fewer threads work where that is too little for all. One piece is
    /// always taken, however long it is. Default 268,435,456.
    #[must_use]
    pub fn max_memory(mut self, bytes: usize) -> Self {
        self.max_memory = bytes;
        self
    }

    /// What takes the SHA-1 of whole pieces: given some pieces, it sets as many hashes. Where the pieces are small, or
    /// `at_once` is more than one, it gets several, never more than `max_memory` allows: a function that hashes side by
    /// side is as fast as it gets full rows. The default is the `sha1` crate, two pieces in turns.
    #[must_use]
    pub fn sha1(
        mut self,
        at_once: usize,
        sha1: impl Fn(&[&[u8]], &mut [[u8; 20]]) + Send + Sync + 'f,
    ) -> Self {
        (self.at_once, self.sha1) = (Some(at_once), Box::new(sha1));
        self
    }

    /// Whom to tell of [`Progress`], from any of the threads, about every mebibyte or every two pieces, one call after the
    /// other.
    /// Breaking cancels.
    #[must_use]
    pub fn on_progress(
        mut self,
        tell: impl Fn(Progress) -> ControlFlow<()> + Send + Sync + 'f,
    ) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    /// Whom to tell of each file or folder that [`Verifier::verify`](crate::Verifier::verify) is about to look at, before
    /// anything is read. Breaking cancels. For a new torrent, there is [`FileAccessor::watched`].
    ///
    /// [`FileAccessor::watched`]: crate::FileAccessor::watched
    #[must_use]
    pub fn on_look(mut self, tell: impl Fn(&Path) -> ControlFlow<()> + Send + Sync + 'f) -> Self {
        self.look = Some(Box::new(tell));
        self
    }

    pub(crate) fn tell_look(&self, path: impl FnOnce() -> PathBuf) -> ControlFlow<()> {
        match &self.look {
            Some(tell) => tell(&path()),
            None => ControlFlow::Continue(()),
        }
    }

    /// How the work on content of this length is shared out.
    pub(super) fn shares(&self, piece_length: u64, content_length: u64) -> Shares {
        let memory = self.max_memory as u64;
        let small = (HASHED_AT_ONCE / piece_length).min(MAX_SMALL_PIECES);
        let threads = match self.threads {
            0 => available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let at_once = self.at_once.map_or_else(
            // Two threads with a piece each are faster than one with two.
            || (memory.min(content_length) / piece_length / threads as u64).min(LANES as u64),
            |at_once| at_once as u64,
        );
        let few = small.max(at_once);
        let pieces_at_once = few.min(memory / piece_length).max(1);
        let buffer_length = (pieces_at_once * piece_length).min(content_length).max(1);
        let parts = content_length.div_ceil(buffer_length);
        let buffers = (memory / buffer_length).min(parts).max(1);
        let buffers = usize::try_from(buffers).unwrap_or(usize::MAX);
        Shares {
            threads: buffers.min(threads.saturating_add(READ_AHEAD)),
            hashers: threads,
            buffer_length: usize::try_from(buffer_length).unwrap_or(usize::MAX),
            pieces_at_once: u32::try_from(pieces_at_once).unwrap_or(u32::MAX),
        }
    }
}

impl fmt::Debug for HashOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashOptions")
            .field("threads", &self.threads)
            .field("max_memory", &self.max_memory)
            .finish_non_exhaustive()
    }
}

/// What each thread gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shares {
    /// Each has a buffer.
    pub(super) threads: usize,
    /// How many of them may hash at once.
    pub(super) hashers: usize,
    pub(super) buffer_length: usize,
    pub(super) pieces_at_once: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn check(options: HashOptions<'_>, piece_length: u64, length: u64, expect: [u64; 3]) {
        let shares = options.shares(piece_length, length);
        let found = [
            shares.threads as u64,
            shares.buffer_length as u64,
            u64::from(shares.pieces_at_once),
        ];
        assert_eq!(found, expect, "{options:?} {piece_length} {length}");
    }

    #[test]
    fn buffers_hold_two_pieces_or_a_mebibyte_of_small_ones() {
        let two = || HashOptions::default().threads(2);
        check(two(), 1 << 20, GIB, [3, 1 << 21, 2]);
        check(two(), 1 << 14, GIB, [3, 1 << 20, 64]);
        check(two(), 1 << 24, GIB, [3, 1 << 25, 2]);
        check(two().sha1(16, |_, _| ()), 1 << 20, GIB, [3, 1 << 24, 16]);
        check(two(), 1, GIB, [3, 64, 64]);
        check(two(), 1 << 20, 5, [1, 5, 1]);
        check(two(), 1 << 20, (4 << 20) - 1, [3, 1 << 20, 1]);
        check(two(), 1 << 20, 4 << 20, [2, 1 << 21, 2]);
    }

    #[test]
    fn memory_is_never_more_than_allowed_but_for_one_piece() {
        let at = |memory| HashOptions::default().threads(8).max_memory(memory);
        check(at(17 << 20), 1 << 20, GIB, [8, 1 << 21, 2]);
        check(at(10 << 20), 1 << 20, GIB, [9, 1 << 20, 1]);
        check(at(9 << 20), 1 << 20, GIB, [9, 1 << 20, 1]);
        check(at((8 << 20) - 1), 1 << 20, GIB, [7, 1 << 20, 1]);
        check(at(1), 1 << 20, GIB, [1, 1 << 20, 1]);
        check(at(0), 1 << 14, GIB, [1, 1 << 14, 1]);
        check(
            at(1 << 20).sha1(16, |_, _| ()),
            1 << 18,
            GIB,
            [1, 1 << 20, 4],
        );
    }
}
