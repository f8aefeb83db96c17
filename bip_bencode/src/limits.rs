//! Every bound in one place. Nothing here is allocated ahead of the bytes that need it.

/// Lists and dictionaries that may be open at once, unless [`BDecodeOpt::max_depth`](crate::BDecodeOpt::max_depth)
/// says otherwise. A `.torrent` file nests 5 deep, a version 2 file tree as deep as its folders.
pub const DEFAULT_MAX_DEPTH: usize = 100;

/// Tokens in one tape by default: 32 MiB of tape, a torrent of about 400,000 files.
pub const DEFAULT_MAX_TOKENS: usize = 4 << 20;

/// Bytes of one input by default. Offsets and tape stay far below [`HARD_MAX_INPUT_LENGTH`].
pub const DEFAULT_MAX_INPUT_LENGTH: usize = 512 << 20;

/// Warnings kept from one input by default, so that a hostile input cannot grow the list with every byte.
pub const DEFAULT_MAX_WARNINGS: usize = 100;

/// Digits of one integer that a [`Tokenizer`](crate::Tokenizer) takes by default: it hands an integer out whole.
pub const DEFAULT_MAX_INT_LENGTH: usize = 64 << 10;

/// Bytes of one key that a [`Tokenizer`](crate::Tokenizer) takes by default: it hands a key out whole.
pub const DEFAULT_MAX_KEY_LENGTH: usize = 64 << 10;

/// Bytes that a [`Tokenizer`](crate::Tokenizer) spends by default on the keys of the dictionaries that are open, the
/// bookkeeping for each included: where unsorted keys are allowed, about a million keys of 32 bytes, as `piece layers`
/// has (BEP 52).
pub const DEFAULT_MAX_KEYS_MEMORY: usize = 64 << 20;

/// Bytes that a `TokenReader` reads at once by default.
#[cfg(feature = "std")]
pub const DEFAULT_READ_BUFFER_LENGTH: usize = 64 << 10;

/// No setting goes beyond this: a token keeps its offset in 32 bits.
pub const HARD_MAX_INPUT_LENGTH: usize = u32::MAX as usize;

/// No setting goes beyond this: each open container takes 16 bytes, and an end on a partial tape.
pub const HARD_MAX_DEPTH: usize = 1 << 24;

/// No setting goes beyond this: a token keeps the size of a container, with the ends of a partial one, in 29 bits.
pub const HARD_MAX_TOKENS: usize = (1 << 29) - 1 - HARD_MAX_DEPTH;

/// Path segments shown on either side of the gap when a path is longer than both.
pub(crate) const PATH_SEGMENTS_SHOWN_AT_EACH_END: usize = 16;

/// Bytes of a key shown in a path.
pub(crate) const PATH_KEY_BYTES_SHOWN: usize = 40;

/// Tokens set aside before decoding starts: enough for a DHT message, whatever the input's size.
pub(crate) const INITIAL_TOKENS: usize = 64;

/// Pairs that one insertion into a built dictionary, or one removal, may shift: 56 KiB, which takes microseconds.
pub(crate) const MAX_SHIFTED_PAIRS: usize = 1024;

/// Bytes of a dictionary up to which a key that comes late is moved to its place without an allocation: microseconds.
pub(crate) const MAX_MOVED_BYTES: usize = 4096;

/// Bytes gathered on the stack before an `io::Write` is called.
#[cfg(feature = "std")]
pub(crate) const WRITE_BUFFER_LENGTH: usize = 8192;

/// Lists and dictionaries that may be open at once around what a `Deserialize` type reads or a `Serialize` type writes,
/// whatever [`max_depth`](crate::BDecodeOpt::max_depth) says: serde recurses, and a thread may have no more than 2 MiB
/// of stack. What a type ignores or takes as a [`RawValue`](crate::RawValue) is skipped without recursion and bound by
/// `max_depth` alone.
#[cfg(feature = "serde")]
pub const SERDE_MAX_DEPTH: usize = 128;

/// Bytes of an error's message that a type made up, so that a message with hostile input in it stays small.
#[cfg(feature = "serde")]
pub(crate) const MESSAGE_BYTES_SHOWN: usize = 200;

/// Bytes set aside for what a `Serialize` type writes, whose length is not known before: a DHT message without growing.
#[cfg(feature = "serde")]
pub(crate) const INITIAL_WRITTEN_LENGTH: usize = 256;

/// Containers that indent what they hold when a value is written as text. Deeper ones stand below one another, so that
/// the text of a value grows with the value and not with the square of its depth.
pub(crate) const MAX_INDENT: usize = 64;

/// Bytes of a text shown in a tree by default: two or three lines.
pub(crate) const DEFAULT_TEXT_SHOWN: usize = 200;

/// Bytes of a binary string shown in a tree by default: a SHA-256 hash.
pub(crate) const DEFAULT_BINARY_SHOWN: usize = 32;

/// Bytes, with their punctuation, of a list that a tree shows on one line.
pub(crate) const MAX_INLINE_LENGTH: usize = 64;

/// Arrays and objects that may be open at once in a JSON text that is read: what serde_json, which recurses, takes
/// without its own refusal. More than [`DEFAULT_MAX_DEPTH`], so whatever decodes by default comes back.
#[cfg(feature = "json")]
pub const JSON_MAX_DEPTH: usize = 126;
