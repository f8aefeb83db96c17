use alloc::vec::Vec;

use super::{BencodeRef, IntRef};
use crate::decode::TokenKind;
use crate::encode::Output;

impl BencodeRef<'_, '_> {
    /// The canonical encoding of this value: keys sorted, of a repeated key the first pair, no leading zeros, `0` for
    /// `-0`. What is canonical already comes out as it is. For an info-hash take the [`buffer`](BencodeRef::buffer)
    /// instead, which is what other peers hash.
    ///
    /// ```
    /// use bip_bencode::BDecodeOpt;
    ///
    /// let document = BDecodeOpt::lenient().decode(b"d1:bi-0e1:a02:xx1:bi1ee")?;
    /// assert_eq!(document.root().to_canonical(), b"d1:a2:xx1:bi0ee");
    /// # Ok::<(), bip_bencode::DecodeError>(())
    /// ```
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.buffer().len());
        self.write_canonical(&mut out);
        out
    }

    /// Appends the canonical encoding of this value.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        let mut open: Vec<Rest> = Vec::new();
        // The keys of the open dictionaries that have to be sorted, each dictionary's behind its parent's.
        let mut sorted: Vec<usize> = Vec::new();
        let mut next = Some(*self);
        loop {
            if let Some(value) = next {
                match value.token().kind() {
                    TokenKind::Int => write_int(value.int_here(), out),
                    TokenKind::List => {
                        out.push(b'l');
                        open.push(Rest::InOrder(value.index() + 1));
                    }
                    TokenKind::Dict => {
                        out.push(b'd');
                        open.push(if keys_ascend(value) {
                            Rest::InOrder(value.index() + 1)
                        } else {
                            let from = sorted.len();
                            sort_keys(value, &mut sorted);
                            Rest::Sorted { from, next: from }
                        });
                    }
                    TokenKind::Bytes | TokenKind::Key | TokenKind::End => {
                        write_bytes(value.bytes_here(), out);
                    }
                }
            }
            next = match open.last_mut() {
                None => return,
                Some(Rest::InOrder(index)) => self.take_next(index, out),
                Some(Rest::Sorted { next, .. }) => sorted.get(*next).map(|&index| {
                    *next += 1;
                    write_bytes(self.at(index).bytes_here(), out);
                    self.at(index + 1)
                }),
            };
            if next.is_none() {
                out.push(b'e');
                if let Some(Rest::Sorted { from, .. }) = open.pop() {
                    sorted.truncate(from);
                }
            }
        }
    }

    /// The value at this index, behind its key if it has one, unless the container ends there.
    fn take_next(&self, index: &mut usize, out: &mut Vec<u8>) -> Option<Self> {
        let mut value = self.at(*index);
        if value.token().kind() == TokenKind::Key {
            write_bytes(value.bytes_here(), out);
            value = self.at(*index + 1);
        }
        *index = value.next_index();
        (value.token().kind() != TokenKind::End).then_some(value)
    }
}

/// What is left of an open container.
enum Rest {
    /// Everything from this index on.
    InOrder(usize),
    /// The keys from `next` on among those to be sorted; this dictionary's begin at `from`.
    Sorted { from: usize, next: usize },
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let Ok(()) = out.string(bytes);
}

fn write_int(int: IntRef<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(if int.is_negative() { b"i-" } else { b"i" });
    out.extend_from_slice(int.magnitude().as_bytes());
    out.push(b'e');
}

/// The tokens of the keys of a dictionary.
fn keys<'v>(dict: BencodeRef<'v, 'v>) -> impl Iterator<Item = usize> + 'v {
    let first = dict.index() + 1;
    core::iter::successors(Some(first), move |&key| Some(dict.at(key + 1).next_index()))
        .take_while(move |&key| dict.at(key).token().kind() == TokenKind::Key)
}

fn keys_ascend(dict: BencodeRef<'_, '_>) -> bool {
    keys(dict).is_sorted_by(|&a, &b| dict.at(a).bytes_here() < dict.at(b).bytes_here())
}

/// Appends the keys of a dictionary, sorted, the first of each.
fn sort_keys(dict: BencodeRef<'_, '_>, sorted: &mut Vec<usize>) {
    let from = sorted.len();
    sorted.extend(keys(dict));
    let key = |index: usize| dict.at(index).bytes_here();
    sorted[from..].sort_unstable_by(|&a, &b| key(a).cmp(key(b)).then(a.cmp(&b)));
    let mut kept = from;
    for at in from..sorted.len() {
        if kept == from || key(sorted[kept - 1]) != key(sorted[at]) {
            sorted[kept] = sorted[at];
            kept += 1;
        }
    }
    sorted.truncate(kept);
}
