use alloc::vec;
use alloc::vec::Vec;
use core::mem;
use core::ops::Range;
use std::io::{self, Read, Write};

use super::bounded::Bounded;
use super::found::Found;
use super::state::{Failed, State};
use super::{ReadError, Token, Tokenizer};
use crate::decode::Decoder;
use crate::limits::{DEFAULT_READ_BUFFER_LENGTH, HARD_MAX_INPUT_LENGTH};
use crate::reference::BencodeRef;

/// Reads bencode of any size from an [`io::Read`](Read) through one buffer.
///
/// Small values are had whole, large ones pass by:
///
/// ```
/// use bip_bencode::{BDecodeOpt, ReadError, Token, TokenReader, Tokenizer};
///
/// let torrent = b"d7:comment3:yes4:infod6:lengthi3e6:pieces20:01234567890123456789ee";
/// let mut reader = TokenReader::new(&torrent[..], Tokenizer::new(BDecodeOpt::strict()));
/// let (mut comment, mut pieces) = (None, Vec::new());
///
/// assert_eq!(reader.next_token()?, Some(Token::Dict));
/// while let Some(Token::Key(key)) = reader.next_token()? {
///     match key {
///         b"comment" => {
///             let value = reader.read_value(1_000)?;
///             comment = value.and_then(|value| value.str()).map(String::from);
///         }
///         b"info" => {
///             assert_eq!(reader.next_token()?, Some(Token::Dict));
///             while let Some(Token::Key(key)) = reader.next_token()? {
///                 if key == b"pieces" {
///                     assert_eq!(reader.next_token()?, Some(Token::Bytes(20)));
///                     reader.copy_string_to(&mut pieces)?;
///                 } else {
///                     reader.skip_value()?;
///                 }
///             }
///         }
///         _ => drop(reader.skip_value()?),
///     }
/// }
/// assert_eq!(reader.next_token()?, None); // Reads to the end: nothing may follow.
/// assert_eq!(comment.as_deref(), Some("yes"));
/// assert_eq!(pieces, b"01234567890123456789");
/// # Ok::<(), ReadError>(())
/// ```
#[derive(Debug)]
pub struct TokenReader<R> {
    reader: R,
    tokenizer: Tokenizer,
    buffer: Vec<u8>,
    /// What of the buffer was read and not taken yet.
    unread: Range<usize>,
    /// The reader has said that nothing follows.
    is_at_end: bool,
    /// The newest value taken whole, and its structure.
    value: Vec<u8>,
    decoder: Decoder,
}

impl<R: Read> TokenReader<R> {
    /// Reads from `reader` what the tokenizer takes. (A `&mut R` will do, to have the reader back.)
    pub fn new(reader: R, tokenizer: Tokenizer) -> TokenReader<R> {
        let options = tokenizer.options;
        TokenReader {
            reader,
            tokenizer,
            buffer: vec![0; DEFAULT_READ_BUFFER_LENGTH],
            unread: 0..0,
            is_at_end: false,
            value: Vec::new(),
            decoder: Decoder::new(
                options
                    .max_input_length(HARD_MAX_INPUT_LENGTH)
                    .max_string_length(HARD_MAX_INPUT_LENGTH),
            ),
        }
    }

    /// Bytes read at once, at least one; to be set before anything is read. [`DEFAULT_READ_BUFFER_LENGTH`] unless set.
    pub fn buffer_length(mut self, bytes: usize) -> TokenReader<R> {
        if self.unread.is_empty() {
            self.buffer = vec![0; bytes.max(1)];
        }
        self
    }

