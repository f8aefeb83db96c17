use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// The keys of the open dictionaries, from the outermost inwards, where they may come unsorted and still not twice.
#[derive(Default)]
pub(super) struct SeenKeys<'de> {
    keys: Vec<&'de [u8]>,
    dicts: Vec<OpenDict<'de>>,
}

struct OpenDict<'de> {
    /// Where its keys begin.
    start: usize,
    /// All keys so far, once one of them came out of order: repetitions need no longer be neighbours.
    unsorted: Option<BTreeSet<&'de [u8]>>,
}

impl<'de> SeenKeys<'de> {
    /// A dictionary begins.
    pub(super) fn open(&mut self) {
        self.dicts.push(OpenDict {
            start: self.keys.len(),
            unsorted: None,
        });
    }

    /// The innermost dictionary ends.
    pub(super) fn close(&mut self) {
        if let Some(dict) = self.dicts.pop() {
            self.keys.truncate(dict.start);
        }
    }

    /// Takes the next key of the innermost dictionary, which is not the one right before it, and says whether it is new.
    pub(super) fn insert(&mut self, key: &'de [u8], is_in_order: bool) -> bool {
        let Some(dict) = self.dicts.last_mut() else {
            return true;
        };
        if !is_in_order && dict.unsorted.is_none() {
            dict.unsorted = Some(self.keys[dict.start..].iter().copied().collect());
        }
        match &mut dict.unsorted {
            Some(keys) => keys.insert(key),
            None => {
                self.keys.push(key);
                true
            }
        }
    }
}
