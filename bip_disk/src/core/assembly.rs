//! One unfinished piece: which of its bytes came, and where they wait.
//!
//! ```text
//!            block (not complete)
//!           +------+
//!           v      |    over budget
//!   new --> Open --+---------------> Spilling --block--> Spilling
//!           | ^                         |  |
//!           | +--- written, incomplete -+  | written, complete
//!           | complete                     v
//!           +--------------------------> Storing --> gone (verified, failed or write failed)
//! ```
//! A failing spill, too, ends the piece.

use bytes::{Bytes, BytesMut};

use super::operation::{Assembled, HashProgress, Part};
use crate::limits::MIN_BLOCK_CHARGE;

#[derive(Debug)]
pub(crate) struct Assembly {
    piece: u32,
    length: u32,
    /// In order, without overlap.
    segments: Vec<Segment>,
    /// Bytes that all segments cover.
    covered: u32,
    /// What the segments in memory count in the budget.
    pub(crate) charge: Charge,
    /// What the segments count that are on their way to the file.
    pub(crate) leaving: usize,
    /// Its place in the order of use, if it holds memory that could be spilled.
    pub(crate) touched: Option<u64>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Nothing is under way; the hash is here.
    Open(HashProgress),
    /// The hash is with the operation.
    Spilling,
    Storing,
}

#[derive(Debug)]
struct Segment {
    begin: u32,
    length: u32,
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// A slice of a buffer that somebody else made, and that may be much larger.
    Slice(Bytes),
    /// Memory of its own.
    Copy(Bytes),
    /// Written where it belongs.
    Spilled,
}

/// What bytes in memory count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) total: usize,
    /// The part of it that is slices of larger buffers.
    pub(crate) slices: usize,
}

fn charge_of(length: u32) -> usize {
    (length as usize).max(MIN_BLOCK_CHARGE)
}

impl Assembly {
    pub(crate) fn new(piece: u32, length: u32, first_block: u32) -> Self {
        let blocks = length.div_ceil(first_block.max(1)).min(1024);
        Self {
            piece,
            length,
            segments: Vec::with_capacity(blocks as usize),
            covered: 0,
            charge: Charge::default(),
            leaving: 0,
            touched: None,
            stage: Stage::Open(HashProgress::new()),
        }
    }

    /// Takes what of a block is new, and returns what that counts. Where bytes came twice, the first ones stay.
    pub(crate) fn insert(&mut self, begin: u32, data: &Bytes) -> usize {
        let end = begin + data.len() as u32;
        let before = self.charge.total;
        let mut index = self.segments.partition_point(|s| s.end() <= begin);
        let mut at = begin;
        while at < end {
            let gap_end = self.segments.get(index).map_or(end, |s| s.begin.min(end));
            if gap_end > at {
                let slice = data.slice((at - begin) as usize..(gap_end - begin) as usize);
                self.insert_segment(index, at, slice);
                index += 1;
            }
            at = self.segments.get(index).map_or(end, Segment::end);
            index += 1;
        }
        self.charge.total - before
    }

    fn insert_segment(&mut self, index: usize, begin: u32, slice: Bytes) {
        let length = slice.len() as u32;
        self.covered += length;
        self.charge.total += charge_of(length);
        self.charge.slices += charge_of(length);
        self.segments.insert(
            index,
            Segment {
                begin,
                length,
                held: Held::Slice(slice),
            },
        );
    }

    /// Whether all bytes came.
    pub(crate) fn is_complete(&self) -> bool {
        self.covered == self.length
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }

    pub(crate) fn is_storing(&self) -> bool {
        matches!(self.stage, Stage::Storing)
    }

    /// Copies what is slices of larger buffers, so that those are free.
    pub(crate) fn copy_slices(&mut self) {
        let mut copied: Vec<Segment> = Vec::with_capacity(self.segments.len());
        let mut run = BytesMut::new();
        for segment in self.segments.drain(..) {
            match segment.held {
                Held::Slice(data) => {
                    run.extend_from_slice(&data);
                    let own = Held::Copy(run.split().freeze());
                    copied.push(Segment {
                        held: own,
                        ..segment
                    });
                }
                _ => copied.push(segment),
            }
        }
        self.segments = copied;
        self.charge.slices = 0;
    }

    /// Takes out what is in memory to be written, if nothing else is under way and there is any.
    pub(crate) fn spill(&mut self) -> Option<Assembled> {
        if self.charge.total == 0 {
            return None;
        }
        let Stage::Open(progress) = &self.stage else {
            return None;
        };
        let progress = progress.clone();
        self.stage = Stage::Spilling;
        let parts = self.take_memory();
        Some(Assembled {
            piece: self.piece,
            progress,
            parts,
        })
    }

    /// Takes out all of it to be hashed and written, if nothing else is under way and it is complete.
    pub(crate) fn store(&mut self) -> Option<Assembled> {
        if !self.is_complete() {
            return None;
        }
        let Stage::Open(progress) = &self.stage else {
            return None;
        };
        let progress = progress.clone();
        self.stage = Stage::Storing;
        self.leaving += std::mem::take(&mut self.charge).total;
        let parts = self.segments.drain(..).map(Segment::into_part).collect();
        Some(Assembled {
            piece: self.piece,
            progress,
            parts,
        })
    }

