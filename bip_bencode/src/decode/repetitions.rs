use alloc::vec::Vec;

use super::Token;

/// The keys that an unsorted dictionary has twice with others between them, in the order of the input: the tokens of
/// all but the first of each. (Neighbours are seen as they come, and left out here.)
///
/// `dict` is the index of the dictionary's token and the last on the tape.
#[cold]
pub(super) fn distant_repetitions(input: &[u8], tape: &[Token], dict: usize) -> Vec<usize> {
    let mut keys = Vec::new();
    let mut token = dict + 1;
    while token < tape.len() {
        keys.push(Key {
            bytes: key_bytes(input, tape, token),
            ordinal: keys.len(),
            token,
        });
        token += 1;
        token += tape[token].token_count();
    }
    keys.sort_unstable_by(|a, b| a.bytes.cmp(b.bytes).then(a.ordinal.cmp(&b.ordinal)));
    let mut repetitions: Vec<usize> = keys
        .windows(2)
        .filter(|pair| pair[0].bytes == pair[1].bytes && pair[0].ordinal + 1 != pair[1].ordinal)
        .map(|pair| pair[1].token)
        .collect();
    repetitions.sort_unstable();
    repetitions
}

struct Key<'a> {
    bytes: &'a [u8],
    ordinal: usize,
    token: usize,
}

fn key_bytes<'a>(input: &'a [u8], tape: &[Token], token: usize) -> &'a [u8] {
    &input[tape[token].offset() + tape[token].payload()..tape[token + 1].offset()]
}
