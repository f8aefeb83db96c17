//! What to show whom: so far the honest way, everything to everyone.

use std::collections::BTreeSet;

use crate::block::PeerKey;
use crate::error::FactError;
use crate::piece_set::PieceSet;

/// Whether a bitfield may still be sent: BEP 3 lets it be only the first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is a first message or not")]
pub enum Opening {
    /// Nothing was sent to the peer yet.
    Open,
    /// Something was sent already, for example while the metadata was still unknown.
    Passed,
}

/// What a new peer is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Show {
    /// We have nothing: send nothing.
    Nothing,
    /// Send this bitfield: `ceil(piece_count / 8)` bytes, high bit first, spare bits zero.
    Bitfield(Vec<u8>),
    /// Send a `have` for each of these pieces.
    Haves(Vec<u32>),
}

/// Decides what each peer is shown of what we have.
///
/// ```
/// use bip_select::{Opening, Revelation, Show};
///
/// let mut revelation = Revelation::new(100);
/// revelation.on_verified(3);
/// let Show::Bitfield(bytes) = revelation.on_peer(7, Opening::Open) else { unreachable!() };
/// assert_eq!((bytes.len(), bytes[0]), (13, 0b0001_0000));
/// assert_eq!(revelation.on_verified(4), [7]); // send it `have 4`
/// ```
#[derive(Debug)]
pub struct Revelation {
    have: PieceSet,
    piece_count: u32,
    peers: BTreeSet<PeerKey>,
}

impl Revelation {
    /// Of a torrent with `piece_count` pieces, none of which we have yet.
    pub fn new(piece_count: u32) -> Revelation {
        Revelation {
            have: PieceSet::empty(piece_count),
            piece_count,
            peers: BTreeSet::new(),
        }
    }

    /// What was found on disk before the first peer came: BEP 3 bytes. It replaces what was known.
    ///
    /// # Errors
    /// Wrong length or a spare bit set; nothing changes then.
    pub fn set_have(&mut self, bitfield: &[u8]) -> Result<(), FactError> {
        self.have = PieceSet::from_bitfield(bitfield, self.piece_count)?;
        Ok(())
    }

    /// A peer came. What it is to be shown now; later pieces are told by [`on_verified`](Self::on_verified).
    pub fn on_peer(&mut self, peer: PeerKey, opening: Opening) -> Show {
        self.peers.insert(peer);
        if self.have.len() == 0 {
            return Show::Nothing;
        }
        match opening {
            Opening::Open => Show::Bitfield(self.have.to_bitfield()),
            Opening::Passed => Show::Haves(self.have.iter().collect()),
        }
    }

    /// A peer left.
    pub fn on_peer_gone(&mut self, peer: PeerKey) {
        self.peers.remove(&peer);
    }

    /// A piece is verified and written: the peers that are to be sent a `have`, in order of their keys.
    /// Empty when the piece was shown before.
    /// A piece that the torrent does not have is ignored.
    pub fn on_verified(&mut self, piece: u32) -> Vec<PeerKey> {
        if piece >= self.piece_count || !self.have.insert(piece) {
            return Vec::new();
        }
        self.peers.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// seed fault 10: the bitfield was cut after the highest piece we had.
    #[test]
    fn the_bitfield_is_as_long_as_the_torrent() {
        for (piece_count, bytes) in [(1, 1), (8, 1), (9, 2), (100, 13), (104, 13), (105, 14)] {
            let mut revelation = Revelation::new(piece_count);
            revelation.on_verified(0);
            let mut expect = vec![0; bytes];
            expect[0] = 0x80;
            assert_eq!(revelation.on_peer(1, Opening::Open), Show::Bitfield(expect));
        }
    }

    #[test]
    fn who_has_nothing_shows_nothing() {
        assert_eq!(Revelation::new(9).on_peer(1, Opening::Open), Show::Nothing);
    }

    #[test]
    fn a_late_peer_gets_haves_instead_of_a_bitfield() {
        let mut revelation = Revelation::new(10);
        revelation.set_have(&[0x80, 0x40]).unwrap();
        assert_eq!(
            revelation.on_peer(1, Opening::Passed),
            Show::Haves(vec![0, 9])
        );
    }

    #[test]
    fn a_piece_is_told_once_and_only_to_those_who_are_here() {
        let mut revelation = Revelation::new(2);
        revelation.on_peer(1, Opening::Open);
        revelation.on_peer(2, Opening::Open);
        revelation.on_peer_gone(1);
        assert_eq!(revelation.on_verified(1), [2]);
        assert_eq!(revelation.on_verified(1), []);
        assert_eq!(revelation.on_verified(2), []);
    }
}
