use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use serde_core::de::{self, Expected, Unexpected};

use super::message::shortened;
use super::trail::Trail;
use super::way::Way;
use crate::decode::lexer::LexError;
use crate::error::{DecodeError, DecodeErrorKind, KeyPath, Segment};

/// Why bytes are not a value of the type that was asked for, and where.
///
/// ```
/// # use serde::Deserialize;
/// #[derive(Debug, Deserialize)]
/// struct Torrent<'a> {
///     #[serde(borrow)]
///     info: Info<'a>,
/// }
/// #[derive(Debug, Deserialize)]
/// struct Info<'a> {
///     name: &'a str,
///     length: u32,
/// }
///
/// let error = bip_bencode::from_bytes::<Torrent>(b"d4:infod6:lengthi-1e4:name4:spamee").unwrap_err();
/// assert_eq!(error.to_string(), "integer out of range of u32 at byte 16 in info.length");
/// let error = bip_bencode::from_bytes::<Torrent>(b"d4:infod6:lengthi1eee").unwrap_err();
/// assert_eq!(error.to_string(), "info.name is missing in the dictionary at byte 7");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DeserializeError {
    /// Boxed, so that results of small values stay small.
    inner: Box<Inner>,
}

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: DeserializeErrorKind,
    /// Unknown until the error leaves the code of the type.
    offset: Option<usize>,
    way: Way,
    /// The way once it is whole.
    path: KeyPath,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeserializeErrorKind {
    /// The bytes are not bencode, or not within the options.
    Syntax(DecodeErrorKind),
    /// The type stopped reading a list or dictionary before its end, or went on after an error. The path leads to where
    /// it stopped. (Tuples of another length are a [`WrongLength`](DeserializeErrorKind::WrongLength).)
    NotReadToEnd,
    /// The value is of another type.
    WrongType {
        /// What is there, shortened.
        found: String,
        /// What the type wants.
        expected: String,
    },
    /// The type of the value is right and the type of Rust refuses its content.
    WrongValue {
        /// What is there, shortened.
        found: String,
        /// What the type wants.
        expected: String,
    },
    /// A list, or a byte string that is read as one, has too few or too many values.
    WrongLength {
        /// How many it has. (Where a type gives up before the end, how many it took.)
        length: usize,
        /// What the type wants.
        expected: String,
    },
    /// The integer does not fit; it is never wrapped or clamped. As `bool`, only 0 and 1 fit.
    OutOfRange {
        /// The type of Rust that it was to become.
        number_type: &'static str,
    },
    /// The byte string is to become text and is not UTF-8.
    NotUtf8,
    /// The type wants a floating-point number, and bencode has none.
    Float,
    /// The dictionary has no such key. The path ends in the key; the offset is the dictionary's.
    MissingField {
        /// The key.
        field: &'static str,
    },
    /// Two keys of the dictionary mean the same field.
    DuplicateField {
        /// The field.
        field: &'static str,
    },
    /// The type refuses keys it does not know. The path ends in the key.
    UnknownField,
    /// The enum has no such variant.
    UnknownVariant {
        /// The variant that is there, shortened.
        variant: String,
    },
    /// What the type had to say, shortened.
    Message(String),
}

use DeserializeErrorKind as Kind;

impl DeserializeError {
    /// What was wrong.
    pub fn kind(&self) -> &DeserializeErrorKind {
        &self.inner.kind
    }

    /// The byte of the input at which it was found: where the value begins that a type refuses.
    pub fn offset(&self) -> usize {
        self.inner.offset.unwrap_or_default()
    }

    /// The keys that lead to the value; a missing one is named.
    pub fn path(&self) -> &KeyPath {
        &self.inner.path
    }

    /// Whether the input is the beginning of something that may be fine: more bytes could mend it.
    pub fn is_incomplete(&self) -> bool {
        matches!(&self.inner.kind, Kind::Syntax(kind) if kind.is_incomplete())
    }

    #[cold]
    pub(super) fn new(kind: DeserializeErrorKind) -> DeserializeError {
        DeserializeError {
            inner: Box::new(Inner {
                kind,
                offset: None,
                way: Way::default(),
                path: KeyPath::default(),
            }),
        }
    }

    #[cold]
    pub(super) fn syntax((kind, offset): LexError) -> DeserializeError {
        DeserializeError::new(Kind::Syntax(kind)).at(offset)
    }

    #[cold]
    pub(super) fn wrong_type(
        found: impl fmt::Display,
        expected: &dyn Expected,
    ) -> DeserializeError {
        DeserializeError::new(Kind::WrongType {
            found: shortened(found),
            expected: shortened(expected),
        })
    }

