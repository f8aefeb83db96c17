use std::collections::VecDeque;
use std::net::SocketAddr;

use crate::limits::{MAX_OUTBOX_BYTES, OUTBOX_KEPT_BYTES};

/// Datagrams that wait to be sent, back to back in one buffer, so that an answer costs no allocation. The buffer is
/// given back when it has run empty and was large.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    taken: usize,
    frames: VecDeque<Frame>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    destination: SocketAddr,
    length: u32,
}

impl Outbox {
    /// Whether another datagram may be queued.
    pub(crate) fn has_room(&self) -> bool {
        self.bytes.len() < MAX_OUTBOX_BYTES
    }

    /// Queues what `encode` appends to the buffer; nothing if it appends nothing.
    pub(crate) fn push(
        &mut self,
        destination: SocketAddr,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> usize {
        let before = self.bytes.len();
        encode(&mut self.bytes);
        let length = self.bytes.len().saturating_sub(before);
        if let (Ok(stored), true) = (u32::try_from(length), length > 0) {
            self.frames.push_back(Frame {
                destination,
                length: stored,
            });
        }
        length
    }

    /// Writes the next datagram into `buf`, which is cleared before.
    pub(crate) fn pop(&mut self, buf: &mut Vec<u8>) -> Option<SocketAddr> {
        buf.clear();
        let frame = self.frames.pop_front()?;
        let end = self.taken + frame.length as usize;
        buf.extend_from_slice(self.bytes.get(self.taken..end).unwrap_or_default());
        self.taken = end;
        if self.frames.is_empty() {
            self.reset();
        }
        Some(frame.destination)
    }

    fn reset(&mut self) {
        self.taken = 0;
        self.bytes.clear();
        if self.bytes.capacity() > OUTBOX_KEPT_BYTES {
            self.bytes = Vec::new();
            self.frames = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn datagrams_leave_in_the_order_in_which_they_came() {
        let mut outbox = Outbox::default();
        for port in 1..=3u16 {
            outbox.push(address(port), |buf| {
                buf.extend_from_slice(&port.to_be_bytes())
            });
        }
        let mut buf = vec![9; 4];
        for port in 1..=3u16 {
            assert_eq!(outbox.pop(&mut buf), Some(address(port)));
            assert_eq!(buf, port.to_be_bytes());
        }
        assert_eq!(outbox.pop(&mut buf), None);
        assert!(buf.is_empty());
    }

    #[test]
    fn a_full_outbox_says_so_and_gives_its_memory_back() {
        let mut outbox = Outbox::default();
        let datagram = [0; 1000];
        while outbox.has_room() {
            outbox.push(address(1), |buf| buf.extend_from_slice(&datagram));
        }
        assert_eq!(outbox.frames.len(), MAX_OUTBOX_BYTES.div_ceil(1000));
        let mut buf = Vec::new();
        while outbox.pop(&mut buf).is_some() {}
        assert!(outbox.has_room());
        assert_eq!(outbox.bytes.capacity(), 0);
    }

    #[test]
    fn a_drained_outbox_keeps_the_room_of_one_answer_and_no_byte_more() {
        for (length, is_kept) in [(OUTBOX_KEPT_BYTES, true), (OUTBOX_KEPT_BYTES + 1, false)] {
            let mut outbox = Outbox::default();
            outbox.bytes.reserve_exact(length);
            outbox.push(address(1), |buf| buf.push(7));
            outbox.pop(&mut Vec::new());
            assert_eq!(outbox.bytes.capacity() > 0, is_kept, "{length}");
        }
    }
}
