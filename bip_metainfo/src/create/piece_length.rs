use super::error::CreateError;
use crate::merkle;

/// How long the pieces of a new torrent are.
///
/// The first four are powers of two of at least 16 KiB. Large pieces make a small `.torrent` file; small ones lose less
/// when one arrives damaged, and are shared sooner. Where pieces are counted, it is as if the content were one file.
///
/// The first three are made shorter where the pad files between many small files would be more than a tenth of the
/// content, down to two pieces for each file on average.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PieceLength {
    /// At most 2,000 pieces (40 kB of hashes), of 512 KiB or more.
    #[default]
    OptBalanced,
    /// At most 1,000 pieces (20 kB of hashes), of 1 MiB or more.
    OptFileSize,
    /// At most 3,000 pieces (60 kB of hashes), of 16 KiB or more.
    OptTransfer,
    /// The smallest power of two with which the `.torrent` file has at most so many bytes.
    TorrentLength(u64),
    /// So many bytes: a multiple of 16 KiB, and where there is a version 2 half, a power of two (BEP 52).
    Custom(u32),
    /// So many bytes, whatever they are. For version 1 only; some programs refuse it.
    Exact(u32),
}

/// Pieces that a policy chooses for content however short: up to this length, no content is too short for them.
pub(crate) const LONGEST_FOR_ALL: u32 = 1 << 20;

/// Where files begin with pieces, a policy makes at most so many for each on average, however many files there are.
pub(crate) const PIECES_PER_FILE: u64 = 2;

/// The smallest pieces that are chosen.
const SMALLEST: u32 = merkle::BLOCK_LENGTH as u32;

/// What a piece length is chosen by.
pub(super) struct Choice<'a> {
    /// Bytes of all files.
    pub(super) content_length: u64,
    pub(super) has_v2: bool,
    /// The largest that a policy may choose.
    pub(super) max_chosen: u32,
    /// The largest that may be asked for.
    pub(super) max_loaded: u32,
    /// Bytes of the `.torrent` file with such pieces.
    pub(super) torrent_length: &'a dyn Fn(u32) -> u64,
    /// How the files lie among such pieces.
    pub(super) fit: &'a dyn Fn(u32) -> Fit,
}

/// What a piece length makes of the files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    /// Bytes of all pad files.
    pub(super) pad_length: u64,
    pub(super) piece_count: u64,
    /// Files with content.
    pub(super) file_count: u64,
}

impl PieceLength {
    pub(super) fn choose(self, choice: &Choice<'_>) -> Result<u32, CreateError> {
        match self {
            Self::OptBalanced => Ok(choice.balanced(2000, 1 << 19)),
            Self::OptFileSize => Ok(choice.balanced(1000, LONGEST_FOR_ALL)),
            Self::OptTransfer => Ok(choice.balanced(3000, SMALLEST)),
            Self::TorrentLength(target) => choice.small_torrent(target),
            Self::Custom(found) | Self::Exact(found) => {
                let limit = choice.max_loaded;
                if found == 0 {
                    return Err(CreateError::PieceLengthZero);
                }
                if found > limit {
                    return Err(CreateError::PieceLengthTooLarge { found, limit });
                }
                if choice.has_v2 && merkle::piece_layer_of(found).is_none() {
                    return Err(CreateError::PieceLengthNotForV2 { found });
                }
                if matches!(self, Self::Custom(_)) && found % SMALLEST != 0 {
                    return Err(CreateError::PieceLengthUneven { found });
                }
                Ok(found)
            }
        }
    }
}

