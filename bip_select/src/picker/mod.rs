//! The picker: routes facts to what keeps them, and asks it for decisions.

mod facts;
mod outcome;
mod pick;

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use crate::blame::Blame;
use crate::block::PeerKey;
use crate::config::PickerConfig;
use crate::error::GeometryError;
use crate::geometry::Geometry;
use crate::piece_set::PieceSet;
use crate::queueing::{OpenPieces, Sharing};
use crate::selection::{Availability, Holding, Shortlist};

pub use outcome::{BlockOutcome, BlockVerdict};

/// Decides which blocks to ask of which peer.
///
/// Tell it what happens (`on_*`), ask it for decisions ([`pick`](Self::pick), [`is_interesting`](Self::is_interesting)).
/// The same seed and the same facts give the same decisions. Each piece goes this way:
///
/// ```text
///            pick, or a late block           last block            on_verified
///   listed ------------------------> open ----------------> full --------------> have
///     ^                               |                      |
///     +------ every block lost -------+                      |
///     +------ on_failed, on_write_failed --------------------+
/// ```
#[derive(Debug)]
pub struct Picker {
    config: PickerConfig,
    geometry: Geometry,
    total_length: u64,
    have: PieceSet,
    have_bytes: u64,
    availability: Availability,
    open: OpenPieces,
    peers: BTreeMap<PeerKey, Peer>,
    blame: Blame,
    rng: ChaCha8Rng,
    /// Scratch of `pick`: pieces that may be taken from, the best first.
    candidates: Vec<(u64, u32)>,
}

#[derive(Debug)]
struct Peer {
    holding: Holding,
    /// Pieces it has and we lack; not kept for peers that have all.
    wanted: u32,
    /// Blocks asked of it and not received.
    outstanding: u32,
    shortlist: Shortlist,
}

impl Picker {
    /// For a torrent of `piece_count` pieces of `piece_length` bytes, the last one shorter, `total_length` in all.
    /// We have nothing of it yet.
    ///
    /// # Errors
    /// The numbers do not fit together, or are larger than [`MAX_PIECES`](crate::MAX_PIECES) and
    /// [`MAX_BLOCKS_PER_PIECE`](crate::MAX_BLOCKS_PER_PIECE) allow.
    pub fn new(
        config: PickerConfig,
        piece_count: u32,
        piece_length: u32,
        total_length: u64,
        seed: [u8; 32],
    ) -> Result<Picker, GeometryError> {
        let geometry = Geometry::new(piece_count, piece_length, total_length)?;
        let mut rng = ChaCha8Rng::from_seed(seed);
        Ok(Picker {
            config,
            geometry,
            total_length,
            have: PieceSet::empty(piece_count),
            have_bytes: 0,
            availability: Availability::new(piece_count, &mut rng),
            open: OpenPieces::new(piece_count),
            peers: BTreeMap::new(),
            blame: Blame::default(),
            rng,
            candidates: Vec::new(),
        })
    }

    /// Whether the peer has a piece that we lack: what BEP 3 calls being interested in it. Changes with `on_bitfield`,
    /// `on_have` (of that peer) and `on_verified` (of any).
    pub fn is_interesting(&self, peer: PeerKey) -> bool {
        self.peers.get(&peer).is_some_and(|state| {
            let is_wanted = match &state.holding {
                Holding::All => !self.have.is_full(),
                Holding::Some(_) => state.wanted > 0,
                Holding::Nothing => false,
            };
            is_wanted && !self.blame.is_convicted(peer)
        })
    }

    /// Whether every piece is verified.
    pub fn is_complete(&self) -> bool {
        self.have.is_full()
    }

    /// Whether every block that somebody has is received or asked for, so that [`pick`](Self::pick) now gives
    /// duplicates. Pieces kept for a single peer after a failed hash do not count.
    pub fn endgame(&self) -> bool {
        if self.have.is_full() || self.availability.obtainable() > 0 {
            return false;
        }
        self.open.partials().iter().all(|open| {
            open.sharing() != Sharing::Anyone || self.availability.copies(open.piece()) == 0
        })
    }

    /// Whether the peer's last failed piece left it a suspect.
    pub fn is_suspected(&self, peer: PeerKey) -> bool {
        self.blame.is_suspected(peer)
    }

    /// How many pieces the torrent has.
    pub fn piece_count(&self) -> u32 {
        self.geometry.piece_count()
    }

    /// How many pieces are verified.
    pub fn have_count(&self) -> u32 {
        self.have.len()
    }

    /// Whether the piece is verified.
    pub fn has(&self, piece: u32) -> bool {
        self.have.contains(piece)
    }

    /// The verified pieces as BEP 3 bytes.
    pub fn have(&self) -> Vec<u8> {
        self.have.to_bitfield()
    }

    /// Bytes not verified yet, as trackers want to know it.
    pub fn left(&self) -> u64 {
        self.total_length - self.have_bytes
    }

    /// How many pieces are begun and not verified.
    pub fn open_count(&self) -> usize {
        self.open.all().len()
    }

    /// How many connected peers have the piece; zero for a piece that the torrent does not have.
    pub fn availability(&self, piece: u32) -> u32 {
        if piece < self.geometry.piece_count() {
            self.availability.copies(piece)
        } else {
            0
        }
    }

    /// How many blocks are asked of the peer and not received.
    pub fn outstanding(&self, peer: PeerKey) -> u32 {
        self.peers.get(&peer).map_or(0, |state| state.outstanding)
    }
}