    /// The next token, or `None` at the end of the input. Where one value is asked for, that is the end of what is read,
    /// and an error if more follows; where trailing bytes are allowed, none of these are taken.
    ///
    /// # Errors
    /// Reading fails, or the bytes are not the bencode asked for.
    pub fn next_token(&mut self) -> Result<Option<Token<'_>>, ReadError> {
        self.next_token_copied_to(&mut io::sink())
    }

    /// As [`next_token`](TokenReader::next_token), and writes the token's raw bytes: what it takes to hash a value while
    /// its tokens are looked at.
    ///
    /// ```
    /// # use bip_bencode::{BDecodeOpt, ReadError, Token, TokenReader, Tokenizer};
    /// let input = &b"d4:infod4:name4:spamee"[..];
    /// let mut reader = TokenReader::new(input, Tokenizer::new(BDecodeOpt::strict()));
    /// reader.next_token()?;
    /// assert_eq!(reader.next_token()?, Some(Token::Key(b"info")));
    /// let mut hasher = Vec::new(); // Or any hash that can be written to.
    /// while let Some(token) = reader.next_token_copied_to(&mut hasher)? {
    ///     println!("{token:?}");
    ///     if reader.tokenizer().depth() == 1 {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(hasher, b"d4:name4:spame");
    /// # Ok::<(), ReadError>(())
    /// ```
    ///
    /// # Errors
    /// Also where writing fails; the token is then lost.
    pub fn next_token_copied_to<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
    ) -> Result<Option<Token<'_>>, ReadError> {
        let Some((found, taken)) = self.advance(out)? else {
            return Ok(None);
        };
        Ok(Some(self.tokenizer.token(found, &self.buffer[taken])))
    }

    /// Writes what is left of the byte string that is open, and says how many bytes that was: 0 outside of one.
    ///
    /// # Errors
    /// Reading or writing fails, or the input ends too early.
    pub fn copy_string_to<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<u64, ReadError> {
        let length = self.tokenizer.string_remaining();
        while self.tokenizer.string_remaining() > 0 {
            self.advance(out)?;
        }
        Ok(length)
    }

    /// Writes the raw bytes of the next value, whatever that is, and says how many they are. 0 if there is none: then
    /// the end of the list has been taken instead, or that of the input.
    ///
    /// # Errors
    /// [`NotAtValue`](ReadError::NotAtValue), reading or writing fails, or the bytes are not the bencode asked for.
    pub fn copy_value_to<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<u64, ReadError> {
        if !self.is_value_next()? {
            return Ok(0);
        }
        let (start, depth) = (self.tokenizer.offset(), self.tokenizer.depth());
        loop {
            self.advance(out)?;
            let tokenizer = &self.tokenizer;
            if tokenizer.depth() == depth && tokenizer.string_remaining() == 0 {
                return Ok(tokenizer.offset() - start);
            }
        }
    }

    /// Takes the next value, checks it, and keeps nothing of it. Tells what [`copy_value_to`](TokenReader::copy_value_to)
    /// does.
    ///
    /// # Errors
    /// [`NotAtValue`](ReadError::NotAtValue), reading fails, or the bytes are not the bencode asked for.
    pub fn skip_value(&mut self) -> Result<u64, ReadError> {
        self.copy_value_to(&mut io::sink())
    }

    /// The next value, decoded as a whole. `None` if there is none: then the end of the list has been taken instead, or
    /// that of the input.
    ///
    /// ```
    /// # use bip_bencode::{BDecodeOpt, ReadError, Token, TokenReader, Tokenizer};
    /// let files = &b"ld6:lengthi10eed6:lengthi32eee"[..];
    /// let mut reader = TokenReader::new(files, Tokenizer::new(BDecodeOpt::strict()));
    /// let mut total = 0;
    /// assert_eq!(reader.next_token()?, Some(Token::List));
    /// while let Some(file) = reader.read_value(100)? {
    ///     total += file.try_dict()?.int_u64(b"length")?;
    /// }
    /// assert_eq!(total, 42);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NotAtValue`](ReadError::NotAtValue), [`ValueTooLong`](ReadError::ValueTooLong) where it has more than
    /// `max_length` bytes, reading fails, the bytes are not the bencode asked for, or they have more than
    /// [`max_tokens`](crate::BDecodeOpt::max_tokens), which tells the place within the value.
    pub fn read_value(
        &mut self,
        max_length: usize,
    ) -> Result<Option<BencodeRef<'_, '_>>, ReadError> {
        let offset = self.tokenizer.offset();
        let mut value = Bounded {
            bytes: mem::take(&mut self.value),
            limit: max_length.min(HARD_MAX_INPUT_LENGTH),
            is_exceeded: false,
        };
        value.bytes.clear();
        let copied = self.copy_value_to(&mut value);
        self.value = value.bytes;
        match copied {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(self.decoder.decode(&self.value)?)),
            Err(_) if value.is_exceeded => Err(ReadError::ValueTooLong {
                limit: value.limit,
                offset,
            }),
            Err(error) => Err(error),
        }
    }

    /// What is known about the place: offsets, depth, warnings.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// What was read but not taken: behind the one value, the beginning of what follows it.
    pub fn unread(&self) -> &[u8] {
        &self.buffer[self.unread.clone()]
    }

    /// The next token and where in the buffer the bytes lie of which it was found.
    #[inline]
    fn advance<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
    ) -> Result<Option<(Found, Range<usize>)>, ReadError> {
        loop {
            let mut rest = &self.buffer[self.unread.clone()];
            if self.tokenizer.state == State::Complete && !rest.is_empty() {
                self.tokenizer
                    .note_trailing()
                    .map_err(|failed| self.refused(failed))?;
            }
            if self.tokenizer.state == State::Trailing {
                return Ok(None);
            }
            let found = self
                .tokenizer
                .step(&mut rest)
                .map_err(|failed| self.refused(failed))?;
            let taken = self.unread.start..self.unread.end - rest.len();
            self.unread.start = taken.end;
            out.write_all(&self.buffer[taken.clone()])?;
            if let Some(found) = found {
                return Ok(Some((found, taken)));
            }
            if self.is_at_end {
                self.tokenizer.finish()?;
                return Ok(None);
            }
            self.fill()?;
        }
    }

    #[cold]
    fn refused(&self, _: Failed) -> ReadError {
        ReadError::Decode(self.tokenizer.told_error())
    }

    /// Reads on, once everything was taken.
    fn fill(&mut self) -> Result<(), ReadError> {
        let length = loop {
            match self.reader.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_at_end = length == 0;
        // A reader that claims more than the buffer holds is wrong; that must not become a panic here.
        self.unread = 0..length.min(self.buffer.len());
        Ok(())
    }

    /// Whether there is a value to be taken. Where a list or the input ends instead, takes that end.
    fn is_value_next(&mut self) -> Result<bool, ReadError> {
        loop {
            let next = self.buffer[self.unread.clone()].first();
            match (self.tokenizer.state, next) {
                (State::Element, Some(b'e')) => {
                    self.advance(&mut io::sink())?;
                    return Ok(false);
                }
                (State::Root | State::Element | State::Value, Some(_)) => return Ok(true),
                (State::Root | State::Element | State::Value, None) if !self.is_at_end => {
                    self.fill()?
                }
                (State::Key | State::Int | State::Length | State::KeyLength, _)
                | (State::KeyContent | State::Content, _) => {
                    let offset = self.tokenizer.offset();
                    return Err(ReadError::NotAtValue { offset });
                }
                // The input's end, or an error that was told before.
                _ => return self.advance(&mut io::sink()).map(|_| false),
            }
        }
    }
}
