use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::{
    Block, BlockRequest, ExtendedHandshake, MetadataMessage, PeerStats, TorrentSize, Violation,
};

/// What we tell a session to do.
///
/// Nothing is said to the peer twice: choking a choked peer, being interested again, a have already announced are all
/// silently left out.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerCommand {
    /// Choke the peer. Its queued requests are dropped.
    Choke,
    /// Let the peer ask for blocks.
    Unchoke,
    /// Tell the peer that we want something it has.
    Interested,
    /// Tell the peer that we want nothing it has.
    NotInterested,
    /// Announce a piece. It must be verified and written.
    Have(u32),
    /// Announce our pieces, high bit first, `ceil(piece_count / 8)` bytes, spare bits 0. Sent only when a bit is set.
    /// Should something about pieces have been sent before, it goes out as single haves instead.
    Bitfield(Bytes),
    /// Ask for blocks. Each ends in exactly one of [`PeerEvent::Block`], [`PeerEvent::Lost`], [`PeerEvent::Choked`], our
    /// own `Cancel`, or the end of the peer.
    Request(Vec<BlockRequest>),
    /// Take requests back. A block that is on its way all the same is dropped and counted.
    Cancel(Vec<BlockRequest>),
    /// The answer to a [`PeerEvent::Serve`]: the bytes of the run. Shorter or longer `data` counts as a refusal.
    Serve {
        /// The run, exactly as it was given out.
        run: BlockRequest,
        /// Its bytes.
        data: Bytes,
    },
    /// The other answer to a [`PeerEvent::Serve`]: the run cannot be read. Its requests are dropped.
    Refuse(BlockRequest),
    /// The number of pieces has become known. What the peer said about its pieces before is checked and told now.
    SetPieceCount(u32),
    /// As [`SetPieceCount`](PeerCommand::SetPieceCount), and the peer's requests are checked against the exact lengths too.
    SetTorrentSize(TorrentSize),
    /// The info dictionary, exact bytes: the session answers requests for it by itself from now on (BEP 9).
    ServeMetadata(Bytes),
    /// Ask for a piece of the info dictionary (BEP 9). Answered by [`PeerEvent::Metadata`]; a peer without
    /// `ut_metadata` is answered for with a reject.
    RequestMetadata {
        /// Which piece of 16 KiB.
        piece: u32,
    },
    /// Send a message of an extension (BEP 10). Dropped when the peer does not know the extension; which ones it knows
    /// tells [`PeerEvent::ExtendedHandshake`].
    Extended {
        /// Name of the extension, as in the `m` dictionary.
        name: Arc<str>,
        /// The message.
        payload: Bytes,
    },
    /// Tell the port of our DHT node (BEP 5, "BitTorrent protocol extension").
    Port(u16),
}

/// What a session tells us.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerEvent {
    /// The peer choked us: requests without an answer are lost.
    Choked {
        /// Those requests.
        lost: Vec<BlockRequest>,
    },
    /// The peer lets us ask for blocks.
    Unchoked,
    /// The peer wants something we have.
    Interested,
    /// The peer wants nothing we have.
    NotInterested,
    /// The peer's pieces, checked: `ceil(piece_count / 8)` bytes, high bit first, spare bits 0. At most once, before any
    /// [`Have`](PeerEvent::Have).
    Bitfield(Bytes),
    /// The peer has got this piece, which is in range. Told once per message.
    Have(u32),
    /// A block we asked for. A request that was reported lost may still be answered late; then the block is told as well,
    /// and may be one that has come from elsewhere in the meantime.
    Block(Block),
    /// Requests that will not be answered.
    Lost {
        /// The requests.
        requests: Vec<BlockRequest>,
        /// Why.
        reason: LostReason,
    },
    /// The pipeline has room: answer with [`PeerCommand::Request`] of up to `count` blocks.
    ///
    /// It comes after what was read has been told, when requests under way have fallen to three quarters of the window
    /// (half of a small one), and not again before a [`PeerCommand::Request`], even an empty one, has answered it.
    /// Whoever has nothing to ask for now remembers the peer, and asks when there is something.
    Wants {
        /// How many blocks would fill the window.
        count: usize,
    },
    /// The peer asks for this run of bytes of one piece, at most [`limits::MAX_RUN_LENGTH`](crate::limits::MAX_RUN_LENGTH)
    /// long. Answer each with exactly one [`PeerCommand::Serve`] or [`PeerCommand::Refuse`].
    Serve(BlockRequest),
    /// What the peer said about itself and its extensions so far (BEP 10), merged over all its handshakes.
    ExtendedHandshake(Box<ExtendedHandshake>),
    /// An answer to [`PeerCommand::RequestMetadata`] (BEP 9).
    Metadata(MetadataMessage),
    /// A message of an extension that was named in [`SessionConfig::extension`](crate::SessionConfig::extension).
    Extended {
        /// Name of the extension.
        name: Arc<str>,
        /// The message, a slice of the read buffer.
        payload: Bytes,
    },
    /// The port of the peer's DHT node (BEP 5).
    Port(u16),
    /// The session is over. Always the last event, and always told.
    Ended(Box<PeerEnd>),
}

/// Why requests are lost.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LostReason {
    /// Not answered in time.
    TimedOut,
    /// The peer chokes us (the request was not even sent).
    Choked,
    /// There was no room for so many requests at this peer.
    NoRoom,
    /// The request made no sense: no such piece, length 0, too long, or already under way.
    Invalid,
}

/// How a session ended.
#[expect(
    clippy::exhaustive_structs,
    reason = "reason and figures; only ever built here and taken apart by users"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerEnd {
    /// Why it ended.
    pub reason: EndReason,
    /// Its figures at the end.
    pub stats: PeerStats,
}

/// Why a session ended.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndReason {
    /// The peer closed the connection.
    #[error("closed by the peer")]
    Closed,
    /// We removed the peer, or stopped the manager.
    #[error("removed")]
    Removed,
    /// The peer broke the protocol.
    #[error("violation: {0}")]
    Violation(#[from] Violation),
    /// Nothing was heard for too long.
    #[error("nothing heard for too long")]
    TimedOut,
    /// The peer does not read what we send.
    #[error("the peer does not read")]
    Stalled,
    /// Reading failed.
    #[error("reading failed: {0}")]
    ReadFailed(io::ErrorKind),
    /// Writing failed.
    #[error("writing failed: {0}")]
    WriteFailed(io::ErrorKind),
}