    /// The place, unless it is known more closely.
    #[cold]
    pub(super) fn at(mut self, offset: usize) -> DeserializeError {
        self.inner.offset.get_or_insert(offset);
        self
    }

    /// Whether no container inside has said that its place is there.
    pub(super) fn is_here(&self) -> bool {
        self.inner.way.is_empty()
    }

    /// The container around the place.
    #[cold]
    pub(super) fn within(mut self, segment: Segment<'_>) -> DeserializeError {
        self.inner.way.push(segment);
        self
    }

    /// Says it better if a dictionary ends where the value of a key should begin.
    #[cold]
    pub(super) fn or_missing_value(&mut self) {
        if self.inner.kind == Kind::Syntax(DecodeErrorKind::ExpectedValue { found: b'e' }) {
            self.inner.kind = Kind::Syntax(DecodeErrorKind::MissingValue);
        }
    }

    /// Completes place and path outside of all containers. The outermost value begins at `offset`, and `around` leads to
    /// it from where paths begin.
    #[cold]
    pub(super) fn finish(&mut self, trail: Trail, offset: usize, around: &[Segment<'_>]) {
        if trail.ends_in_dict && self.is_here() {
            self.or_missing_value();
        }
        self.inner
            .offset
            .get_or_insert(trail.place.unwrap_or(offset));
        self.inner.way.append(trail.way);
        for segment in around.iter().rev() {
            self.inner.way.push(*segment);
        }
        self.inner.path = core::mem::take(&mut self.inner.way).into_path();
    }
}

impl From<DecodeError> for DeserializeError {
    fn from(error: DecodeError) -> DeserializeError {
        let mut own = DeserializeError::syntax((error.kind(), error.offset()));
        own.inner.path = error.path().clone();
        own
    }
}

impl de::Error for DeserializeError {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> DeserializeError {
        DeserializeError::new(Kind::Message(shortened(message)))
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> DeserializeError {
        DeserializeError::new(Kind::WrongType {
            found: shortened(found),
            expected: shortened(expected),
        })
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> DeserializeError {
        DeserializeError::new(Kind::WrongValue {
            found: shortened(found),
            expected: shortened(expected),
        })
    }

    #[cold]
    fn invalid_length(length: usize, expected: &dyn Expected) -> DeserializeError {
        DeserializeError::new(Kind::WrongLength {
            length,
            expected: shortened(expected),
        })
    }

    #[cold]
    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> DeserializeError {
        DeserializeError::new(Kind::UnknownVariant {
            variant: shortened(variant),
        })
    }

    #[cold]
    fn unknown_field(_: &str, _: &'static [&'static str]) -> DeserializeError {
        DeserializeError::new(Kind::UnknownField)
    }

    #[cold]
    fn missing_field(field: &'static str) -> DeserializeError {
        DeserializeError::new(Kind::MissingField { field }).within(Segment::Key(field.as_bytes()))
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> DeserializeError {
        DeserializeError::new(Kind::DuplicateField { field })
    }
}

impl fmt::Display for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, offset) = (self.path(), self.offset());
        if let Kind::MissingField { .. } = self.inner.kind {
            return write!(f, "{path} is missing in the dictionary at byte {offset}");
        }
        write!(f, "{} at byte {offset}", self.inner.kind)?;
        if !path.is_root() {
            write!(f, " in {path}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeserializeError")
            .field("kind", self.kind())
            .field("offset", &self.offset())
            .field("path", self.path())
            .finish()
    }
}

impl core::error::Error for DeserializeError {}

impl fmt::Display for DeserializeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Syntax(kind) => kind.fmt(f),
            Kind::NotReadToEnd => f.write_str("list or dictionary not read to its end"),
            Kind::WrongType { found, expected } | Kind::WrongValue { found, expected } => {
                write!(f, "expected {expected}, found {found}")
            }
            Kind::WrongLength { length, expected } => {
                write!(f, "expected {expected}, found {length}")
            }
            Kind::OutOfRange { number_type } => write!(f, "integer out of range of {number_type}"),
            Kind::NotUtf8 => f.write_str("byte string is not UTF-8"),
            Kind::Float => f.write_str("bencode has no floating-point numbers"),
            Kind::MissingField { field } => write!(f, "missing field {field}"),
            Kind::DuplicateField { field } => write!(f, "field {field} is there twice"),
            Kind::UnknownField => f.write_str("unknown field"),
            Kind::UnknownVariant { variant } => write!(f, "unknown variant {variant}"),
            Kind::Message(message) => f.write_str(message),
        }
    }
}
