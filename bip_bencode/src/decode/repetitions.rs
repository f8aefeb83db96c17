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
    keys.sort_unstable_by(|a, b| {
        let by_bytes = a.bytes(input).cmp(b.bytes(input));
        by_bytes.then(a.ordinal.cmp(&b.ordinal))
    });
    let mut found = 0;
    let mut last: Option<SeenKey> = None;
    for at in 0..keys.len() {
        let key = keys[at];
        let repeats = last.is_some_and(|last| {
            last.bytes(input) == key.bytes(input) && last.ordinal + 1 != key.ordinal
        });
        if repeats {
            keys[found] = key;
            found += 1;
        }
        last = Some(key);
    }
    let repetitions = &mut keys[..found];
    repetitions.sort_unstable_by_key(|key| key.ordinal);
    repetitions
}
