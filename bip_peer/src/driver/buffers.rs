use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;

use crate::limits::{IDLE_READ_BUFFER, READ_BUFFER};

/// A buffer with less room than this is put aside while the socket is busy: small reads cost more than they save.
const LEAST_ROOM: usize = 64 * 1024;
/// So many of the oldest used buffers are tried before a new one is made.
const TRIES: usize = 4;

/// Read buffers of a manager that are used up. Their memory serves again when all blocks in it have been dropped.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    used: Arc<Mutex<VecDeque<BytesMut>>>,
    spare: usize,
}

impl Pool {
    pub(super) fn new(spare: usize) -> Pool {
        Pool {
            used: Arc::default(),
            spare,
        }
    }

    fn take(&self) -> BytesMut {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        for index in 0..used.len().min(TRIES) {
            if used[index].try_reclaim(READ_BUFFER)
                && let Some(buffer) = used.remove(index)
            {
                return buffer;
            }
        }
        drop(used);
        BytesMut::with_capacity(READ_BUFFER)
    }

    fn give_back(&self, mut buffer: BytesMut) {
        buffer.clear();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.push_back(buffer);
        if used.len() > self.spare {
            used.pop_front();
        }
    }
}

/// What one socket is read into: small while little comes, 256 KiB while much does.
#[derive(Debug)]
pub(super) struct ReadBuffer {
    pool: Pool,
    bytes: BytesMut,
    size: Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Small,
    Large,
}

impl ReadBuffer {
    pub(super) fn new(pool: Pool) -> ReadBuffer {
        ReadBuffer {
            pool,
            bytes: BytesMut::new(),
            size: Size::Small,
        }
    }

    /// Bytes read that are not yet whole messages.
    pub(super) fn bytes(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    /// Makes room for a read that can complete a message of which `missing` bytes are missing.
    pub(super) fn make_room(&mut self, missing: usize) {
        let room = self.bytes.capacity() - self.bytes.len();
        let (least, size) = match self.size {
            Size::Small => (missing.min(IDLE_READ_BUFFER), IDLE_READ_BUFFER),
            Size::Large => (LEAST_ROOM.max(missing), READ_BUFFER),
        };
        if room >= least.max(1) && room > 0 {
            return;
        }
        if self.size == Size::Small || missing + self.bytes.len() > READ_BUFFER {
            // Reclaims the memory in place when nothing of it is in use.
            self.bytes.reserve(missing.max(size));
            return;
        }
        let mut fresh = self.pool.take();
        fresh.extend_from_slice(&self.bytes);
        self.pool
            .give_back(std::mem::replace(&mut self.bytes, fresh));
    }

    /// A read has filled all the room there was: more is waiting.
    pub(super) fn on_full(&mut self) {
        self.size = Size::Large;
    }

    pub(super) fn is_large(&self) -> bool {
        self.size == Size::Large
    }

    /// The socket has been quiet for a while: give the memory back.
    pub(super) fn on_idle(&mut self) {
        self.size = Size::Small;
        let mut small = BytesMut::with_capacity(self.bytes.len().max(IDLE_READ_BUFFER));
        small.extend_from_slice(&self.bytes);
        let large = std::mem::replace(&mut self.bytes, small);
        if large.capacity() > 0 {
            self.pool.give_back(large);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_buffer_serves_again_when_its_blocks_are_dropped() {
        let pool = Pool::new(4);
        let mut buffer = ReadBuffer::new(pool.clone());
        buffer.on_full();
        buffer.make_room(1);
        buffer.bytes().extend_from_slice(&vec![1; READ_BUFFER - 10]);
        let first = buffer.bytes().as_ptr();
        let block = buffer.bytes().split_to(READ_BUFFER - 20);
        buffer.make_room(1);
        assert_eq!(
            buffer.bytes().len(),
            10,
            "the beginning of a message moves on"
        );
        assert_ne!(buffer.bytes().as_ptr(), first);
        drop(block);
        assert_eq!(pool.take().as_ptr(), first);
    }

    #[test]
    fn a_message_longer_than_a_buffer_gets_its_room() {
        let mut buffer = ReadBuffer::new(Pool::new(4));
        for missing in [1, 5000, READ_BUFFER, 2 * READ_BUFFER] {
            buffer.on_full();
            buffer.make_room(missing);
            assert!(buffer.bytes().capacity() >= missing);
        }
    }

    #[test]
    fn an_idle_connection_holds_little() {
        let mut buffer = ReadBuffer::new(Pool::new(0));
        buffer.on_full();
        buffer.make_room(1);
        assert!(buffer.bytes().capacity() >= READ_BUFFER);
        buffer.bytes().extend_from_slice(b"ab");
        buffer.on_idle();
        assert_eq!(&buffer.bytes()[..], b"ab");
        assert!(buffer.bytes().capacity() <= IDLE_READ_BUFFER);
    }
}
