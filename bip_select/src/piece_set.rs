//! A set of pieces, word by word; at the border, BEP 3's bytes.

use crate::error::FactError;

/// Bit `i % 64` of word `i / 64` stands for piece `i`; bits past the last piece are zero.
#[derive(Debug, Clone)]
pub(crate) struct PieceSet {
    words: Vec<u64>,
    piece_count: u32,
    len: u32,
}

impl PieceSet {
    pub(crate) fn empty(piece_count: u32) -> PieceSet {
        PieceSet {
            words: vec![0; piece_count.div_ceil(64) as usize],
            piece_count,
            len: 0,
        }
    }

    pub(crate) fn full(piece_count: u32) -> PieceSet {
        let mut set = PieceSet::empty(piece_count);
        set.words.fill(u64::MAX);
        if !piece_count.is_multiple_of(64)
            && let Some(last) = set.words.last_mut()
        {
            *last = (1 << (piece_count % 64)) - 1;
        }
        set.len = piece_count;
        set
    }

    /// BEP 3, "bitfield": the high bit of the first byte is piece 0; spare bits are zero.
    pub(crate) fn from_bitfield(bytes: &[u8], piece_count: u32) -> Result<PieceSet, FactError> {
        let expected = piece_count.div_ceil(8) as usize;
        if bytes.len() != expected {
            return Err(FactError::BitfieldLength {
                expected,
                found: bytes.len(),
            });
        }
        let mut set = PieceSet::empty(piece_count);
        for (word, eight) in set.words.iter_mut().zip(bytes.chunks(8)) {
            let mut padded = [0; 8];
            padded[..eight.len()].copy_from_slice(eight);
            *word = u64::from_be_bytes(padded).reverse_bits();
        }
        if let Some(last) = set.words.last()
            && !piece_count.is_multiple_of(64)
            && last >> (piece_count % 64) != 0
        {
            return Err(FactError::SpareBit);
        }
        set.len = set.words.iter().map(|word| word.count_ones()).sum();
        Ok(set)
    }

    pub(crate) fn to_bitfield(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self
            .words
            .iter()
            .flat_map(|word| word.reverse_bits().to_be_bytes())
            .collect();
        bytes.truncate(self.piece_count.div_ceil(8) as usize);
        bytes
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == self.piece_count
    }

    pub(crate) fn contains(&self, piece: u32) -> bool {
        self.words
            .get((piece / 64) as usize)
            .is_some_and(|word| word >> (piece % 64) & 1 == 1)
    }

    /// True when the piece was not in the set before.
    pub(crate) fn insert(&mut self, piece: u32) -> bool {
        debug_assert!(piece < self.piece_count);
        let word = &mut self.words[(piece / 64) as usize];
        let is_new = *word >> (piece % 64) & 1 == 0;
        *word |= 1 << (piece % 64);
        // Not `+= u32::from(is_new)`: rustc 1.95 drops that sum in optimized builds where the answer is branched on.
        if is_new {
            self.len += 1;
        }
        is_new
    }

    pub(crate) fn remove(&mut self, piece: u32) {
        if self.contains(piece) {
            self.words[(piece / 64) as usize] &= !(1 << (piece % 64));
            self.len -= 1;
        }
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        bits(self.words.iter().copied())
    }

    /// How many pieces both sets have.
    pub(crate) fn count_common(&self, other: &PieceSet) -> u32 {
        let both = self.words.iter().zip(&other.words);
        both.map(|(a, b)| (a & b).count_ones()).sum()
    }
}

/// Indices of the one bits of a row of words.
pub(crate) fn bits(words: impl Iterator<Item = u64>) -> impl Iterator<Item = u32> {
    (0u32..)
        .step_by(64)
        .zip(words)
        .flat_map(|(base, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| base + word.trailing_zeros())?;
                word &= word - 1;
                Some(bit)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// seed fault 2: the bit order was turned round within each byte.
    #[test]
    fn the_high_bit_of_the_first_byte_is_piece_zero() {
        let set = PieceSet::from_bitfield(&[0b1000_0001, 0b0100_0000], 10).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 7, 9]);
        assert_eq!(set.to_bitfield(), [0b1000_0001, 0b0100_0000]);
    }

    #[test]
    fn every_spare_bit_is_refused() {
        for piece_count in [1u32, 7, 9, 63, 65, 100] {
            let bytes = piece_count.div_ceil(8) as usize;
            for spare in piece_count..bytes as u32 * 8 {
                let mut bitfield = vec![0u8; bytes];
                bitfield[spare as usize / 8] |= 0x80 >> (spare % 8);
                assert_eq!(
                    PieceSet::from_bitfield(&bitfield, piece_count).unwrap_err(),
                    FactError::SpareBit
                );
            }
        }
    }

    #[test]
    fn a_wrong_length_is_refused() {
        for found in [0, 1, 3] {
            assert_eq!(
                PieceSet::from_bitfield(&vec![0; found], 16).unwrap_err(),
                FactError::BitfieldLength { expected: 2, found }
            );
        }
    }

    #[test]
    fn full_is_every_piece_and_no_more() {
        for piece_count in [0, 1, 63, 64, 65, 130] {
            let full = PieceSet::full(piece_count);
            assert!(full.iter().eq(0..piece_count));
            assert!(full.is_full());
            let bytes = full.to_bitfield();
            assert!(
                PieceSet::from_bitfield(&bytes, piece_count)
                    .unwrap()
                    .is_full()
            );
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_row_of_bools(has in proptest::collection::vec(any::<bool>(), 0..300)) {
            let piece_count = has.len() as u32;
            let mut naive = vec![0u8; has.len().div_ceil(8)];
            for (piece, _) in has.iter().enumerate().filter(|(_, has)| **has) {
                naive[piece / 8] |= 1 << (7 - piece % 8);
            }
            let mut set = PieceSet::from_bitfield(&naive, piece_count).unwrap();
            prop_assert_eq!(set.to_bitfield(), naive);
            prop_assert_eq!(set.len() as usize, has.iter().filter(|has| **has).count());
            for piece in 0..piece_count {
                prop_assert_eq!(set.contains(piece), has[piece as usize]);
                prop_assert_eq!(set.insert(piece), !has[piece as usize]);
            }
            prop_assert!(set.is_full());
            for piece in 0..piece_count {
                set.remove(piece);
            }
            prop_assert_eq!(set.len(), 0);
        }
    }
}
