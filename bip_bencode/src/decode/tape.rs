//! The tape: one flat list of 8-byte tokens in the order of the input.
//!
//! ```text
//! input   d 4:name 4:spam 4:size i42e e            (spaces only for reading)
//! tape    Dict Key Bytes Key Int End | End
//! ```
//!
//! A token holds where it begins in the input. It ends where the next one begins, because a list or dictionary closes
//! with an `End` token of its own and the whole tape with one more. So a value's span and the next value are both one
//! addition away:
//!
//! | kind | payload |
//! |---|---|
//! | `Int` | 0 |
//! | `Bytes`, `Key` | bytes of the header, `4:` |
//! | `List`, `Dict` | tokens from this one to the one behind its `End` |
//! | `End` | how many values (or pairs) its container has |

use alloc::vec::Vec;

use super::repetitions::{SeenKey, distant_repetitions};
use super::sink::{Full, Sink};
use crate::limits::INITIAL_TOKENS;

/// The tokens of one input after the other. Slots stay initialised between inputs and `length` says how many count, so
/// that one comparison per token serves as bounds check and limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape {
    slots: Vec<Token>,
    length: usize,
    /// The keys of one unsorted dictionary, for as long as repetitions are sought.
    keys: Vec<SeenKey>,
}

impl Tape {
    /// Forgets the last input.
    pub(super) fn begin(&mut self, input_length: usize, max_tokens: usize) {
        self.length = 0;
        // The last ends may have needed slots past the limit.
        self.slots.truncate(max_tokens);
        let wanted = INITIAL_TOKENS.min(input_length / 4 + 2).min(max_tokens);
        if self.slots.len() < wanted {
            self.slots.resize(wanted, Token::default());
        }
    }

    #[cold]
    fn grow(&mut self, max_tokens: usize) -> Result<(), Full> {
        if self.length >= max_tokens {
            return Err(Full);
        }
        self.slots.push(Token::default());
        self.slots
            .resize(self.slots.capacity().min(max_tokens), Token::default());
        Ok(())
    }

    /// Adds a token whatever the limit: an end that the limit is not about.
    pub(super) fn append(&mut self, token: Token) {
        match self.slots.get_mut(self.length) {
            Some(slot) => *slot = token,
            None => self.slots.push(token),
        }
        self.length += 1;
    }

    pub(super) fn last(&self) -> Option<Token> {
        self.tokens().last().copied()
    }

    pub(super) fn drop_last(&mut self) {
        self.length = self.length.saturating_sub(1);
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.slots[..self.length]
    }

    pub(super) fn into_tokens(mut self) -> Vec<Token> {
        self.slots.truncate(self.length);
        self.slots
    }
}

impl Sink for Tape {
    /// The index of the token.
    #[inline(always)]
    fn mark(&self) -> usize {
        self.length
    }

    #[inline(always)]
    fn push(&mut self, token: Token, max_tokens: usize) -> Result<(), Full> {
        if self.length >= self.slots.len() {
            self.grow(max_tokens)?;
        }
        self.slots[self.length] = token;
        self.length += 1;
        Ok(())
    }

    #[inline(always)]
    fn note_key(&mut self, _: usize, _: usize, _: usize) {}

    /// Tells the container how many tokens it has.
    #[inline(always)]
    fn close(&mut self, mark: usize) {
        let length = self.length;
        let opened = &mut self.slots[mark];
        *opened = Token::new(opened.kind(), opened.offset(), length - mark);
    }

    fn repetitions(&mut self, input: &[u8], mark: usize) -> &[SeenKey] {
        self.keys.clear();
        let tokens = &self.slots[..self.length];
        let mut at = mark + 1;
        while at < tokens.len() {
            let (key, value) = (tokens[at], tokens[at + 1]);
            self.keys.push(SeenKey {
                offset: key.offset,
                start: key.offset + key.payload() as u32,
                end: value.offset,
                ordinal: self.keys.len() as u32,
            });
            at += 1 + value.token_count();
        }
        distant_repetitions(input, &mut self.keys)
    }
}

/// One entry of the tape.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Token {
    offset: u32,
    kind_and_payload: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Int,
    Bytes,
    Key,
    List,
    Dict,
    End,
}

const PAYLOAD_BITS: u32 = 29;
const PAYLOAD_MASK: u32 = (1 << PAYLOAD_BITS) - 1;

impl Token {
    /// `offset` and `payload` must fit, which the limits on input and tokens see to.
    #[inline(always)]
    pub(crate) fn new(kind: TokenKind, offset: usize, payload: usize) -> Token {
        debug_assert!(payload <= PAYLOAD_MASK as usize && u32::try_from(offset).is_ok());
        Token {
            offset: offset as u32,
            kind_and_payload: (kind as u32) << PAYLOAD_BITS | payload as u32,
        }
    }

    #[inline(always)]
    pub(crate) fn offset(self) -> usize {
        self.offset as usize
    }

    #[inline(always)]
    pub(crate) fn kind(self) -> TokenKind {
        match self.kind_and_payload >> PAYLOAD_BITS {
            0 => TokenKind::Int,
            1 => TokenKind::Bytes,
            2 => TokenKind::Key,
            3 => TokenKind::List,
            4 => TokenKind::Dict,
            _ => TokenKind::End,
        }
    }

    #[inline(always)]
    pub(crate) fn payload(self) -> usize {
        (self.kind_and_payload & PAYLOAD_MASK) as usize
    }

    /// How many tokens this value takes.
    #[inline(always)]
    pub(crate) fn token_count(self) -> usize {
        match self.kind() {
            TokenKind::List | TokenKind::Dict => self.payload(),
            _ => 1,
        }
    }
}
