//! A dictionary in the making.

use std::collections::BTreeMap;

use bip_bencode::{BencodeMut, Encoder, ListEncoder};

/// Keys with their encoded values, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs(BTreeMap<Vec<u8>, Vec<u8>>);

impl Pairs {
    /// Sets a key to what is bencode already.
    pub(super) fn raw(&mut self, key: impl Into<Vec<u8>>, value: Vec<u8>) {
        self.0.insert(key.into(), value);
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        self.0.remove(key);
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0.keys().map(Vec::as_slice)
    }

    pub(super) fn value(&mut self, key: impl Into<Vec<u8>>, value: &BencodeMut<'_>) {
        self.set(key, |encoder| encoder.value(value));
    }

    pub(super) fn bytes(&mut self, key: &str, bytes: impl AsRef<[u8]>) {
        self.set(key, |encoder| encoder.bytes(bytes));
    }

    pub(super) fn int(&mut self, key: &str, int: i64) {
        self.set(key, |encoder| encoder.int(int));
    }

    pub(super) fn list(&mut self, key: &str, fill: impl FnOnce(&mut ListEncoder<'_>)) {
        self.set(key, |encoder| encoder.list(fill));
    }

    /// A list of byte strings, where there are any.
    pub(super) fn strings(&mut self, key: &str, strings: impl IntoIterator<Item: AsRef<[u8]>>) {
        let mut strings = strings.into_iter().peekable();
        if strings.peek().is_some() {
            self.list(key, |list| strings.for_each(|string| list.bytes(string)));
        }
    }

    fn set(&mut self, key: impl Into<Vec<u8>>, write: impl FnOnce(Encoder<'_>)) {
        let mut value = Vec::new();
        write(Encoder::new(&mut value));
        self.raw(key, value);
    }

    /// The dictionary.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'd');
        for (key, value) in &self.0 {
            Encoder::new(out).bytes(key);
            out.extend_from_slice(value);
        }
        out.push(b'e');
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let length = self
            .0
            .iter()
            .map(|(key, value)| key.len() + value.len() + 4);
        let mut out = Vec::with_capacity(length.sum::<usize>() + 2);
        self.write(&mut out);
        out
    }
}
