//! From which peer: who was asked for what.

mod block_state;
mod open_piece;
mod open_pieces;

pub(crate) use block_state::BlockState;
pub(crate) use open_piece::{OpenPiece, Sharing};
pub(crate) use open_pieces::OpenPieces;
