use alloc::vec::Vec;

use super::Token;
use super::repetitions::{SeenKey, distant_repetitions};

/// Where the decoding machine puts what it finds: the [`Tape`](super::tape::Tape), or a [`Tally`], which only counts.
pub(super) trait Sink {
    /// What the frame of a container keeps, so that the sink knows the container again; asked before its token comes.
    fn mark(&self) -> usize;

    /// Takes the next token, unless there are so many already.
    fn push(&mut self, token: Token, max_tokens: usize) -> Result<(), Full>;

    /// Hears of a key after its token.
    fn note_key(&mut self, offset: usize, start: usize, end: usize);

    /// The container with this mark has all its tokens.
    fn close(&mut self, mark: usize);

    /// The keys that the dictionary with this mark, all of whose pairs were pushed, has twice with others between them.
    fn repetitions(&mut self, input: &[u8], mark: usize) -> &[SeenKey];
}

/// One token more would be too many.
pub(super) struct Full;

/// Keeps nothing of a value but, where keys may come unsorted, those of the dictionaries that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    token_count: usize,
    keys: Vec<SeenKey>,
    keeps_keys: bool,
}

impl Tally {
    pub(super) fn begin(&mut self, token_count: usize, keeps_keys: bool) {
        self.token_count = token_count;
        self.keys.clear();
        self.keeps_keys = keeps_keys;
    }

    pub(super) fn token_count(&self) -> usize {
        self.token_count
    }
}

impl Sink for Tally {
    #[inline(always)]
    fn mark(&self) -> usize {
        self.keys.len()
    }

    #[inline(always)]
    fn push(&mut self, _: Token, max_tokens: usize) -> Result<(), Full> {
        if self.token_count >= max_tokens {
            return Err(Full);
        }
        self.token_count += 1;
        Ok(())
    }

    #[inline(always)]
    fn note_key(&mut self, offset: usize, start: usize, end: usize) {
        if self.keeps_keys {
            self.keys.push(SeenKey {
                offset: offset as u32,
                start: start as u32,
                end: end as u32,
                ordinal: self.keys.len() as u32,
            });
        }
    }

    #[inline(always)]
    fn close(&mut self, mark: usize) {
        self.keys.truncate(mark);
    }

    fn repetitions(&mut self, input: &[u8], mark: usize) -> &[SeenKey] {
        distant_repetitions(input, &mut self.keys[mark..])
    }
}
