use bytes::Bytes;

use crate::limits::{MAX_EARLY_HAVES, MAX_PIECE_COUNT};
use crate::{PeerEvent, Violation};

/// What the peer says about its pieces: checked, or kept until it can be checked.
///
/// ```text
///  Early { bitfield, haves } ── set_piece_count ──▶ Known(piece_count)
///   keeps, bounded                                   checks and passes on
/// ```
#[derive(Debug)]
pub(super) struct PeerPieces {
    state: State,
}

#[derive(Debug)]
enum State {
    Early {
        bitfield: Option<Bytes>,
        haves: Vec<u32>,
    },
    Known(u32),
}

impl PeerPieces {
    pub(super) fn new(piece_count: Option<u32>) -> PeerPieces {
        let early = State::Early {
            bitfield: None,
            haves: Vec::new(),
        };
        PeerPieces {
            state: piece_count.map_or(early, State::Known),
        }
    }

    pub(super) fn piece_count(&self) -> Option<u32> {
        match self.state {
            State::Known(piece_count) => Some(piece_count),
            State::Early { .. } => None,
        }
    }

    /// BEP 3 lets a bitfield be only the first message, but aria2 sends another one where that is shorter than many
    /// haves: each takes the place of what was told before.
    pub(super) fn on_bitfield(&mut self, bits: Bytes) -> Result<Option<PeerEvent>, Violation> {
        match &mut self.state {
            State::Known(piece_count) => {
                check_bitfield(&bits, *piece_count)?;
                Ok(Some(PeerEvent::Bitfield(bits)))
            }
            State::Early { bitfield, haves } => {
                // It tells everything, so that it takes the place of what was told before.
                haves.clear();
                // Copied, since it would keep a whole read buffer alive until the metadata is there.
                *bitfield = Some(Bytes::copy_from_slice(&bits));
                Ok(None)
            }
        }
    }

    pub(super) fn on_have(&mut self, piece: u32) -> Result<Option<PeerEvent>, Violation> {
        match &mut self.state {
            State::Known(piece_count) => {
                check_piece(piece, *piece_count)?;
                Ok(Some(PeerEvent::Have(piece)))
            }
            State::Early { haves, .. } => {
                check_piece(piece, MAX_PIECE_COUNT)?;
                // Past the limit they are forgotten, which only makes the peer less useful.
                if haves.len() < MAX_EARLY_HAVES {
                    haves.push(piece);
                }
                Ok(None)
            }
        }
    }

    /// The number of pieces is known: events of what was kept. A second time it changes nothing.
    pub(super) fn set_piece_count(
        &mut self,
        piece_count: u32,
    ) -> Result<Vec<PeerEvent>, Violation> {
        let State::Early { bitfield, haves } = &mut self.state else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        if let Some(bits) = bitfield.take() {
            check_bitfield(&bits, piece_count)?;
            events.push(PeerEvent::Bitfield(bits));
        }
        for piece in std::mem::take(haves) {
            check_piece(piece, piece_count)?;
            events.push(PeerEvent::Have(piece));
        }
        self.state = State::Known(piece_count);
        Ok(events)
    }
}

/// What we have told the peer about our pieces.
#[derive(Debug, Default)]
pub(super) struct Announced {
    bits: Vec<u8>,
    spoken: bool,
}

impl Announced {
    /// Whether something about pieces has been said, in either direction of a download: a bitfield is too late then.
    pub(super) fn spoken(&self) -> bool {
        self.spoken
    }

    pub(super) fn speak(&mut self) {
        self.spoken = true;
    }

    /// Whether the piece is news.
    pub(super) fn insert(&mut self, piece: u32) -> bool {
        let (byte, bit) = (piece as usize / 8, 0x80 >> (piece % 8));
        if byte >= self.bits.len() {
            self.bits.resize(byte + 1, 0);
        }
        let new = self.bits[byte] & bit == 0;
        self.bits[byte] |= bit;
        new
    }
}

/// Checks a bitfield of BEP 3: `ceil(piece_count / 8)` bytes, spare bits 0.
pub(super) fn check_bitfield(bits: &[u8], piece_count: u32) -> Result<(), Violation> {
    if bits.len() != piece_count.div_ceil(8) as usize {
        return Err(Violation::BitfieldLength {
            length: bits.len(),
            piece_count,
        });
    }
    let spare = match piece_count % 8 {
        0 => 0,
        used => 0xffu8 >> used,
    };
    if bits.last().is_some_and(|last| last & spare != 0) {
        return Err(Violation::BitfieldSpareBits);
    }
    Ok(())
}

