//! Buffers of reads, used again when those who read let go of them, so that they are neither allocated nor zeroed for
//! each read.

use std::sync::{Arc, Mutex, PoisonError};

/// Free buffers, by the power of two of their size, from 16 KiB to 1 MiB.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadBuffers {
    free: Arc<Mutex<[Vec<Vec<u8>>; CLASSES]>>,
}

const CLASSES: usize = 7;
const SMALLEST: usize = 16 << 10;
/// Kept of each size: a few reads at a time are under way, more only pile up with slow readers.
const KEPT: usize = 4;

/// A buffer that goes back when it is dropped.
#[derive(Debug)]
pub(super) struct ReadBuffer {
    bytes: Vec<u8>,
    home: ReadBuffers,
}

impl ReadBuffers {
    /// A buffer of at least so many bytes. What it holds is left over from earlier reads.
    pub(super) fn take(&self, length: usize) -> ReadBuffer {
        let size = length.next_power_of_two().max(SMALLEST);
        let free = class_of(size).and_then(|class| {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            free[class].pop()
        });
        ReadBuffer {
            bytes: free.unwrap_or_else(|| vec![0; size]),
            home: self.clone(),
        }
    }
}

fn class_of(size: usize) -> Option<usize> {
    let class = (size / SMALLEST).checked_ilog2()? as usize;
    (class < CLASSES).then_some(class)
}

impl AsRef<[u8]> for ReadBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsMut<[u8]> for ReadBuffer {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for ReadBuffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if let Some(class) = class_of(bytes.len()) {
            let free = &self.home.free;
            let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
            if free[class].len() < KEPT {
                free[class].push(bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_for_the_same_size() {
        let buffers = ReadBuffers::default();
        let first = buffers.take(20_000);
        assert_eq!(first.as_ref().len(), 32 << 10);
        let address = first.as_ref().as_ptr();
        drop(first);
        assert_ne!(buffers.take(16 << 10).as_ref().as_ptr(), address);
        assert_eq!(buffers.take(32 << 10).as_ref().as_ptr(), address);
    }

    #[test]
    fn a_few_buffers_of_each_size_are_kept_and_not_one_more() {
        let buffers = ReadBuffers::default();
        let taken: Vec<_> = (0..=KEPT).map(|_| buffers.take(1 << 20)).collect();
        drop(taken);
        assert_eq!(buffers.free.lock().unwrap()[6].len(), KEPT);
    }
}
