use alloc::vec::Vec;
use core::cmp::Ordering;

use super::repetitions::HeldKey;
use super::state::Place;
use crate::error::{KeyPath, Segment};

/// The lists and dictionaries whose end has not come yet, with the keys that are still needed: the newest of each
/// dictionary to compare the next with and for the paths of errors; all of them where unsorted ones are allowed, because
/// a later one may repeat any of them.
///
/// ```text
/// input    d 4:info d 5:files l d 6:length i1e 4:pa|
/// frames   dict       dict     list dict
/// bytes    info       files         length        pa
///          ^newest    ^newest       ^newest       ^partial
/// ```
#[derive(Clone, Debug, Default)]
pub(super) struct Containers {
    frames: Vec<Frame>,
    /// Keys from the outermost dictionary inwards, one behind the other.
    bytes: Vec<u8>,
    /// Where the keys lie, if all are kept: but for those that repeat the one right before them.
    held: Vec<HeldKey>,
    /// Where in `bytes` the key begins whose bytes are still coming.
    partial: usize,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Values or pairs begun so far.
    count: u64,
    /// Where in `bytes` its keys begin.
    base: usize,
    /// Where in `bytes` its newest key begins.
    newest: usize,
    /// Where in `held` its keys begin.
    first_held: usize,
    is_dict: bool,
    /// A key came out of order, so repetitions need not be neighbours.
    is_unsorted: bool,
}

impl Containers {
    #[inline(always)]
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    #[inline(always)]
    pub(super) fn push(&mut self, is_dict: bool) {
        self.frames.push(Frame {
            count: 0,
            base: self.bytes.len(),
            newest: self.bytes.len(),
            first_held: self.held.len(),
            is_dict,
            is_unsorted: false,
        });
    }

    /// Drops the innermost and its keys.
    #[inline(always)]
    pub(super) fn pop(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.bytes.truncate(frame.base);
            self.held.truncate(frame.first_held);
        }
    }

    /// Whether the innermost is a dictionary.
    #[inline(always)]
    pub(super) fn in_dict(&self) -> Option<bool> {
        self.frames.last().map(|frame| frame.is_dict)
    }

    #[inline(always)]
    pub(super) fn count_element(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.count += 1;
        }
    }

    /// Memory that counts against its limit.
    #[inline(always)]
    pub(super) fn keys_memory(&self) -> usize {
        self.bytes.len() + size_of_val(self.held.as_slice())
    }

    #[inline(always)]
    pub(super) fn newest_key(&self) -> &[u8] {
        let start = self.frames.last().map_or(0, |frame| frame.newest);
        &self.bytes[start..]
    }

    /// Takes a key that lies in one piece and says how it compares to the one before it.
    #[inline(always)]
    pub(super) fn whole_key(&mut self, key: &[u8], kept: Kept, offset: u64) -> Ordering {
        let Some(frame) = self.frames.last_mut() else {
            return Ordering::Greater;
        };
        let order = match frame.count {
            0 => Ordering::Greater,
            _ => key.cmp(&self.bytes[frame.newest..]),
        };
        frame.count += 1;
        if order == Ordering::Equal {
            // It is there already, and told by the answer.
            return order;
        }
        match kept {
            Kept::Newest => self.bytes.truncate(frame.newest),
            Kept::All => {
                frame.newest = self.bytes.len();
                let end = frame.newest + key.len();
                self.held.push(HeldKey::new(offset, frame.newest..end));
            }
        }
        self.bytes.extend_from_slice(key);
        order
    }

    pub(super) fn begin_partial_key(&mut self) {
        self.partial = self.bytes.len();
    }

    pub(super) fn extend_partial_key(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The key that came in pieces is whole: as [`whole_key`](Containers::whole_key).
    pub(super) fn end_partial_key(&mut self, kept: Kept, offset: u64) -> Ordering {
        let Some(frame) = self.frames.last_mut() else {
            return Ordering::Greater;
        };
        let (before, key) = self.bytes.split_at(self.partial);
        let order = match frame.count {
            0 => Ordering::Greater,
            _ => key.cmp(&before[frame.newest..]),
        };
        frame.count += 1;
        match kept {
            _ if order == Ordering::Equal => self.bytes.truncate(self.partial),
            Kept::Newest => {
                let length = key.len();
                self.bytes.copy_within(self.partial.., frame.newest);
                self.bytes.truncate(frame.newest + length);
            }
            Kept::All => {
                frame.newest = self.partial;
                let span = self.partial..self.bytes.len();
                self.held.push(HeldKey::new(offset, span));
            }
        }
        order
    }

    pub(super) fn set_unsorted(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.is_unsorted = true;
        }
    }

    #[inline(always)]
    pub(super) fn is_unsorted(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_unsorted)
    }

    /// Moves the repeated keys of the innermost dictionary to the front of its held ones and says how many they are.
    /// Nothing else can be done with it afterwards but to end it.
    pub(super) fn find_repetitions(&mut self) -> usize {
        let first = self.frames.last().map_or(0, |frame| frame.first_held);
        HeldKey::find_repetitions(&mut self.held[first..], &self.bytes)
    }

    pub(super) fn repetition_offset(&self, index: usize) -> u64 {
        let first = self.frames.last().map_or(0, |frame| frame.first_held);
        self.held[first + index].offset()
    }

    /// Makes a repetition the newest key, for the path of its error.
    pub(super) fn blame_repetition(&mut self, index: usize) {
        if let Some(frame) = self.frames.last_mut() {
            let span = self.held[frame.first_held + index].span();
            frame.newest = span.start;
            self.bytes.truncate(span.end);
        }
    }

    pub(super) fn path(&self, place: Place) -> KeyPath {
        let depth = match place {
            Place::Input => 0,
            Place::Container => self.frames.len().saturating_sub(1),
            Place::Element => self.frames.len(),
        };
        KeyPath::from_segments((0..depth).map(|index| self.segment(index)))
    }

    fn segment(&self, index: usize) -> Segment<'_> {
        let frame = &self.frames[index];
        if frame.is_dict {
            let inner = self.frames.get(index + 1);
            let end = inner.map_or(self.bytes.len(), |inner| inner.base);
            Segment::Key(&self.bytes[frame.newest..end])
        } else {
            Segment::Index(usize::try_from(frame.count.saturating_sub(1)).unwrap_or(usize::MAX))
        }
    }
}

/// Which keys of an open dictionary are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Newest,
    All,
}
