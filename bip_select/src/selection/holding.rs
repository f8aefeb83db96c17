//! What one peer has.

use crate::piece_set::PieceSet;

/// Peers with nothing and peers with everything cost no set.
#[derive(Debug)]
pub(crate) enum Holding {
    Nothing,
    Some(PieceSet),
    All,
}

impl Holding {
    pub(crate) fn from_set(set: PieceSet) -> Holding {
        if set.is_full() {
            Holding::All
        } else if set.len() == 0 {
            Holding::Nothing
        } else {
            Holding::Some(set)
        }
    }

    pub(crate) fn contains(&self, piece: u32) -> bool {
        match self {
            Holding::Nothing => false,
            Holding::Some(set) => set.contains(piece),
            Holding::All => true,
        }
    }
}
