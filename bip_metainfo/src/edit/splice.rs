//! A dictionary with some values replaced and every other byte as it was.

use std::collections::{BTreeMap, BTreeSet};

use bip_bencode::{BencodeRef, DictRef};

/// What to do with keys: a value as bencode, or `None` to remove it.
pub(super) type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The bytes of `dict` with `changes` made to it.
///
/// A replaced value stands where the first one under its key stood; what repeats that key is dropped, since readers
/// disagree on which of them counts. A new key goes in front of the first key that sorts behind it, so that a sorted
/// dictionary stays one. Everything else is copied as it stands, in its order, irregular or not.
fn splice(dict: DictRef<'_, '_>, changes: &Changes) -> Vec<u8> {
    let value = dict.value();
    let mut writer = Writer {
        changes,
        written: BTreeMap::new(),
        out: Vec::with_capacity(value.raw().len()),
    };
    for key in changes.keys() {
        writer.written.insert(key, dict.get(key).is_some());
    }
    writer.copy(dict);
    writer.out
}

struct Writer<'x> {
    changes: &'x Changes,
    /// For each key of `changes`, whether it needs no place any more: it is written, or stands further on.
    written: BTreeMap<&'x [u8], bool>,
    out: Vec<u8>,
}

impl<'x> Writer<'x> {
    fn copy(&mut self, dict: DictRef<'_, '_>) {
        let (whole, start) = (dict.value().raw(), dict.value().offset());
        self.out.push(b'd');
        let mut at = 1;
        let mut replaced: BTreeSet<&[u8]> = BTreeSet::new();
        for (key, value) in dict {
            let value_at = value.offset() - start;
            let end = value_at + value.raw().len();
            self.insert_before(Some(key));
            match self.changes.get_key_value(key) {
                None => self.out.extend_from_slice(&whole[at..end]),
                Some((key, change)) => {
                    if let (Some(change), true) = (change, replaced.insert(key)) {
                        self.out.extend_from_slice(&whole[at..value_at]);
                        self.out.extend_from_slice(change);
                    }
                }
            }
            at = end;
        }
        self.insert_before(None);
        self.out.extend_from_slice(&whole[at..]);
    }

    /// The new keys that sort before `next`; all that are left where there is none.
    fn insert_before(&mut self, next: Option<&[u8]>) {
        for (key, written) in &mut self.written {
            if next.is_some_and(|next| *key >= next) {
                break;
            }
            if std::mem::replace(written, true) {
                continue;
            }
            if let Some(Some(change)) = self.changes.get(*key) {
                self.out
                    .extend_from_slice(format!("{}:", key.len()).as_bytes());
                self.out.extend_from_slice(key);
                self.out.extend_from_slice(change);
            }
        }
    }
}

/// As [`splice`], for a value that is known to be a dictionary; as it is otherwise.
pub(super) fn splice_value(value: BencodeRef<'_, '_>, changes: &Changes) -> Vec<u8> {
    match value.dict() {
        Some(dict) if !changes.is_empty() => splice(dict, changes),
        _ => value.raw().to_vec(),
    }
}
