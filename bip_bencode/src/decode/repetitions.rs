use core::cmp::Ordering;

/// A key of an unsorted dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenKey {
    /// Where its length begins.
    pub(super) offset: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Its place among the keys of its dictionary, counted from anywhere.
    pub(super) ordinal: u32,
}

impl SeenKey {
    fn bytes<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        &input[self.start as usize..self.end as usize]
    }
}

/// Brings the keys that stand here twice with others between them to the front, in the order of the input, all but the
/// first of each, and gives them. (Neighbours are seen as they come, and left out here.)
#[cold]
pub(super) fn distant_repetitions<'k>(input: &[u8], keys: &'k mut [SeenKey]) -> &'k [SeenKey] {
    let found = bring_to_front(keys, |a, b| a.bytes(input).cmp(b.bytes(input)));
    &keys[..found]
}

/// Says how many there are. Sorts in place: nothing is allocated.
fn bring_to_front(
    keys: &mut [SeenKey],
    mut by_bytes: impl FnMut(&SeenKey, &SeenKey) -> Ordering,
) -> usize {
    keys.sort_unstable_by(|a, b| by_bytes(a, b).then(a.ordinal.cmp(&b.ordinal)));
    let mut found = 0;
    let mut last: Option<SeenKey> = None;
    for at in 0..keys.len() {
        let key = keys[at];
        let repeats = last.is_some_and(|last| {
            last.ordinal + 1 != key.ordinal && by_bytes(&last, &key) == Ordering::Equal
        });
        if repeats {
            keys[found] = key;
            found += 1;
        }
        last = Some(key);
    }
    keys[..found].sort_unstable_by_key(|key| key.ordinal);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// Keys of so many bytes each, one behind the other, and where they lie.
    fn keys(of: impl Iterator<Item = String>) -> (Vec<u8>, Vec<SeenKey>) {
        let (mut input, mut keys) = (Vec::new(), Vec::new());
        for key in of {
            let start = input.len() as u32;
            input.extend(key.as_bytes());
            keys.push(SeenKey {
                offset: start,
                start,
                end: input.len() as u32,
                ordinal: keys.len() as u32,
            });
        }
        (input, keys)
    }

    fn check(letters: &str, expect: &[u32]) {
        let (input, mut keys) = keys(letters.split(' ').map(String::from));
        let found = distant_repetitions(&input, &mut keys);
        let ordinals: Vec<_> = found.iter().map(|key| key.ordinal).collect();
        assert_eq!(ordinals, expect, "{letters}");
    }

    #[test]
    fn all_but_the_first_of_each_key_are_found_unless_they_are_neighbours() {
        check("b a", &[]);
        check("b a b", &[2]);
        check("b a a b b", &[3]);
        check("b a b a c b", &[2, 3, 5]);
        check("c  c  c", &[2, 3, 4]);
        check("b a ab aa b aa", &[4, 5]);
    }

    /// What an instruction count would say: comparisons grow as `n log n`, whatever the order of the keys.
    #[test]
    fn a_hundred_thousand_keys_take_no_more_comparisons_than_sorting_does() {
        let count = 100_000u32;
        let limit = 3 * count * count.ilog2();
        type Order = fn(u32) -> u32;
        let orders: [(&str, Order); 5] = [
            ("descending", |n| 100_000 - n),
            ("scattered", |n| n.wrapping_mul(2_654_435_761)),
            ("all equal", |_| 7),
            ("two by turns", |n| n % 2),
            ("sorted but the last", |n| if n == 99_999 { 0 } else { n }),
        ];
        for (name, order) in orders {
            let (input, mut keys) = keys((0..count).map(|n| format!("{:010}", order(n))));
            let mut comparisons = 0;
            bring_to_front(&mut keys, |a, b| {
                comparisons += 1;
                a.bytes(&input).cmp(b.bytes(&input))
            });
            assert!(comparisons < limit, "{name}: {comparisons} comparisons");
        }
    }
}
