use alloc::vec::Vec;

use crate::error::{KeyPath, Segment};
use crate::limits::PATH_KEY_BYTES_SHOWN;

/// The way to the place of an error, from within outwards: each container adds its step as the error passes, so that
/// nothing is kept for the path as long as all goes well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// As much of the key as a path shows, and one byte more to tell that it is cut.
    Key(Vec<u8>),
    Index(usize),
}

impl Way {
    pub(super) fn push(&mut self, segment: Segment<'_>) {
        self.steps.push(match segment {
            Segment::Key(key) => Step::Key(key[..key.len().min(PATH_KEY_BYTES_SHOWN + 1)].to_vec()),
            Segment::Index(index) => Step::Index(index),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Goes on outwards.
    pub(super) fn append(&mut self, outer: Way) {
        self.steps.extend(outer.steps);
    }

    pub(super) fn into_path(self) -> KeyPath {
        KeyPath::from_segments(self.steps.iter().rev().map(|step| match step {
            Step::Key(key) => Segment::Key(key),
            Step::Index(index) => Segment::Index(*index),
        }))
    }
}
