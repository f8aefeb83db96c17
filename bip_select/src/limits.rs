//! Every limit of the crate, each with its reason.

/// Most pieces a torrent may have: 2^21, what libtorrent takes too; beyond it the tables alone cost tens of megabytes.
pub const MAX_PIECES: u32 = 1 << 21;

/// Most blocks a piece may have: 32 768 blocks are a piece of 512 MiB, larger than any in use.
pub const MAX_BLOCKS_PER_PIECE: u32 = 1 << 15;

/// Most peers that may be asked for one block at a time. Their keys lie inside the block's record, so this bounds memory.
pub const MAX_ASKERS_PER_BLOCK: usize = 4;

/// Peers asked for one block at a time in the endgame, unless told otherwise: one and two duplicates.
pub const DEFAULT_ASKERS_PER_BLOCK: usize = 3;

/// Blocks of unfinished pieces before the picker holds back with opening more: 256 MiB of payload, under 1 MiB of records.
pub const DEFAULT_OPEN_BLOCKS: u32 = 16_384;

/// Pieces taken at random before rarest first begins, so that a newcomer soon has something to trade.
pub const DEFAULT_RANDOM_FIRST_PIECES: u32 = 4;

/// Peers unchoked at a time, the optimistic one included.
pub const DEFAULT_UNCHOKE_SLOTS: usize = 8;

/// Addresses remembered for dialling.
pub const DEFAULT_CANDIDATES: usize = 2_000;

/// Banned IP addresses remembered; the oldest ban is forgotten first.
pub const MAX_BANNED_ADDRESSES: usize = 4_096;

/// Addresses of our own remembered; the oldest is forgotten first.
pub const MAX_OWN_ADDRESSES: usize = 64;

/// Entries of the ordered piece list looked at for one pick before the word-wise scan takes over.
pub(crate) const WALK_STEPS: usize = 256;

/// Equally rare pieces a scan remembers for the peer's next picks, which spreads its cost.
pub(crate) const SHORTLIST_LENGTH: usize = 64;
