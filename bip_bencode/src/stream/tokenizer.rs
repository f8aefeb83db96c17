use alloc::vec::Vec;

use super::Token;
use super::containers::{Containers, Kept};
use super::found::Found;
use super::scan::offset_of;
use super::state::{Failed, State};
use crate::decode::{BDecodeOpt, Irregularity, Warning};
use crate::error::{DecodeError, DecodeErrorKind, KeyPath};
use crate::limits::{DEFAULT_MAX_INT_LENGTH, DEFAULT_MAX_KEY_LENGTH, DEFAULT_MAX_KEYS_MEMORY};
use crate::reference::IntRef;

/// Bencode of any size, taken as it comes: reads tokens out of pieces of the input, however that is cut, and keeps no
/// more than the keys of the dictionaries that are open.
///
/// What is accepted, and what is told about the rest, is what [`BDecodeOpt::decode`] would tell about the whole: the
/// same kind, offset and path. It just comes later, behind the tokens in front of it. Only the limits on sizes are others:
/// those set here.
///
/// Give it a piece until nothing is left of it, then the next; at the end of the input call
/// [`finish`](Tokenizer::finish):
///
/// ```
/// use bip_bencode::{BDecodeOpt, Token, Tokenizer};
///
/// let mut tokenizer = Tokenizer::new(BDecodeOpt::strict());
/// let mut content = Vec::new();
/// for mut piece in [&b"d6:leng"[..], b"thi3e6:pieces20:0123456", b"7890123456789e"] {
///     while let Some(token) = tokenizer.next_token(&mut piece)? {
///         match token {
///             Token::Key(key) => println!("{}", key.escape_ascii()),
///             Token::Int(int) => assert_eq!(int.to_u64(), Ok(3)),
///             Token::Bytes(length) => assert_eq!(length, 20),
///             Token::Part(bytes) => content.extend_from_slice(bytes),
///             Token::Dict | Token::List | Token::End => {}
///         }
///     }
/// }
/// tokenizer.finish()?;
/// assert_eq!(content, b"01234567890123456789");
/// # Ok::<(), bip_bencode::DecodeError>(())
/// ```
///
/// The bytes that a call takes from the piece are exactly those of its token, so that the raw bytes of a value can be
/// had on the way, as for an info-hash (BEP 3, "metainfo files"):
///
/// ```
/// # use bip_bencode::{BDecodeOpt, Token, Tokenizer};
/// # struct Sha1(Vec<u8>);
/// # impl Sha1 { fn update(&mut self, bytes: &[u8]) { self.0.extend_from_slice(bytes) } }
/// # let mut hasher = Sha1(Vec::new());
/// let torrent = b"d8:announce1:x4:infod6:lengthi3e4:name4:spame3:urll0:ee";
/// let mut tokenizer = Tokenizer::new(BDecodeOpt::strict());
/// let (mut is_info_next, mut is_in_info) = (false, false);
/// for piece in torrent.chunks(5) {
///     let mut rest = piece;
///     while !rest.is_empty() {
///         let before = rest;
///         let token = tokenizer.next_token(&mut rest)?;
///         if is_info_next || is_in_info {
///             hasher.update(&before[..before.len() - rest.len()]);
///         }
///         let Some(token) = token else { continue };
///         let is_info_key = token == Token::Key(b"info");
///         is_in_info = is_info_next || is_in_info && tokenizer.depth() > 1;
///         is_info_next = is_info_key && tokenizer.depth() == 1;
///     }
/// }
/// tokenizer.finish()?;
/// assert_eq!(hasher.0, b"d6:lengthi3e4:name4:spame");
/// # Ok::<(), bip_bencode::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tokenizer {
    pub(super) options: BDecodeOpt,
    pub(super) max_input_length: u64,
    pub(super) max_string_length: u64,
    pub(super) max_int_length: usize,
    pub(super) max_key_length: usize,
    pub(super) max_keys_memory: usize,
    pub(super) kept: Kept,
    /// The state behind an outermost value.
    pub(super) after_value: State,

    pub(super) state: State,
    /// Bytes taken so far.
    pub(super) at: u64,
    /// Where the newest token begins; of content, its byte string.
    pub(super) start: u64,
    /// The length read so far, and then what is to come of the content.
    pub(super) length: u64,
    /// The length has digits already.
    pub(super) has_digits: bool,
    /// The length is written with leading zeros.
    pub(super) is_padded: bool,
    /// The text of an integer that is not common.
    pub(super) gathered: Vec<u8>,
    pub(super) containers: Containers,
    pub(super) warnings: Vec<Warning>,
    /// So many warnings belong to values that have ended.
    pub(super) sorted_warnings: usize,
    pub(super) error: Option<DecodeError>,
}

