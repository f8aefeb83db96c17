use bytes::Bytes;

/// A block asked for, or a run of consecutive ones: `length` bytes of piece `piece` from offset `begin`.
///
/// It is what `request` and `cancel` carry (BEP 3, "peer messages"). Blocks of a download are usually 16 KiB long; see
/// [`limits::MAX_REQUEST_LENGTH`](crate::limits::MAX_REQUEST_LENGTH) for the longest that is served.
#[expect(
    clippy::exhaustive_structs,
    reason = "the three numbers of BEP 3; callers build them by the thousand"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockRequest {
    /// Index of the piece.
    pub piece: u32,
    /// Offset of the first byte within the piece.
    pub begin: u32,
    /// Number of bytes.
    pub length: u32,
}

impl BlockRequest {
    /// The offset just behind the block, within its piece. Cannot overflow: it is wider than its parts.
    pub fn end(&self) -> u64 {
        u64::from(self.begin) + u64::from(self.length)
    }
}

/// A block of data, as the `piece` message carries it.
///
/// `data` is a slice of the buffer the connection was read into: it was not copied, and it keeps that whole buffer
/// (up to [`limits::READ_BUFFER`](crate::limits::READ_BUFFER)) alive until it is dropped.
#[expect(
    clippy::exhaustive_structs,
    reason = "the three parts of the piece message of BEP 3"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Index of the piece.
    pub piece: u32,
    /// Offset of the first byte within the piece.
    pub begin: u32,
    /// The bytes.
    pub data: Bytes,
}

impl Block {
    /// The request this block is the answer to.
    pub fn request(&self) -> BlockRequest {
        // A frame is at most a few hundred KiB long, so that its payload's length always fits.
        let length = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        BlockRequest {
            piece: self.piece,
            begin: self.begin,
            length,
        }
    }
}
