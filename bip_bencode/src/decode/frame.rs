use alloc::vec::Vec;

use crate::error::Segment;

/// A list or dictionary whose end has not come yet. 16 bytes, so that saving one is cheap.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// What the sink knows it by.
    mark: u32,
    /// Values or pairs begun so far, above [`FLAG_BITS`] of flags.
    count_and_flags: u32,
    /// The span of the newest key, empty in a list.
    key_start: u32,
    key_end: u32,
}

/// It is a dictionary.
const DICT: u32 = 1;
/// A key came out of order, so repetitions need not be neighbours.
const UNSORTED: u32 = 2;
/// A count is at most half the tokens, so it has room above.
const FLAG_BITS: u32 = 2;

impl Frame {
    /// `mark` fits 32 bits, as the limit on tokens sees to.
    #[inline(always)]
    pub(super) fn new(mark: usize, is_dict: bool) -> Frame {
        Frame {
            mark: mark as u32,
            count_and_flags: u32::from(is_dict),
            key_start: 0,
            key_end: 0,
        }
    }

    #[inline(always)]
    pub(super) fn mark(&self) -> usize {
        self.mark as usize
    }

    #[inline(always)]
    pub(super) fn is_dict(&self) -> bool {
        self.count_and_flags & DICT != 0
    }

    #[inline(always)]
    pub(super) fn is_unsorted(&self) -> bool {
        self.count_and_flags & UNSORTED != 0
    }

    pub(super) fn set_unsorted(&mut self) {
        self.count_and_flags |= UNSORTED;
    }

    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        (self.count_and_flags >> FLAG_BITS) as usize
    }

    #[inline(always)]
    pub(super) fn count_one(&mut self) {
        self.count_and_flags += 1 << FLAG_BITS;
    }

    /// Where the newest key lies in the input.
    #[inline(always)]
    pub(super) fn key<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        &input[self.key_start as usize..self.key_end as usize]
    }

    #[inline(always)]
    pub(super) fn set_key(&mut self, start: usize, end: usize) {
        (self.key_start, self.key_end) = (start as u32, end as u32);
    }

    /// The way to the newest value.
    pub(super) fn segment<'a>(&self, input: &'a [u8]) -> Segment<'a> {
        if self.is_dict() {
            Segment::Key(self.key(input))
        } else {
            Segment::Index(self.count().saturating_sub(1))
        }
    }
}

/// The open containers from the outermost inwards. As with the tape, slots stay initialised and the bounds check is the
/// limit. Frames are changed where they lie: copying one right after a change would stall on the store.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenFrames {
    slots: Vec<Frame>,
    depth: usize,
}

/// One container more would be too deep.
pub(super) struct TooDeep;

impl OpenFrames {
    /// Forgets the last value. Slots beyond the limit of the next would let it go too deep.
    pub(super) fn begin(&mut self, max_depth: usize) {
        self.depth = 0;
        self.slots.truncate(max_depth);
    }

    #[inline(always)]
    pub(super) fn push(&mut self, frame: Frame, max_depth: usize) -> Result<(), TooDeep> {
        if self.depth >= self.slots.len() {
            // Without the frame, so that this call does not force it into memory.
            self.grow(max_depth)?;
        }
        self.slots[self.depth] = frame;
        self.depth += 1;
        Ok(())
    }

    #[cold]
    fn grow(&mut self, max_depth: usize) -> Result<(), TooDeep> {
        if self.depth >= max_depth {
            return Err(TooDeep);
        }
        self.slots.push(Frame::default());
        self.slots
            .resize(self.slots.capacity().min(max_depth), Frame::default());
        Ok(())
    }

    /// Drops the innermost and says whether one is left.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> bool {
        self.depth -= 1;
        self.depth > 0
    }

    /// The container being filled. There must be one.
    #[inline(always)]
    pub(super) fn innermost(&mut self) -> &mut Frame {
        &mut self.slots[self.depth - 1]
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.slots[..self.depth]
    }
}
