use core::fmt;

use super::KeyPath;
use crate::decode::Irregularity;

/// Why bytes are not the bencode that was asked for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    kind: DecodeErrorKind,
    offset: usize,
    path: KeyPath,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input ends where more must follow. The offset is the input's length.
    UnexpectedEnd,
    /// A byte string is longer than what is left of the input. The offset is where the string begins.
    StringPastEnd {
        /// How many bytes the input is short of.
        missing: usize,
    },
    /// A value must begin here, and this byte begins none (`0`-`9`, `i`, `l` and `d` do).
    ExpectedValue {
        /// The byte that stands there.
        found: u8,
    },
    /// A key must begin here, or the dictionary end; keys are byte strings.
    ExpectedKey {
        /// The byte that stands there.
        found: u8,
    },
    /// A dictionary ends after a key. The offset is where the value should begin.
    MissingValue,
    /// The length of a byte string is followed by something else than a digit or a colon.
    ExpectedColon {
        /// The byte that stands there.
        found: u8,
    },
    /// An integer lacks digits: `ie`, `i-e`, `i+5e`.
    ExpectedDigit {
        /// The byte that stands there.
        found: u8,
    },
    /// The digits of an integer are followed by something else than a digit or `e`.
    ExpectedIntEnd {
        /// The byte that stands there.
        found: u8,
    },
    /// It can be read in one way only, but no canonical encoder writes it so, and the options do not
    /// [allow](crate::BDecodeOpt::allow) it.
    Irregular(Irregularity),
    /// More lists and dictionaries are open at once than [`max_depth`](crate::BDecodeOpt::max_depth). The offset is the
    /// first one too many.
    TooDeep {
        /// The limit that was exceeded.
        limit: usize,
    },
    /// More than [`max_tokens`](crate::BDecodeOpt::max_tokens). The offset is the first one too many.
    TooManyTokens {
        /// The limit that was exceeded.
        limit: usize,
    },
    /// A byte string claims more bytes than [`max_string_length`](crate::BDecodeOpt::max_string_length). The offset is
    /// where the string begins.
    StringTooLong {
        /// The limit that was exceeded, in bytes.
        limit: usize,
    },
    /// An integer has more digits than [`max_int_length`](crate::Tokenizer::max_int_length). The offset is where it
    /// begins.
    IntTooLong {
        /// The limit that was exceeded, in digits.
        limit: usize,
    },
    /// A key claims more bytes than [`max_key_length`](crate::Tokenizer::max_key_length). The offset is where it begins.
    KeyTooLong {
        /// The limit that was exceeded, in bytes.
        limit: usize,
    },
    /// The keys of the open dictionaries take more memory than
    /// [`max_keys_memory`](crate::Tokenizer::max_keys_memory). The offset is where the first one too many begins.
    KeysTooLarge {
        /// The limit that was exceeded, in bytes.
        limit: usize,
    },
    /// The input has more bytes than [`max_input_length`](crate::BDecodeOpt::max_input_length). The offset is the limit.
    InputTooLong {
        /// The limit that was exceeded, in bytes.
        limit: usize,
    },
}

impl DecodeError {
    pub(crate) fn new(kind: DecodeErrorKind, offset: usize, path: KeyPath) -> DecodeError {
        DecodeError { kind, offset, path }
    }

    /// Of the outermost value, or of the input as a whole.
    pub(crate) fn at_root((kind, offset): (DecodeErrorKind, usize)) -> DecodeError {
        DecodeError::new(kind, offset, KeyPath::default())
    }

    /// What was wrong.
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The byte of the input at which it was found.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The value in which it was found. A key that is itself malformed counts to its dictionary; one that is unsorted,
    /// repeated or without a value is named.
    pub fn path(&self) -> &KeyPath {
        &self.path
    }

    /// Whether the input is the beginning of something that may be fine: more bytes could mend it.
    pub fn is_incomplete(&self) -> bool {
        self.kind.is_incomplete()
    }
}

impl DecodeErrorKind {
    pub(crate) fn is_incomplete(&self) -> bool {
        matches!(
            self,
            DecodeErrorKind::UnexpectedEnd | DecodeErrorKind::StringPastEnd { .. }
        )
    }
}

impl DecodeErrorKind {
    /// A name for machines to read, which stays: `unexpected_end`. An irregularity has its
    /// [own](Irregularity::name).
    pub fn name(self) -> &'static str {
        match self {
            DecodeErrorKind::UnexpectedEnd => "unexpected_end",
            DecodeErrorKind::StringPastEnd { .. } => "string_past_end",
            DecodeErrorKind::ExpectedValue { .. } => "expected_value",
            DecodeErrorKind::ExpectedKey { .. } => "expected_key",
            DecodeErrorKind::MissingValue => "missing_value",
            DecodeErrorKind::ExpectedColon { .. } => "expected_colon",
            DecodeErrorKind::ExpectedDigit { .. } => "expected_digit",
            DecodeErrorKind::ExpectedIntEnd { .. } => "expected_int_end",
            DecodeErrorKind::Irregular(irregularity) => irregularity.name(),
            DecodeErrorKind::TooDeep { .. } => "too_deep",
            DecodeErrorKind::TooManyTokens { .. } => "too_many_tokens",
            DecodeErrorKind::StringTooLong { .. } => "string_too_long",
            DecodeErrorKind::IntTooLong { .. } => "int_too_long",
            DecodeErrorKind::KeyTooLong { .. } => "key_too_long",
            DecodeErrorKind::KeysTooLarge { .. } => "keys_too_large",
            DecodeErrorKind::InputTooLong { .. } => "input_too_long",
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)?;
        if !self.path.is_root() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

impl core::error::Error for DecodeError {}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DecodeErrorKind as Kind;
        match self {
            Kind::UnexpectedEnd => f.write_str("unexpected end of input"),
            Kind::StringPastEnd { missing } => write!(f, "byte string is {missing} bytes short"),
            Kind::ExpectedValue { found } => write!(f, "expected a value, found {}", Byte(*found)),
            Kind::ExpectedKey { found } => write!(
                f,
                "expected a key or the dictionary's end, found {}",
                Byte(*found)
            ),
            Kind::MissingValue => f.write_str("key without a value"),
            Kind::ExpectedColon { found } => {
                write!(f, "expected a colon after a length, found {}", Byte(*found))
            }
            Kind::ExpectedDigit { found } => write!(f, "expected a digit, found {}", Byte(*found)),
            Kind::ExpectedIntEnd { found } => {
                write!(f, "expected the integer's end, found {}", Byte(*found))
            }
            Kind::Irregular(irregularity) => irregularity.fmt(f),
            Kind::TooDeep { limit } => write!(f, "nested deeper than {limit}"),
            Kind::TooManyTokens { limit } => write!(f, "more than {limit} tokens"),
            Kind::StringTooLong { limit } => write!(f, "byte string longer than {limit} bytes"),
            Kind::IntTooLong { limit } => write!(f, "integer longer than {limit} digits"),
            Kind::KeyTooLong { limit } => write!(f, "key longer than {limit} bytes"),
            Kind::KeysTooLarge { limit } => {
                write!(f, "keys of open dictionaries larger than {limit} bytes")
            }
            Kind::InputTooLong { limit } => write!(f, "input longer than {limit} bytes"),
        }
    }
}

/// A byte as a reader of the message wants to see it: `'x'` or `'\xff'`.
struct Byte(u8);

impl fmt::Display for Byte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.escape_ascii())
    }
}
