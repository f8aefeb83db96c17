use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::wire::Message;
use crate::{Block, BlockRequest};

/// Small messages are gathered up to about this many bytes in one segment.
const SEGMENT: usize = 16 * 1024;

/// What waits to be sent. It stays messages until it is asked for, so that blocks can still be taken back.
#[derive(Debug, Default)]
pub(super) struct Output {
    control: VecDeque<Message>,
    blocks: VecDeque<Block>,
    /// Payload whose head has been given out already.
    payload: Option<Bytes>,
    block_bytes: usize,
    buffer: BytesMut,
}

/// A stretch of bytes to send, and how many of them are data of a block.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) bytes: Bytes,
    /// Bytes of blocks that begin with this segment or right behind it.
    pub(super) block_bytes: usize,
}

impl Output {
    /// Queues a small message. They go before all blocks, so that a choke or a request does not wait for a megabyte.
    pub(super) fn push(&mut self, message: Message) {
        self.control.push_back(message);
    }

    pub(super) fn push_block(&mut self, block: Block) {
        self.block_bytes += block.data.len();
        self.blocks.push_back(block);
    }

    pub(super) fn cancel(&mut self, request: BlockRequest) {
        let bytes = &mut self.block_bytes;
        self.blocks.retain(|block| {
            let keep = block.request() != request;
            if !keep {
                *bytes -= block.data.len();
            }
            keep
        });
    }

    /// We choke the peer: no block goes out any more, but one whose head has gone.
    pub(super) fn drop_blocks(&mut self) {
        self.blocks.clear();
        self.block_bytes = 0;
    }

    pub(super) fn control_len(&self) -> usize {
        self.control.len()
    }

    /// Bytes of blocks that wait.
    pub(super) fn backlog(&self) -> usize {
        self.block_bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.control.is_empty() && self.blocks.is_empty() && self.payload.is_none()
    }

    pub(super) fn clear(&mut self) {
        *self = Output::default();
    }

    pub(super) fn poll(&mut self) -> Option<Segment> {
        if let Some(payload) = self.payload.take() {
            return Some(Segment {
                bytes: payload,
                block_bytes: 0,
            });
        }
        let mut block_bytes = 0;
        while self.payload.is_none() && self.buffer.len() < SEGMENT {
            let Some(message) = self.next(&mut block_bytes) else {
                break;
            };
            self.payload = message
                .encode_head(&mut self.buffer)
                .filter(|payload| !payload.is_empty());
        }
        if self.buffer.is_empty() {
            return None;
        }
        Some(Segment {
            bytes: self.buffer.split().freeze(),
            block_bytes,
        })
    }

    fn next(&mut self, block_bytes: &mut usize) -> Option<Message> {
        if let Some(message) = self.control.pop_front() {
            return Some(message);
        }
        let block = self.blocks.pop_front()?;
        self.block_bytes -= block.data.len();
        *block_bytes += block.data.len();
        Some(Message::Piece(block))
    }
}