impl Tokenizer {
    /// A tokenizer for one value. Of the options it takes what they allow, `max_depth` and `max_warnings`; the limits on
    /// tape, string and input do not apply, since nothing is kept of these. Its own setters limit the rest.
    pub fn new(options: BDecodeOpt) -> Tokenizer {
        Tokenizer {
            options,
            max_input_length: u64::MAX,
            max_string_length: u64::MAX,
            max_int_length: DEFAULT_MAX_INT_LENGTH,
            max_key_length: DEFAULT_MAX_KEY_LENGTH,
            max_keys_memory: DEFAULT_MAX_KEYS_MEMORY,
            kept: match options.allows(Irregularity::UnsortedKey) {
                true => Kept::All,
                false => Kept::Newest,
            },
            after_value: State::Complete,
            state: State::Root,
            at: 0,
            start: 0,
            length: 0,
            has_digits: false,
            is_padded: false,
            gathered: Vec::new(),
            containers: Containers::default(),
            warnings: Vec::new(),
            sorted_warnings: 0,
            error: None,
        }
    }

    /// Takes any number of values one behind the other, none included, instead of exactly one.
    /// [`is_between_values`](Tokenizer::is_between_values) tells where one ends.
    pub fn concatenated(mut self) -> Tokenizer {
        self.after_value = State::Root;
        self
    }

    /// Bytes of the whole input, trailing ones included. Unlimited unless set.
    pub fn max_input_length(mut self, bytes: u64) -> Tokenizer {
        self.max_input_length = bytes;
        self
    }

    /// Bytes that one byte string or key may claim. Unlimited unless set.
    pub fn max_string_length(mut self, bytes: u64) -> Tokenizer {
        self.max_string_length = bytes;
        self
    }

    /// Digits of one integer, leading zeros included. [`DEFAULT_MAX_INT_LENGTH`] unless set.
    pub fn max_int_length(mut self, digits: usize) -> Tokenizer {
        self.max_int_length = digits;
        self
    }

    /// Bytes of one key. [`DEFAULT_MAX_KEY_LENGTH`] unless set.
    pub fn max_key_length(mut self, bytes: usize) -> Tokenizer {
        self.max_key_length = bytes;
        self
    }

    /// Bytes of the keys that are kept at once. These are the newest of each open dictionary; where
    /// [unsorted keys](Irregularity::UnsortedKey) are allowed, all of each open dictionary and 24 bytes more for each.
    /// [`DEFAULT_MAX_KEYS_MEMORY`] unless set.
    pub fn max_keys_memory(mut self, bytes: usize) -> Tokenizer {
        self.max_keys_memory = bytes;
        self
    }

    /// Takes the next token from the front of the input and leaves there what is behind it. `None` when all of the input
    /// was taken: go on with the next piece, cut wherever it is.
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path; the same again in every later call. Offsets are
    /// those of all pieces together. (On machines of 32 bits, numbers above 4 GiB are told as `usize::MAX`.)
    #[inline]
    pub fn next_token<'t, 'i: 't>(
        &'t mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<Token<'t>>, DecodeError> {
        let before = *input;
        match self.step(input) {
            Ok(None) => Ok(None),
            Ok(Some(found)) => {
                let taken = &before[..before.len() - input.len()];
                Ok(Some(self.token(found, taken)))
            }
            Err(Failed) => Err(self.told_error()),
        }
    }

    /// Must be called where the input ends. What was found is complete only if this says so.
    ///
    /// # Errors
    /// The input ends within a value or has none, or there was an error before.
    pub fn finish(&mut self) -> Result<(), DecodeError> {
        self.end().map_err(|Failed| self.told_error())
    }

    /// Bytes taken so far: where the last token ends. (A [`Token::Bytes`] ends where its content begins.)
    pub fn offset(&self) -> u64 {
        self.at
    }

    /// Where the last token begins; that of a [`Token::Part`] is its byte string's. With [`offset`](Tokenizer::offset)
    /// behind its end, this is the span of a value in the input.
    pub fn token_offset(&self) -> u64 {
        self.start
    }

    /// Lists and dictionaries that are open.
    pub fn depth(&self) -> usize {
        self.containers.depth()
    }

    /// Bytes of the open byte string that are still to come; 0 outside of one.
    pub fn string_remaining(&self) -> u64 {
        match self.state {
            State::Content => self.length,
            _ => 0,
        }
    }

    /// Whether no value is begun and not ended: true before the first, behind the last, and between them.
    pub fn is_between_values(&self) -> bool {
        matches!(self.state, State::Root | State::Complete | State::Trailing)
    }

    /// What was irregular so far, at most [`max_warnings`](BDecodeOpt::max_warnings) of it. In the order of the input
    /// behind the end of an outermost value; within one, a key that was repeated at a distance is told only behind the
    /// end of its dictionary.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What made it fail, which it must have done.
    #[cold]
    pub(super) fn told_error(&self) -> DecodeError {
        self.error.clone().unwrap_or_else(|| {
            DecodeError::new(
                DecodeErrorKind::UnexpectedEnd,
                offset_of(self.at),
                KeyPath::default(),
            )
        })
    }

    /// The token that a step found in the bytes it took.
    #[inline]
    pub(super) fn token<'t>(&'t self, found: Found, taken: &'t [u8]) -> Token<'t> {
        match found {
            Found::Int => Token::Int(IntRef::new(&taken[1..taken.len() - 1])),
            Found::GatheredInt => Token::Int(IntRef::new(&self.gathered)),
            Found::Bytes => Token::Bytes(self.length),
            Found::Part => Token::Part(taken),
            Found::Key => Token::Key(self.containers.newest_key()),
            Found::List => Token::List,
            Found::Dict => Token::Dict,
            Found::End => Token::End,
        }
    }
}
