use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use crate::encode::{read_bytes, skip_value};
use crate::limits::MAX_MOVED_BYTES;

struct Pair {
    key: Range<usize>,
    /// Key and value, encoded.
    whole: Range<usize>,
}

/// Sorts the encoded pairs from `start` to the end by their keys. If two keys are the same, gives where one of them
/// lies.
#[cold]
pub(super) fn sort_pairs(encoded: &mut [u8], start: usize) -> Result<(), Range<usize>> {
    if encoded.len() - start <= MAX_MOVED_BYTES {
        move_pairs(encoded, start)
    } else {
        copy_pairs(encoded, start)
    }
}

/// Takes the square of time and no memory.
fn move_pairs(encoded: &mut [u8], start: usize) -> Result<(), Range<usize>> {
    let mut pair = start;
    while pair < encoded.len() {
        let (key, key_end) = read_bytes(encoded, pair);
        let key = key_end - key.len()..key_end;
        let end = skip_value(encoded, key_end);
        let mut place = start;
        while place < pair {
            let (other, other_end) = read_bytes(encoded, place);
            match encoded[key.clone()].cmp(other) {
                Ordering::Equal => return Err(key),
                Ordering::Greater => place = skip_value(encoded, other_end),
                Ordering::Less => {
                    encoded[place..end].rotate_right(end - pair);
                    break;
                }
            }
        }
        pair = end;
    }
    Ok(())
}

/// Takes a copy.
fn copy_pairs(encoded: &mut [u8], start: usize) -> Result<(), Range<usize>> {
    let mut pairs = Vec::new();
    let mut at = start;
    while at < encoded.len() {
        let (key, key_end) = read_bytes(encoded, at);
        let end = skip_value(encoded, key_end);
        pairs.push(Pair {
            key: key_end - key.len()..key_end,
            whole: at..end,
        });
        at = end;
    }
    let bytes = &*encoded;
    pairs.sort_by(|a, b| bytes[a.key.clone()].cmp(&bytes[b.key.clone()]));
    let repeated = pairs
        .windows(2)
        .find(|two| bytes[two[0].key.clone()] == bytes[two[1].key.clone()]);
    if let Some(two) = repeated {
        return Err(two[1].key.clone());
    }
    let mut sorted = Vec::with_capacity(encoded.len() - start);
    for pair in pairs {
        sorted.extend_from_slice(&encoded[pair.whole]);
    }
    encoded[start..].copy_from_slice(&sorted);
    Ok(())
}
