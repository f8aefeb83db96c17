//! What others keep with us: who is at a key (BEP 5, "announce_peer"), and items (BEP 44). Both stores are bounded in
//! all, for each key, and for each host and network that writes.

mod items;
mod key_sample;
mod peers;
mod quota;
mod swarm;
#[cfg(test)]
mod tests;

pub(crate) use items::{ItemStore, MutablePart, NewItem};
pub(crate) use key_sample::KeySample;
pub(crate) use peers::{AnnounceRefusal, PeerStore, Prefer, StoredPeer};

/// What a map of this many entries takes on the heap, in bytes: B-tree leaves hold 11 entries and are, after random
/// insertions, filled to 70 % or so.
fn map_bytes<K, V>(entries: usize) -> usize {
    let leaf = 11 * (size_of::<K>() + size_of::<V>()) + 16;
    entries.div_ceil(8) * leaf
}
