use alloc::string::String;
use core::fmt;

use crate::error::KeyPath;

/// Why a JSON text is no bencode value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonError {
    pub(super) kind: JsonErrorKind,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) path: KeyPath,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// It is not JSON.
    Syntax {
        /// What the JSON parser says.
        message: String,
    },
    /// The text ends where more must follow.
    UnexpectedEnd,
    /// Something else than white space follows the value.
    TrailingInput,
    /// A number with a fraction or an exponent, or an integer that neither an `i64` nor a `u64` holds: bencode has no
    /// floats, and large integers are written `"int:…"`, since JSON readers would round them.
    NotAnInteger,
    /// `true` or `false`, which bencode does not have.
    Boolean,
    /// `null`, which bencode does not have.
    Null,
    /// An object has this key already.
    DuplicateKey,
    /// What follows `hex:` has an odd number of digits.
    OddHex,
    /// What follows `hex:` has a character that is no hexadecimal digit.
    BadHexDigit {
        /// That character.
        found: char,
    },
    /// What follows `int:` is not the canonical text of an integer: an optional minus sign and digits, without leading
    /// zeros and not `-0`.
    BadInt,
    /// More arrays and objects are open at once than can be read.
    TooDeep {
        /// The limit that was exceeded.
        limit: usize,
    },
}

impl JsonError {
    /// What was wrong.
    pub fn kind(&self) -> &JsonErrorKind {
        &self.kind
    }

    /// The line on which reading stopped, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The byte of that line up to which was read, from 1: for most errors the end of the value or key at fault.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The value in which it was found. A malformed key counts to its object; a repeated one is named.
    pub fn path(&self) -> &KeyPath {
        &self.path
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = (self.line, self.column);
        write!(f, "{} at line {line}, column {column}", self.kind)?;
        if !self.path.is_root() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

impl core::error::Error for JsonError {}

impl JsonErrorKind {
    /// A name for machines to read, which stays: `duplicate_key`.
    pub fn name(&self) -> &'static str {
        match self {
            JsonErrorKind::Syntax { .. } => "syntax",
            JsonErrorKind::UnexpectedEnd => "unexpected_end",
            JsonErrorKind::TrailingInput => "trailing_input",
            JsonErrorKind::NotAnInteger => "not_an_integer",
            JsonErrorKind::Boolean => "boolean",
            JsonErrorKind::Null => "null",
            JsonErrorKind::DuplicateKey => "duplicate_key",
            JsonErrorKind::OddHex => "odd_hex",
            JsonErrorKind::BadHexDigit { .. } => "bad_hex_digit",
            JsonErrorKind::BadInt => "bad_int",
            JsonErrorKind::TooDeep { .. } => "too_deep",
        }
    }
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonErrorKind::Syntax { message } => f.write_str(message),
            JsonErrorKind::UnexpectedEnd => f.write_str("unexpected end of the JSON text"),
            JsonErrorKind::TrailingInput => f.write_str("something follows the value"),
            JsonErrorKind::NotAnInteger => f.write_str(
                "not a 64-bit integer (bencode has no floats; larger integers are written \"int:…\")",
            ),
            JsonErrorKind::Boolean => f.write_str("bencode has no true and no false"),
            JsonErrorKind::Null => f.write_str("bencode has no null"),
            JsonErrorKind::DuplicateKey => f.write_str("duplicate key"),
            JsonErrorKind::OddHex => f.write_str("an odd number of digits after \"hex:\""),
            JsonErrorKind::BadHexDigit { found } => {
                write!(f, "{found:?} among the digits after \"hex:\"")
            }
            JsonErrorKind::BadInt => f.write_str("no canonical integer after \"int:\""),
            JsonErrorKind::TooDeep { limit } => write!(f, "nested deeper than {limit}"),
        }
    }
}
