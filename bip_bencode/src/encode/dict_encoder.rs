use alloc::vec::Vec;
use core::cmp::Ordering;

use super::{Encoder, ListEncoder, Output};
use crate::limits::MAX_MOVED_BYTES;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// Writes the pairs of a dictionary, one call each, and keeps them sorted.
///
/// Keys that come in order cost one comparison. One that comes late is moved to its place while the dictionary is
/// small; the pairs of one beyond 4 KiB are noted from then on and put in order at its end, which takes
/// *n* log *n* comparisons, 32 bytes a pair and a copy of the dictionary. A key that comes again replaces its earlier
/// value.
///
/// ```
/// # use bip_bencode::Encoder;
/// let mut out = Vec::new();
/// Encoder::new(&mut out).dict(|dict| {
///     dict.int(b"b", 1);
///     dict.int(b"a", 2);
///     dict.bytes(b"b", "three");
/// });
/// assert_eq!(out, b"d1:ai2e1:b5:threee");
/// ```
#[derive(Debug)]
pub struct DictEncoder<'o> {
    out: &'o mut Vec<u8>,
    /// Where the first pair begins.
    start: usize,
    /// The bytes of the greatest key so far, which is always that of the last pair.
    last_key: Option<(usize, usize)>,
    /// Once this has something in it, every pair is here, in the order of writing and not sorted.
    spans: Vec<PairSpan>,
}

/// Where in the buffer a pair lies.
#[derive(Clone, Copy, Debug)]
struct PairSpan {
    start: usize,
    /// Of the key without its length.
    key: (usize, usize),
    end: usize,
}

impl<'o> DictEncoder<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> DictEncoder<'o> {
        let start = out.len();
        DictEncoder {
            out,
            start,
            last_key: None,
            spans: Vec::new(),
        }
    }

    /// Sorts what has not been sorted yet.
    pub(super) fn finish(self) {
        if !self.spans.is_empty() {
            sort_pairs(self.out, self.start, self.spans);
        }
    }

    /// Adds an integer.
    pub fn int<'i>(&mut self, key: impl AsRef<[u8]>, int: impl Into<Integer<'i>>) {
        self.pair(key.as_ref(), |value| value.int(int));
    }

    /// Adds a byte string.
    pub fn bytes(&mut self, key: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) {
        self.pair(key.as_ref(), |value| value.bytes(bytes));
    }

    /// Adds a list.
    pub fn list(&mut self, key: impl AsRef<[u8]>, fill: impl FnOnce(&mut ListEncoder<'_>)) {
        self.pair(key.as_ref(), |value| value.list(fill));
    }

    /// Adds a dictionary.
    pub fn dict(&mut self, key: impl AsRef<[u8]>, fill: impl FnOnce(&mut DictEncoder<'_>)) {
        self.pair(key.as_ref(), |value| value.dict(fill));
    }

    /// Adds a value that was built.
    pub fn value(&mut self, key: impl AsRef<[u8]>, value: &BencodeMut<'_>) {
        self.pair(key.as_ref(), |encoder| encoder.value(value));
    }

    /// Adds a decoded value byte for byte.
    pub fn raw(&mut self, key: impl AsRef<[u8]>, value: BencodeRef<'_, '_>) {
        self.pair(key.as_ref(), |encoder| encoder.raw(value));
    }

    fn pair(&mut self, key: &[u8], write: impl FnOnce(Encoder<'_>)) {
        let pair_start = self.out.len();
        let order = self.last_key.map_or(Ordering::Greater, |(start, end)| {
            key.cmp(&self.out[start..end])
        });
        let Ok(()) = self.out.string(key);
        let key_end = self.out.len();
        write(Encoder::new(self.out));
        let key_span = (key_end - key.len(), key_end);
        if !self.spans.is_empty() {
            self.spans.push(PairSpan {
                start: pair_start,
                key: key_span,
                end: self.out.len(),
            });
        } else if order == Ordering::Greater {
            self.last_key = Some(key_span);
        } else if self.out.len() - self.start <= MAX_MOVED_BYTES {
            self.move_into_place(key, pair_start);
        } else {
            self.spans = spans(self.out, self.start);
        }
    }

    /// Moves the pair just written in front of the first one that is not smaller, and removes that if it has the same
    /// key.
    #[cold]
    fn move_into_place(&mut self, key: &[u8], pair_start: usize) {
        let pair_length = self.out.len() - pair_start;
        let mut at = self.start;
        let (order, other_end) = loop {
            let (other_key, key_end) = read_bytes(self.out, at);
            let order = key.cmp(other_key);
            let other_end = skip_value(self.out, key_end);
            if order != Ordering::Greater {
                break (order, other_end);
            }
            at = other_end;
        };
        self.out[at..].rotate_right(pair_length);
        let mut shift = pair_length;
        if order == Ordering::Equal {
            let (old_start, old_end) = (at + pair_length, other_end + pair_length);
            self.out.drain(old_start..old_end);
            if old_end == pair_start + pair_length {
                // The last pair was replaced, under the same key at the same place.
                return;
            }
            shift = shift.wrapping_sub(old_end - old_start);
        }
        if let Some((start, end)) = &mut self.last_key {
            *start = start.wrapping_add(shift);
            *end = end.wrapping_add(shift);
        }
    }
}

/// The pairs from `start` to the end.
#[cold]
fn spans(encoded: &[u8], mut start: usize) -> Vec<PairSpan> {
    let mut spans = Vec::new();
    while start < encoded.len() {
        let (key, key_end) = read_bytes(encoded, start);
        let end = skip_value(encoded, key_end);
        let key = (key_end - key.len(), key_end);
        spans.push(PairSpan { start, key, end });
        start = end;
    }
    spans
}

/// Puts the pairs, which take all bytes from `start`, in order, and of a repeated key only the last.
#[cold]
fn sort_pairs(out: &mut Vec<u8>, start: usize, mut pairs: Vec<PairSpan>) {
    let key = |pair: &PairSpan| &out[pair.key.0..pair.key.1];
    // Stable: of equal keys, the last comes first and stays.
    pairs.reverse();
    pairs.sort_by(|one, other| key(one).cmp(key(other)));
    pairs.dedup_by(|one, before| key(one) == key(before));
    let mut sorted = Vec::with_capacity(out.len() - start);
    for pair in &pairs {
        sorted.extend_from_slice(&out[pair.start..pair.end]);
    }
    out.truncate(start);
    out.extend_from_slice(&sorted);
}

/// The byte string that begins here and where it ends. Only for what this crate wrote or decoded itself.
pub(crate) fn read_bytes(encoded: &[u8], mut at: usize) -> (&[u8], usize) {
    let mut length = 0;
    while encoded[at] != b':' {
        length = length * 10 + usize::from(encoded[at] - b'0');
        at += 1;
    }
    let start = at + 1;
    (&encoded[start..start + length], start + length)
}

/// Where the value that begins here ends. Only for what this crate wrote or decoded itself.
pub(crate) fn skip_value(encoded: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    loop {
        match encoded[at] {
            b'l' | b'd' => {
                depth += 1;
                at += 1;
            }
            b'e' => {
                depth -= 1;
                at += 1;
            }
            b'i' => {
                while encoded[at] != b'e' {
                    at += 1;
                }
                at += 1;
            }
            _ => at = read_bytes(encoded, at).1,
        }
        if depth == 0 {
            return at;
        }
    }
}
