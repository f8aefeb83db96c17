use crate::BlockRequest;

/// What a peer did against the protocol. It ends the session; whether the address is to be avoided is for others to
/// decide, by [`severity`](Violation::severity) or by the kind.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A frame longer than any message may be. It was refused before it was buffered.
    #[error("a frame of {length} bytes where at most {limit} are allowed")]
    FrameTooLarge {
        /// Length the frame claimed, without its length prefix.
        length: u32,
        /// Longest that would have been taken.
        limit: u32,
    },
    /// A message whose length does not fit its kind.
    #[error("message {id} with a length of {length} bytes")]
    MessageLength {
        /// Id of the message (BEP 3).
        id: u8,
        /// Length of the frame, with the id, without the length prefix.
        length: u32,
    },
    /// A bitfield that is too short or too long for the torrent.
    #[error("a bitfield of {length} bytes for {piece_count} pieces")]
    BitfieldLength {
        /// Its length in bytes.
        length: usize,
        /// Pieces of the torrent.
        piece_count: u32,
    },
    /// A bitfield that has bits set behind the last piece.
    #[error("a bitfield with spare bits set")]
    BitfieldSpareBits,
    /// A have for a piece that does not exist.
    #[error("have for piece {piece} of {piece_count}")]
    HaveOutOfRange {
        /// Piece named.
        piece: u32,
        /// Pieces of the torrent.
        piece_count: u32,
    },
    /// A request or cancel for bytes that do not exist.
    #[error("request out of bounds: {0:?}")]
    RequestOutOfBounds(BlockRequest),
    /// A request longer than [`limits::MAX_REQUEST_LENGTH`](crate::limits::MAX_REQUEST_LENGTH), or for nothing.
    #[error("request of {} bytes", .0.length)]
    RequestLength(BlockRequest),
    /// Far more requests at a time than we announced to take (BEP 10, `reqq`).
    #[error("more requests than {limit} at a time")]
    TooManyRequests {
        /// What we announced.
        limit: u32,
    },
    /// An extended handshake that is not what BEP 10 says.
    #[error("malformed extended handshake: {0}")]
    ExtendedHandshake(String),
    /// A message of `ut_metadata` that is not what BEP 9 says.
    #[error("malformed ut_metadata message: {0}")]
    Metadata(String),
}

/// How bad a [`Violation`] is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Such as an old or careless client may do.
    Careless,
    /// Such as no working client does.
    Hostile,
}

impl Violation {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Violation::TooManyRequests { .. }
            | Violation::ExtendedHandshake(_)
            | Violation::Metadata(_)
            | Violation::RequestLength(_) => Severity::Careless,
            _ => Severity::Hostile,
        }
    }
}
