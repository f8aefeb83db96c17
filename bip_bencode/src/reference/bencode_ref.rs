use core::fmt;

use super::{DictRef, IntRef, ListRef, Walk};
use crate::decode::{Token, TokenKind};
use crate::error::{AccessError, AccessErrorKind};
use crate::value_type::BencodeType;

/// A decoded value: bytes from the input (`'a`), structure from a tape (`'t`). Copying it copies three words.
///
/// Two are equal when their values are: `i3e` equals a leniently decoded `i03e`. The order of keys counts.
#[derive(Clone, Copy)]
pub struct BencodeRef<'a, 't> {
    input: &'a [u8],
    tape: &'t [Token],
    index: usize,
}

/// A value by its type, to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum BencodeRefKind<'a, 't> {
    /// An integer of any size.
    Int(IntRef<'a>),
    /// A byte string, UTF-8 or not.
    Bytes(&'a [u8]),
    /// A list.
    List(ListRef<'a, 't>),
    /// A dictionary.
    Dict(DictRef<'a, 't>),
}

impl<'a, 't> BencodeRef<'a, 't> {
    /// `index` is that of a value's first token, in a finished tape of this input.
    #[inline]
    pub(crate) fn new(input: &'a [u8], tape: &'t [Token], index: usize) -> BencodeRef<'a, 't> {
        BencodeRef { input, tape, index }
    }

    /// The value by its type.
    #[inline]
    pub fn kind(&self) -> BencodeRefKind<'a, 't> {
        match self.token().kind() {
            TokenKind::Int => BencodeRefKind::Int(self.int_here()),
            TokenKind::List => BencodeRefKind::List(ListRef::new(*self)),
            TokenKind::Dict => BencodeRefKind::Dict(DictRef::new(*self)),
            TokenKind::Bytes | TokenKind::Key | TokenKind::End => {
                BencodeRefKind::Bytes(self.bytes_here())
            }
        }
    }

    /// The type of the value.
    pub fn value_type(&self) -> BencodeType {
        match self.token().kind() {
            TokenKind::Int => BencodeType::Int,
            TokenKind::List => BencodeType::List,
            TokenKind::Dict => BencodeType::Dict,
            TokenKind::Bytes | TokenKind::Key | TokenKind::End => BencodeType::Bytes,
        }
    }

    /// The integer, if it is one.
    #[inline]
    pub fn int(&self) -> Option<IntRef<'a>> {
        (self.token().kind() == TokenKind::Int).then(|| self.int_here())
    }

    /// The byte string, if it is one. It outlives this value: it is a slice of the input.
    #[inline]
    pub fn bytes(&self) -> Option<&'a [u8]> {
        (self.token().kind() == TokenKind::Bytes).then(|| self.bytes_here())
    }

    /// The byte string, if it is one and UTF-8.
    #[inline]
    pub fn str(&self) -> Option<&'a str> {
        self.bytes()
            .and_then(|bytes| core::str::from_utf8(bytes).ok())
    }

    /// The list, if it is one.
    #[inline]
    pub fn list(&self) -> Option<ListRef<'a, 't>> {
        (self.token().kind() == TokenKind::List).then(|| ListRef::new(*self))
    }

    /// The dictionary, if it is one.
    #[inline]
    pub fn dict(&self) -> Option<DictRef<'a, 't>> {
        (self.token().kind() == TokenKind::Dict).then(|| DictRef::new(*self))
    }

    /// The integer as an `i64`.
    ///
    /// # Errors
    /// Not an integer, or out of range.
    pub fn try_int_i64(&self) -> Result<i64, AccessError> {
        let int = self
            .int()
            .ok_or_else(|| self.wrong_type(BencodeType::Int))?;
        int.to_i64()
            .map_err(|_| self.error(AccessErrorKind::OutOfRange))
    }

    /// The integer as a `u64`.
    ///
    /// # Errors
    /// Not an integer, or out of range; a negative one is out of range.
    pub fn try_int_u64(&self) -> Result<u64, AccessError> {
        let int = self
            .int()
            .ok_or_else(|| self.wrong_type(BencodeType::Int))?;
        int.to_u64()
            .map_err(|_| self.error(AccessErrorKind::OutOfRange))
    }

    /// The byte string.
    ///
    /// # Errors
    /// Not a byte string.
    pub fn try_bytes(&self) -> Result<&'a [u8], AccessError> {
        self.bytes()
            .ok_or_else(|| self.wrong_type(BencodeType::Bytes))
    }

    /// The byte string as text.
    ///
    /// # Errors
    /// Not a byte string, or not UTF-8.
    pub fn try_str(&self) -> Result<&'a str, AccessError> {
        core::str::from_utf8(self.try_bytes()?).map_err(|_| self.error(AccessErrorKind::NotUtf8))
    }

    /// The list.
    ///
    /// # Errors
    /// Not a list.
    pub fn try_list(&self) -> Result<ListRef<'a, 't>, AccessError> {
        self.list()
            .ok_or_else(|| self.wrong_type(BencodeType::List))
    }

    /// The dictionary.
    ///
    /// # Errors
    /// Not a dictionary.
    pub fn try_dict(&self) -> Result<DictRef<'a, 't>, AccessError> {
        self.dict()
            .ok_or_else(|| self.wrong_type(BencodeType::Dict))
    }

    /// Exactly the bytes that were decoded to this value, header and end included. What an info-hash is taken over.
    pub fn buffer(&self) -> &'a [u8] {
        &self.input[self.offset()..self.end()]
    }

    /// The same as [`buffer`](BencodeRef::buffer).
    pub fn raw(&self) -> &'a [u8] {
        self.buffer()
    }

    /// The bytes of the outermost value, from which [`offset`](BencodeRef::offset) counts.
    #[cfg(feature = "serde")]
    pub(crate) fn input(&self) -> &'a [u8] {
        self.input
    }

    /// The byte of the input at which this value begins.
    pub fn offset(&self) -> usize {
        self.token().offset()
    }

    /// Everything in this value in the order of the input, without recursion.
    pub fn walk(&self) -> Walk<'a, 't> {
        Walk::new(*self)
    }

    /// This value under another type's error.
    pub(super) fn error(&self, kind: AccessErrorKind) -> AccessError {
        AccessError::new(kind, self.offset(), self.path())
    }

    #[cold]
    fn wrong_type(&self, expected: BencodeType) -> AccessError {
        self.error(AccessErrorKind::WrongType {
            expected,
            found: self.value_type(),
        })
    }

    /// The value whose first token stands `tokens` behind this one's.
    #[inline]
    pub(super) fn at(&self, index: usize) -> BencodeRef<'a, 't> {
        BencodeRef { index, ..*self }
    }

    #[inline]
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// The index of the token behind this value.
    #[inline]
    pub(super) fn next_index(&self) -> usize {
        self.index + self.token().token_count()
    }

    #[inline]
    pub(super) fn token(&self) -> Token {
        self.tape[self.index]
    }

    /// The bytes of the byte string or key at this index.
    #[inline]
    pub(super) fn bytes_here(&self) -> &'a [u8] {
        let token = self.token();
        &self.input[token.offset() + token.payload()..self.tape[self.index + 1].offset()]
    }

    #[inline]
    pub(super) fn int_here(&self) -> IntRef<'a> {
        IntRef::new(&self.input[self.offset() + 1..self.tape[self.index + 1].offset() - 1])
    }

    /// How many values or pairs the container at this index has.
    #[inline]
    pub(super) fn count_here(&self) -> usize {
        self.tape[self.next_index() - 1].payload()
    }

    /// The byte behind this value.
    pub(super) fn end(&self) -> usize {
        self.tape[self.next_index()].offset()
    }
}

impl PartialEq for BencodeRef<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.buffer() == other.buffer() || self.walk().eq(other.walk())
    }
}

impl Eq for BencodeRef<'_, '_> {}

impl fmt::Debug for BencodeRef<'_, '_> {
    /// The type and the encoded bytes, so that deep values print without recursion.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BencodeRef(\"{}\")", self.buffer().escape_ascii())
    }
}
