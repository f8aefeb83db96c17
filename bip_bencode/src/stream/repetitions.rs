use core::ops::Range;

/// A key of an open dictionary: where it lies among the kept bytes, and where it began in the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldKey {
    offset: u64,
    start: usize,
    end: usize,
}

impl HeldKey {
    pub(super) fn new(offset: u64, span: Range<usize>) -> HeldKey {
        HeldKey {
            offset,
            start: span.start,
            end: span.end,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Moves to the front all but the first of each key that is held more than once, in the order of the input, and says
    /// how many they are. The keys lie in `bytes`. Nothing is allocated.
    #[cold]
    pub(super) fn find_repetitions(held: &mut [HeldKey], bytes: &[u8]) -> usize {
        let content = |key: &HeldKey| &bytes[key.span()];
        held.sort_unstable_by(|a, b| content(a).cmp(content(b)).then(a.offset.cmp(&b.offset)));
        let mut found = 0;
        let mut before: Option<HeldKey> = None;
        for index in 0..held.len() {
            let key = held[index];
            if before.is_some_and(|before| content(&before) == content(&key)) {
                held[found] = key;
                found += 1;
            }
            before = Some(key);
        }
        held[..found].sort_unstable_by_key(|key| key.offset);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// The ordinals of the repetitions.
    fn check(keys: &[&str], expect: &[u64]) {
        let bytes = keys.concat();
        let mut start = 0;
        let mut held: Vec<HeldKey> = Vec::new();
        for (ordinal, key) in keys.iter().enumerate() {
            held.push(HeldKey::new(ordinal as u64, start..start + key.len()));
            start += key.len();
        }
        let found = HeldKey::find_repetitions(&mut held, bytes.as_bytes());
        let offsets: Vec<u64> = held[..found].iter().map(HeldKey::offset).collect();
        assert_eq!(offsets, expect, "{keys:?}");
    }

    #[test]
    fn all_but_the_first_of_each_key_are_found_in_their_order() {
        check(&[], &[]);
        check(&["b", "a"], &[]);
        check(&["b", "a", "b"], &[2]);
        check(&["", "a", ""], &[2]);
        check(&["z", "", "z"], &[2]);
        check(&["b", "a", "b", "a", "c", "b"], &[2, 3, 5]);
    }
}
