use bip_bencode::{HARD_MAX_DEPTH, HARD_MAX_INPUT_LENGTH, HARD_MAX_TOKENS};

/// Lints told of one kind. What comes after them is only counted.
pub(crate) const MAX_LINTS_OF_A_KIND: usize = 20;

/// Bits of an RSA key that anyone should trust: shorter ones have been broken.
#[cfg(feature = "sign")]
pub(crate) const MIN_RSA_BITS: usize = 1024;

/// Bits of an RSA key. A longer one, which comes with a torrent, would cost whoever verifies it too much time.
#[cfg(feature = "sign")]
pub(crate) const MAX_RSA_BITS: usize = 4096;

/// How much a torrent may ask of whoever loads it.
///
/// The defaults are those that libtorrent 2.1 loads with, and a few that it lacks: large enough for every torrent in circulation, small
/// enough that none exhausts memory or time. All of them are inclusive: what equals a limit is taken.
///
/// ```
/// use bip_metainfo::{LoadLimits, Metainfo, MetainfoError};
///
/// let limits = LoadLimits::default().max_input_length(4);
/// let error = Metainfo::from_bytes_with(b"d1:ai1ee", limits).unwrap_err();
/// assert!(matches!(error, MetainfoError::TooLarge { .. }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadLimits {
    pub(crate) max_input_length: usize,
    pub(crate) max_depth: usize,
    pub(crate) max_tokens: usize,
    pub(crate) max_pieces: u32,
    pub(crate) max_piece_length: u32,
    pub(crate) max_total_length: u64,
    pub(crate) max_directory_depth: usize,
    pub(crate) max_duplicate_names: usize,
    pub(crate) max_path_bytes: usize,
    pub(crate) max_layer_hashes: usize,
    pub(crate) max_signatures: usize,
}

impl Default for LoadLimits {
    fn default() -> Self {
        Self {
            max_input_length: 10_000_000,
            max_depth: 100,
            max_tokens: 3_000_000,
            max_pieces: 1 << 21,
            // 32,767 blocks of 16 KiB.
            max_piece_length: 536_854_528,
            max_total_length: (1 << 48) - 1,
            max_directory_depth: 100,
            max_duplicate_names: 500,
            max_path_bytes: 1 << 26,
            max_layer_hashes: 1 << 21,
            max_signatures: 100,
        }
    }
}

impl LoadLimits {
    /// For a torrent that was loaded within some limits before, so that it needs no others, but for those on what grows
    /// with another path policy.
    pub(crate) fn of_what_was_loaded() -> Self {
        Self {
            max_input_length: HARD_MAX_INPUT_LENGTH,
            max_depth: HARD_MAX_DEPTH,
            max_tokens: HARD_MAX_TOKENS,
            max_pieces: u32::MAX,
            max_piece_length: u32::MAX,
            max_total_length: u64::MAX,
            max_directory_depth: usize::MAX,
            max_layer_hashes: usize::MAX,
            max_signatures: usize::MAX,
            ..Self::default()
        }
    }

    /// Bytes of the file, or of the bare info dictionary. Default 10,000,000.
    #[must_use]
    pub const fn max_input_length(mut self, bytes: usize) -> Self {
        self.max_input_length = bytes;
        self
    }

    /// Lists and dictionaries inside one another. Default 100.
    #[must_use]
    pub const fn max_depth(mut self, depth: usize) -> Self {
        self.max_depth = depth;
        self
    }

    /// Bencode values in the whole file. Default 3,000,000.
    #[must_use]
    pub const fn max_tokens(mut self, tokens: usize) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// Pieces. Default 2,097,152.
    #[must_use]
    pub const fn max_pieces(mut self, pieces: u32) -> Self {
        self.max_pieces = pieces;
        self
    }

    /// Bytes in a piece. Default 536,854,528, which is 32,767 blocks of 16 KiB.
    #[must_use]
    pub const fn max_piece_length(mut self, bytes: u32) -> Self {
        self.max_piece_length = bytes;
        self
    }

    /// Bytes of all files together. Default 2^48 - 1.
    #[must_use]
    pub const fn max_total_length(mut self, bytes: u64) -> Self {
        self.max_total_length = bytes;
        self
    }

    /// Components of one file's path, its own name included, the torrent's name not. Default 100.
    #[must_use]
    pub const fn max_directory_depth(mut self, components: usize) -> Self {
        self.max_directory_depth = components;
        self
    }

    /// New names tried for files whose own name is taken: the second file of a name tries one, the third two, and so
    /// on. The first new name of a pad file is free. Default 500.
    #[must_use]
    pub const fn max_duplicate_names(mut self, names: usize) -> Self {
        self.max_duplicate_names = names;
        self
    }

    /// Bytes of all files' paths together, each from the torrent's name on; where paths are changed, of what they were
    /// too. A version 2 torrent names a folder once for all files in it, so that its paths may be much longer than
    /// itself. Default 67,108,864.
    #[must_use]
    pub const fn max_path_bytes(mut self, bytes: usize) -> Self {
        self.max_path_bytes = bytes;
        self
    }

    /// Hashes in `piece layers` (BEP 52), each of which is checked. Default 2,097,152.
    #[must_use]
    pub const fn max_layer_hashes(mut self, hashes: usize) -> Self {
        self.max_layer_hashes = hashes;
        self
    }

    /// Entries of `signatures` (BEP 35). Default 100.
    #[must_use]
    pub const fn max_signatures(mut self, signatures: usize) -> Self {
        self.max_signatures = signatures;
        self
    }
}

/// The longest pieces that are chosen for a new torrent, unless one is told otherwise: some programs take no longer ones.
pub(crate) const DEFAULT_MAX_CHOSEN_PIECE_LENGTH: u32 = 16 << 20;

/// Files of a folder, unless one is told otherwise: as many as a torrent of them could have pieces.
pub(crate) const DEFAULT_MAX_FILES: usize = 1 << 21;

/// Bytes of content in memory at once while hashing, unless one is told otherwise.
pub(crate) const DEFAULT_HASHING_MEMORY: usize = 256 << 20;

/// Bytes that are read and hashed in one go where pieces are smaller: enough that handing them on costs nothing, little
/// enough that they are still in the cache when they are hashed.
pub(crate) const HASHED_AT_ONCE: u64 = 1 << 20;

/// So many pieces at most are hashed in one go, however small they are, unless the hash function asks for more.
pub(crate) const MAX_SMALL_PIECES: u64 = 64;

/// Threads that read ahead, beside those that hash.
pub(crate) const READ_AHEAD: usize = 1;

/// Bytes of paths that are kept in one block: so few that a file which outlives its torrent keeps little else, so many that
/// there are few blocks.
pub(crate) const PATH_BYTES_TOGETHER: usize = 64 << 10;
