//! What others keep with us: who is at a key (BEP 5, "announce_peer"), and items (BEP 44). Both stores are bounded in
//! all, for each key, and for each host and network that writes.

mod items;
mod key_sample;
mod peers;
mod quota;
mod swarm;
mod swarms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::key::Key;
use crate::node_id::NodeId;

pub(crate) use items::{ItemStore, MutablePart, NewItem};
pub(crate) use key_sample::KeySample;
pub(crate) use peers::{AnnounceRefusal, PeerStore, Prefer, StoredPeer};

/// The key farthest from our own id. Keys are sorted, so that those which begin with the same bits lie together: bit for
/// bit the half is entered that differs from our id, if there is anybody in it.
fn farthest<V>(map: &BTreeMap<Key, V>, own: &NodeId) -> Option<Key> {
    let (mut low, mut high) = ([0; 20], [0xff; 20]);
    for bit in 0..160 {
        let mut inside = map.range(Key::new(low)..=Key::new(high));
        let (first, _) = inside.next()?;
        let Some((last, _)) = inside.next_back() else {
            return Some(*first);
        };
        let (at, mask) = (bit / 8, 0x80 >> (bit % 8));
        let end = match own.as_bytes()[at] & mask {
            0 => last,
            _ => first,
        };
        for bound in [&mut low, &mut high] {
            bound[at] = bound[at] & !mask | end.as_bytes()[at] & mask;
        }
    }
    map.range(Key::new(low)..).next().map(|(key, _)| *key)
}

/// What a map of this many entries takes on the heap, in bytes: B-tree leaves hold 11 entries and are, after random
/// insertions, filled to 70 % or so.
fn map_bytes<K, V>(entries: usize) -> usize {
    let leaf = 11 * (size_of::<K>() + size_of::<V>()) + 16;
    entries.div_ceil(8) * leaf
}