/// The pieces set in a bitfield, lowest first.
pub(super) fn ones(bits: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let set = |byte: u8| (0..8u32).filter(move |bit| byte & (0x80 >> bit) != 0);
    (0u32..)
        .zip(bits)
        .flat_map(move |(index, byte)| set(*byte).map(move |bit| index * 8 + bit))
}

fn check_piece(piece: u32, piece_count: u32) -> Result<(), Violation> {
    if piece < piece_count {
        Ok(())
    } else {
        Err(Violation::HaveOutOfRange { piece, piece_count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bitfield_has_exactly_the_bytes_and_bits_of_its_pieces() {
        assert_eq!(check_bitfield(&[0xff, 0x80], 9), Ok(()));
        assert_eq!(
            check_bitfield(&[0xff, 0xc0], 9),
            Err(Violation::BitfieldSpareBits)
        );
        assert_eq!(check_bitfield(&[0xff], 8), Ok(()));
        assert_eq!(check_bitfield(&[], 0), Ok(()));
        for (bits, piece_count) in [(vec![0xff], 9), (vec![0; 3], 9), (vec![], 1), (vec![0], 0)] {
            let error = Violation::BitfieldLength {
                length: bits.len(),
                piece_count,
            };
            assert_eq!(check_bitfield(&bits, piece_count), Err(error));
        }
    }

    /// seed fault 9
    #[test]
    fn a_big_zero_bitfield_is_walked_without_recursion() {
        let bits = vec![0; 1 << 20];
        assert_eq!(ones(&bits).count(), 0);
        assert_eq!(
            ones(&[0x80, 0x01, 0xff]).collect::<Vec<_>>(),
            [0, 15, 16, 17, 18, 19, 20, 21, 22, 23]
        );
    }

    #[test]
    fn what_came_early_is_checked_when_the_number_is_known() {
        let mut pieces = PeerPieces::new(None);
        assert_eq!(pieces.on_bitfield(Bytes::from_static(&[0x40])), Ok(None));
        assert_eq!(pieces.on_have(2), Ok(None));
        let told = pieces.set_piece_count(3).unwrap();
        assert_eq!(
            told,
            [
                PeerEvent::Bitfield(Bytes::from_static(&[0x40])),
                PeerEvent::Have(2)
            ]
        );

        let mut pieces = PeerPieces::new(None);
        assert_eq!(pieces.on_have(3), Ok(None));
        assert_eq!(
            pieces.set_piece_count(3),
            Err(Violation::HaveOutOfRange {
                piece: 3,
                piece_count: 3
            })
        );
    }

    #[test]
    fn so_many_early_haves_are_kept_and_not_one_more() {
        let mut pieces = PeerPieces::new(None);
        for _ in 0..=MAX_EARLY_HAVES {
            pieces.on_have(1).unwrap();
        }
        assert_eq!(pieces.set_piece_count(2).unwrap().len(), MAX_EARLY_HAVES);
        let mut pieces = PeerPieces::new(None);
        assert!(pieces.on_have(MAX_PIECE_COUNT - 1).is_ok());
        assert!(pieces.on_have(MAX_PIECE_COUNT).is_err());
    }

    #[test]
    fn a_later_bitfield_takes_the_place_of_what_was_told_before() {
        let (early, late) = (Bytes::from_static(&[0x80]), Bytes::from_static(&[0xc0]));
        let mut pieces = PeerPieces::new(Some(8));
        for bits in [&early, &late] {
            assert_eq!(
                pieces.on_bitfield(bits.clone()),
                Ok(Some(PeerEvent::Bitfield(bits.clone())))
            );
        }
        let mut pieces = PeerPieces::new(None);
        assert_eq!(pieces.on_have(7), Ok(None));
        assert_eq!(pieces.on_bitfield(late.clone()), Ok(None));
        assert_eq!(
            pieces.set_piece_count(8),
            Ok(vec![PeerEvent::Bitfield(late)])
        );
    }
}