    /// What was taken out by [`spill`](Self::spill) is written. Returns what is no longer held.
    pub(crate) fn spilled(&mut self, progress: HashProgress) -> usize {
        self.stage = Stage::Open(progress);
        std::mem::take(&mut self.leaving)
    }

    fn take_memory(&mut self) -> Vec<Part> {
        self.leaving += std::mem::take(&mut self.charge).total;
        let mut parts = Vec::with_capacity(self.segments.len());
        let mut kept: Vec<Segment> = Vec::new();
        for mut segment in self.segments.drain(..) {
            let (begin, length) = (segment.begin, segment.length);
            let held = std::mem::replace(&mut segment.held, Held::Spilled);
            if let Held::Slice(data) | Held::Copy(data) = held {
                parts.push(Part {
                    begin,
                    length,
                    data: Some(data),
                });
            }
            match kept.last_mut() {
                Some(last) if last.end() == begin => last.length += length,
                _ => kept.push(segment),
            }
        }
        self.segments = kept;
        parts
    }
}

impl Segment {
    fn end(&self) -> u32 {
        self.begin + self.length
    }

    fn into_part(self) -> Part {
        let data = match self.held {
            Held::Slice(data) | Held::Copy(data) => Some(data),
            Held::Spilled => None,
        };
        Part {
            begin: self.begin,
            length: self.length,
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(assembly: &Assembly) -> Vec<(u32, u32)> {
        assembly
            .segments
            .iter()
            .map(|s| (s.begin, s.end()))
            .collect()
    }

    fn insert(assembly: &mut Assembly, begin: u32, data: &'static [u8]) -> usize {
        assembly.insert(begin, &Bytes::from_static(data))
    }

    fn contents(assembled: &Assembled) -> Vec<(u32, Vec<u8>)> {
        let held = |p: &Part| (p.begin, p.data.clone().unwrap_or_default().to_vec());
        assembled.parts.iter().map(held).collect()
    }

    #[test]
    fn only_the_gaps_are_taken_from_an_overlapping_block() {
        let mut assembly = Assembly::new(0, 10, 2);
        insert(&mut assembly, 2, b"cd");
        insert(&mut assembly, 6, b"g");
        insert(&mut assembly, 0, b"ABCDEFGHIJ");
        assert_eq!(ranges(&assembly), [(0, 2), (2, 4), (4, 6), (6, 7), (7, 10)]);
        let bytes: Vec<u8> = contents(&assembly.store().unwrap())
            .into_iter()
            .flat_map(|(_, data)| data)
            .collect();
        assert_eq!(bytes, b"ABcdEFgHIJ");
    }

    #[test]
    fn a_block_that_came_before_counts_nothing() {
        let mut assembly = Assembly::new(0, 10, 2);
        assert_eq!(insert(&mut assembly, 0, b"abcd"), MIN_BLOCK_CHARGE);
        assert_eq!(insert(&mut assembly, 1, b"bc"), 0);
        assert_eq!(insert(&mut assembly, 0, b""), 0);
        assert!(!assembly.is_complete());
    }

    #[test]
    fn a_block_counts_its_length_from_the_least_charge_on() {
        let least = MIN_BLOCK_CHARGE as u32;
        let data = Bytes::from(vec![0; MIN_BLOCK_CHARGE + 1]);
        let mut assembly = Assembly::new(0, 1 << 20, least);
        assert_eq!(
            assembly.insert(0, &data.slice(..MIN_BLOCK_CHARGE)),
            MIN_BLOCK_CHARGE
        );
        assert_eq!(assembly.insert(least, &data), MIN_BLOCK_CHARGE + 1);
    }

    #[test]
    fn what_was_spilled_is_not_stored_again() {
        let mut assembly = Assembly::new(0, 6, 2);
        insert(&mut assembly, 2, b"cd");
        let spill = assembly.spill().unwrap();
        assert_eq!(contents(&spill), [(2, b"cd".to_vec())]);
        insert(&mut assembly, 0, b"abcdef");
        assert!(assembly.store().is_none(), "the hash is with the spill");
        assert_eq!(assembly.spilled(spill.progress), MIN_BLOCK_CHARGE);
        let store = assembly.store().unwrap();
        let parts = contents(&store);
        assert_eq!(
            parts,
            [(0, b"ab".to_vec()), (2, vec![]), (4, b"ef".to_vec())]
        );
    }

    #[test]
    fn copies_do_not_alias_the_buffer_they_came_in() {
        let buffer = Bytes::from(vec![7; 4096]);
        let mut assembly = Assembly::new(0, 2048, 1024);
        assembly.insert(0, &buffer.slice(..1024));
        assembly.insert(1024, &buffer.slice(1024..2048));
        assert_eq!(assembly.charge.slices, 2048);
        assembly.copy_slices();
        assert_eq!(
            assembly.charge,
            Charge {
                total: 2048,
                slices: 0
            }
        );
        let store = assembly.store().unwrap();
        let address = store.parts[0].data.as_ref().unwrap().as_ptr();
        assert!(!buffer.as_ptr_range().contains(&address));
        assert!(buffer.is_unique());
    }
}
