use alloc::vec::Vec;

use super::{DictEncoder, Output, write_value};
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// Writes one value straight into the caller's buffer, without a tree in between. Whatever is written is canonical
/// bencode: containers close by themselves, and dictionaries sort themselves (see [`DictEncoder`]).
///
/// Nothing is allocated but room in the buffer.
///
/// ```
/// use bip_bencode::Encoder;
///
/// let mut out = Vec::new();
/// Encoder::new(&mut out).dict(|message| {
///     message.dict(b"a", |arguments| arguments.bytes(b"id", b"abcdefghij0123456789"));
///     message.bytes(b"q", b"ping");
///     message.bytes(b"t", b"aa");
///     message.bytes(b"y", b"q");
/// });
/// assert_eq!(out, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe");
/// ```
#[derive(Debug)]
pub struct Encoder<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Encoder<'o> {
    /// Appends to what the buffer already holds.
    pub fn new(out: &'o mut Vec<u8>) -> Encoder<'o> {
        Encoder { out }
    }

    /// Writes an integer.
    pub fn int<'i>(self, int: impl Into<Integer<'i>>) {
        let Ok(()) = int.into().write(self.out);
    }

    /// Writes a byte string.
    pub fn bytes(self, bytes: impl AsRef<[u8]>) {
        let Ok(()) = self.out.string(bytes.as_ref());
    }

    /// Writes a list.
    pub fn list(self, fill: impl FnOnce(&mut ListEncoder<'_>)) {
        self.out.push(b'l');
        fill(&mut ListEncoder { out: self.out });
        self.out.push(b'e');
    }

    /// Writes a dictionary.
    pub fn dict(self, fill: impl FnOnce(&mut DictEncoder<'_>)) {
        self.out.push(b'd');
        let mut dict = DictEncoder::new(self.out);
        fill(&mut dict);
        dict.finish();
        self.out.push(b'e');
    }

    /// Writes a value that was built.
    pub fn value(self, value: &BencodeMut<'_>) {
        let Ok(()) = write_value(value, self.out);
    }

    /// Copies a decoded value byte for byte, so that its hash stays what it was. (One that was decoded leniently takes
    /// its irregularities along.)
    pub fn raw(self, value: BencodeRef<'_, '_>) {
        self.out.extend_from_slice(value.buffer());
    }
}

/// Writes the values of a list, one call each.
#[derive(Debug)]
pub struct ListEncoder<'o> {
    out: &'o mut Vec<u8>,
}

impl ListEncoder<'_> {
    /// Adds an integer.
    pub fn int<'i>(&mut self, int: impl Into<Integer<'i>>) {
        self.next().int(int);
    }

    /// Adds a byte string.
    pub fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.next().bytes(bytes);
    }

    /// Adds a list.
    pub fn list(&mut self, fill: impl FnOnce(&mut ListEncoder<'_>)) {
        self.next().list(fill);
    }

    /// Adds a dictionary.
    pub fn dict(&mut self, fill: impl FnOnce(&mut DictEncoder<'_>)) {
        self.next().dict(fill);
    }

    /// Adds a value that was built.
    pub fn value(&mut self, value: &BencodeMut<'_>) {
        self.next().value(value);
    }

    /// Adds a decoded value byte for byte.
    pub fn raw(&mut self, value: BencodeRef<'_, '_>) {
        self.next().raw(value);
    }

    fn next(&mut self) -> Encoder<'_> {
        Encoder::new(self.out)
    }
}
