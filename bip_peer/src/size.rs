use crate::limits::MAX_PIECE_COUNT;

/// The size of a torrent's content, from which the length of each piece follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TorrentSize {
    piece_length: u32,
    total_length: u64,
    piece_count: u32,
}

impl TorrentSize {
    /// A content of `total_length` bytes in pieces of `piece_length` bytes, the last of which may be shorter.
    ///
    /// `None` when the piece length is 0, or when there would be more than
    /// [`limits::MAX_PIECE_COUNT`](crate::limits::MAX_PIECE_COUNT) pieces.
    pub fn new(piece_length: u32, total_length: u64) -> Option<TorrentSize> {
        if piece_length == 0 {
            return None;
        }
        let piece_count = u32::try_from(total_length.div_ceil(u64::from(piece_length))).ok()?;
        (piece_count <= MAX_PIECE_COUNT).then_some(TorrentSize {
            piece_length,
            total_length,
            piece_count,
        })
    }

    /// Number of pieces.
    pub fn piece_count(&self) -> u32 {
        self.piece_count
    }

    /// Length of a piece in bytes; 0 for a piece that does not exist.
    pub fn piece_length(&self, piece: u32) -> u32 {
        let start = u64::from(piece) * u64::from(self.piece_length);
        let left = self.total_length.saturating_sub(start);
        u32::try_from(left)
            .unwrap_or(u32::MAX)
            .min(self.piece_length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_piece_is_what_is_left() {
        let size = TorrentSize::new(10, 25).unwrap();
        assert_eq!(size.piece_count(), 3);
        assert_eq!(
            [0, 1, 2, 3, u32::MAX].map(|piece| size.piece_length(piece)),
            [10, 10, 5, 0, 0]
        );
    }

    #[test]
    fn the_number_of_pieces_is_limited() {
        let most = u64::from(MAX_PIECE_COUNT);
        assert!(TorrentSize::new(1, most).is_some());
        assert!(TorrentSize::new(1, most + 1).is_none());
        assert!(TorrentSize::new(0, 1).is_none());
        assert!(TorrentSize::new(u32::MAX, u64::MAX).is_none());
    }
}