impl Choice<'_> {
    /// All that a policy may choose, from 16 KiB on.
    fn lengths(&self) -> impl Iterator<Item = u32> {
        let max = self.max_chosen.min(self.max_loaded).max(SMALLEST);
        let next = |length: &u32| length.checked_mul(2);
        std::iter::successors(Some(SMALLEST), next).take_while(move |length| *length <= max)
    }

    /// Few pieces, unless that takes much padding.
    fn balanced(&self, most: u64, min: u32) -> u32 {
        let mut length = self.few_pieces(most, min);
        while length > SMALLEST && (self.fit)(length).pad_length > self.content_length / 10 {
            let shorter = (self.fit)(length / 2);
            if shorter.piece_count > most.max(PIECES_PER_FILE * shorter.file_count) {
                break;
            }
            length /= 2;
        }
        length
    }

    fn few_pieces(&self, most: u64, min: u32) -> u32 {
        let is_enough = |length: &u32| {
            *length >= min && self.content_length.div_ceil(u64::from(*length)) <= most
        };
        let largest = self.lengths().last().unwrap_or(SMALLEST);
        self.lengths().find(is_enough).unwrap_or(largest)
    }

    fn small_torrent(&self, target: u64) -> Result<u32, CreateError> {
        let mut smallest = u64::MAX;
        for length in self.lengths() {
            let torrent_length = (self.torrent_length)(length);
            if torrent_length <= target {
                return Ok(length);
            }
            smallest = smallest.min(torrent_length);
        }
        Err(CreateError::TargetTooSmall { target, smallest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    fn choose(policy: PieceLength, content_length: u64, has_v2: bool) -> Result<u32, CreateError> {
        policy.choose(&Choice {
            content_length,
            has_v2,
            max_chosen: 1 << 24,
            max_loaded: 536_854_528,
            torrent_length: &|length| 1000 + 20 * content_length.div_ceil(u64::from(length)),
            fit: &no_pads,
        })
    }

    fn no_pads(_: u32) -> Fit {
        Fit {
            pad_length: 0,
            piece_count: 1,
            file_count: 1,
        }
    }

    #[test]
    fn many_small_files_get_short_pieces() {
        // So many files of this length, each padded but the last.
        let check = |count: u64, file_length: u64, expect| {
            let choice = Choice {
                content_length: count * file_length,
                has_v2: true,
                max_chosen: 1 << 24,
                max_loaded: 536_854_528,
                torrent_length: &|_| 0,
                fit: &|length| {
                    let padded = file_length.next_multiple_of(u64::from(length));
                    Fit {
                        pad_length: (count - 1) * (padded - file_length),
                        piece_count: count * (padded / u64::from(length)),
                        file_count: count,
                    }
                },
            };
            let found = PieceLength::OptBalanced.choose(&choice).unwrap();
            assert_eq!(u64::from(found), expect, "{count} {file_length}");
        };
        check(100_000, 100, 16 * KIB);
        check(2, 100 * KIB, 16 * KIB);
        // A tenth is no more than a tenth.
        check(11, 10 * MIB, 512 * KIB);
        check(1000, 480 * KIB, 512 * KIB);
        check(1000, 460 * KIB, 256 * KIB);
        // Two pieces each, and no more.
        check(1_000_000, 520 * KIB, 512 * KIB);
        check(1, 5, 512 * KIB);
    }

    #[test]
    fn policies_keep_the_pieces_few() {
        use PieceLength::{OptBalanced, OptFileSize, OptTransfer, TorrentLength};
        for (policy, content, expect) in [
            (OptBalanced, 1, 512 * KIB),
            (OptBalanced, 1000 * MIB, 512 * KIB),
            (OptBalanced, 1000 * MIB + 1, MIB),
            (OptBalanced, 4 * GIB, 4 * MIB),
            (OptBalanced, 1 << 45, 16 * MIB),
            (OptFileSize, 1, MIB),
            (OptFileSize, 1000 * MIB, MIB),
            (OptFileSize, 1000 * MIB + 1, 2 * MIB),
            (OptTransfer, 1, 16 * KIB),
            (OptTransfer, 3000 * 16 * KIB, 16 * KIB),
            (OptTransfer, 3000 * 16 * KIB + 1, 32 * KIB),
            (TorrentLength(1000 + 20), 16 * KIB, 16 * KIB),
            (TorrentLength(1000 + 20), 16 * KIB + 1, 32 * KIB),
            (TorrentLength(1000 + 20 * 64), GIB, 16 * MIB),
        ] {
            let found = choose(policy, content, true).unwrap();
            assert_eq!(u64::from(found), expect, "{policy:?} {content}");
        }
    }

    #[test]
    fn a_target_that_cannot_be_met_is_told_with_the_smallest_that_can() {
        let error = choose(PieceLength::TorrentLength(1000 + 20 * 64 - 1), GIB, true).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the torrent cannot be made smaller than 2280 bytes, not 2279"
        );
    }

    #[test]
    fn lengths_asked_for_are_checked() {
        use PieceLength::{Custom, Exact};
        for (policy, has_v2, expect) in [
            (Custom(0), false, "pieces of no length"),
            (Exact(0), false, "pieces of no length"),
            (Custom(536_854_528), false, ""),
            (
                Custom(536_854_529),
                false,
                "a piece length of 536854529 is more than 536854528",
            ),
            (Custom(49_152), false, ""),
            (
                Custom(49_152),
                true,
                "a piece length of 49152 is no power of two of at least 16384, as version 2 needs",
            ),
            (
                Custom(8192),
                true,
                "a piece length of 8192 is no power of two of at least 16384, as version 2 needs",
            ),
            (
                Custom(16_385),
                false,
                "a piece length of 16385 is no multiple of 16384",
            ),
            (Exact(16_385), false, ""),
            (
                Exact(16_385),
                true,
                "a piece length of 16385 is no power of two of at least 16384, as version 2 needs",
            ),
            (Custom(1 << 28), true, ""),
            (Custom(16_384), true, ""),
        ] {
            let found = choose(policy, GIB, has_v2).map_err(|error| error.to_string());
            let told = found.err().unwrap_or_default();
            assert_eq!(told, expect, "{policy:?} {has_v2}");
        }
    }

    #[test]
    fn no_policy_chooses_more_than_the_largest_allowed() {
        let choice = Choice {
            content_length: 1 << 45,
            has_v2: true,
            max_chosen: 3 << 20,
            max_loaded: u32::MAX,
            torrent_length: &|_| 0,
            fit: &no_pads,
        };
        assert_eq!(PieceLength::OptTransfer.choose(&choice).unwrap(), 2 << 20);
        let choice = Choice {
            max_chosen: 5,
            ..choice
        };
        assert_eq!(PieceLength::OptTransfer.choose(&choice).unwrap(), SMALLEST);
    }
}
