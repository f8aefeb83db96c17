//! Arithmetic of pieces and blocks.

use crate::block::{BLOCK_LENGTH, BlockId};
use crate::error::{FactError, GeometryError};
use crate::limits::{MAX_BLOCKS_PER_PIECE, MAX_PIECES};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    piece_count: u32,
    piece_length: u32,
    last_piece_length: u32,
}

impl Geometry {
    pub(crate) fn new(
        piece_count: u32,
        piece_length: u32,
        total_length: u64,
    ) -> Result<Geometry, GeometryError> {
        if piece_length == 0 {
            return Err(GeometryError::ZeroPieceLength);
        }
        if piece_length.div_ceil(BLOCK_LENGTH) > MAX_BLOCKS_PER_PIECE {
            return Err(GeometryError::PieceTooLong(piece_length));
        }
        if piece_count > MAX_PIECES {
            return Err(GeometryError::TooManyPieces(piece_count));
        }
        let expected = total_length.div_ceil(u64::from(piece_length));
        if expected != u64::from(piece_count) {
            return Err(GeometryError::PieceCount {
                told: piece_count,
                expected,
                piece_length,
                total_length,
            });
        }
        let rest = (total_length % u64::from(piece_length)) as u32;
        Ok(Geometry {
            piece_count,
            piece_length,
            last_piece_length: if rest == 0 { piece_length } else { rest },
        })
    }

    pub(crate) fn piece_count(&self) -> u32 {
        self.piece_count
    }

    pub(crate) fn check_piece(&self, piece: u32) -> Result<(), FactError> {
        if piece < self.piece_count {
            return Ok(());
        }
        Err(FactError::PieceOutOfRange {
            piece,
            piece_count: self.piece_count,
        })
    }

    pub(crate) fn piece_length(&self, piece: u32) -> u32 {
        if piece + 1 == self.piece_count {
            self.last_piece_length
        } else {
            self.piece_length
        }
    }

    pub(crate) fn block_count(&self, piece: u32) -> u32 {
        self.piece_length(piece).div_ceil(BLOCK_LENGTH)
    }

    pub(crate) fn block(&self, piece: u32, index: u32) -> BlockId {
        let begin = index * BLOCK_LENGTH;
        BlockId {
            piece,
            begin,
            length: BLOCK_LENGTH.min(self.piece_length(piece) - begin),
        }
    }

    /// The block's index inside its piece; `None` when the torrent has no such block.
    pub(crate) fn index_of(&self, block: BlockId) -> Option<u32> {
        let index = block.begin / BLOCK_LENGTH;
        let exists = block.piece < self.piece_count
            && index < self.block_count(block.piece)
            && self.block(block.piece, index) == block;
        exists.then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_piece_and_its_last_block_are_shorter() {
        let geometry = Geometry::new(3, 40_000, 80_000 + 20_000).unwrap();
        assert_eq!(geometry.block_count(0), 3);
        assert_eq!(geometry.block(0, 2).length, 40_000 - 2 * BLOCK_LENGTH);
        assert_eq!(geometry.block_count(2), 2);
        assert_eq!(geometry.block(2, 1).length, 20_000 - BLOCK_LENGTH);
        for piece in 0..3 {
            for index in 0..geometry.block_count(piece) {
                let block = geometry.block(piece, index);
                assert_eq!(geometry.index_of(block), Some(index));
            }
        }
    }

    #[test]
    fn blocks_off_the_grid_do_not_exist() {
        let geometry = Geometry::new(1, 32_768, 20_000).unwrap();
        let block = |piece, begin, length| BlockId {
            piece,
            begin,
            length,
        };
        assert_eq!(geometry.index_of(block(0, 0, BLOCK_LENGTH)), Some(0));
        for wrong in [
            block(0, 1, BLOCK_LENGTH),
            block(0, 0, BLOCK_LENGTH - 1),
            block(0, BLOCK_LENGTH, BLOCK_LENGTH),
            block(0, 2 * BLOCK_LENGTH, 1),
            block(0, u32::MAX, u32::MAX),
            block(1, 0, BLOCK_LENGTH),
            block(u32::MAX, 0, BLOCK_LENGTH),
        ] {
            assert_eq!(geometry.index_of(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert_eq!(
            Geometry::new(1, 0, 1).unwrap_err(),
            GeometryError::ZeroPieceLength
        );
        assert!(matches!(
            Geometry::new(2, 16, 16),
            Err(GeometryError::PieceCount { expected: 1, .. })
        ));
        assert!(Geometry::new(0, 16, 0).is_ok());
    }

    #[test]
    fn limits_hold_at_the_edge_and_one_past_it() {
        let pieces = |count: u32| Geometry::new(count, 1, u64::from(count));
        assert!(pieces(MAX_PIECES).is_ok());
        assert_eq!(
            pieces(MAX_PIECES + 1).unwrap_err(),
            GeometryError::TooManyPieces(MAX_PIECES + 1)
        );
        let longest = MAX_BLOCKS_PER_PIECE * BLOCK_LENGTH;
        assert!(Geometry::new(1, longest, 1).is_ok());
        assert_eq!(
            Geometry::new(1, longest + 1, 1).unwrap_err(),
            GeometryError::PieceTooLong(longest + 1)
        );
    }
}
