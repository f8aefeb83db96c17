use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use super::quota::Quota;
use super::{farthest, map_bytes};
use crate::clock::{Clock, in_seconds};
use crate::key::Key;
use crate::krpc::ErrorCode;
use crate::limits::{
    ITEM_LIFETIME, MAX_ITEM_VALUE_LENGTH, MAX_ITEMS, MAX_ITEMS_PER_HOST, MAX_ITEMS_PER_NETWORK,
    SWEEP_INTERVAL,
};
use crate::node_id::NodeId;

/// The items that others keep with us, by target (BEP 44). Who puts one here has verified it: the store decides only
/// which of two is the newer, and for whom there is room.
#[derive(Debug)]
pub(crate) struct ItemStore {
    clock: Clock,
    items: BTreeMap<Key, Entry>,
    quota: Quota,
    swept: u32,
}

#[derive(Debug)]
struct Entry {
    item: StoredItem,
    /// Who stored it first; it counts for that address.
    from: IpAddr,
    /// The last put, in seconds of the store's clock.
    seen: u32,
}

/// An item as it is given out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StoredItem {
    /// Bencoded.
    pub(crate) value: Box<[u8]>,
    /// What makes it a mutable item.
    pub(crate) mutable: Option<Box<MutablePart>>,
}

/// What a mutable item has beside its value. The salt is not kept: it is part of the target, and who asks knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MutablePart {
    pub(crate) public_key: [u8; 32],
    pub(crate) seq: i64,
    pub(crate) signature: [u8; 64],
}

/// A verified put.
#[derive(Clone, Debug)]
pub(crate) struct NewItem<'a> {
    pub(crate) target: Key,
    pub(crate) value: &'a [u8],
    pub(crate) mutable: Option<MutablePart>,
    /// The sequence number that must be stored now, if any is (BEP 44, "CAS").
    pub(crate) cas: Option<i64>,
}

/// Why a put is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PutRefusal {
    /// The value is longer than 1000 bytes.
    TooLarge,
    /// What is stored has another sequence number than the writer believed.
    CasMismatch,
    /// What is stored is newer, or as new with another value.
    NotNewer,
    /// The host, its network or the whole store has no room.
    NoRoom,
}

impl PutRefusal {
    /// The code of the error message (BEP 44, "Errors").
    pub(crate) const fn code(self) -> ErrorCode {
        match self {
            PutRefusal::TooLarge => ErrorCode::ValueTooLong,
            PutRefusal::CasMismatch => ErrorCode::CasMismatch,
            PutRefusal::NotNewer => ErrorCode::SequenceTooLow,
            PutRefusal::NoRoom => ErrorCode::Server,
        }
    }
}

impl ItemStore {
    pub(crate) fn new(now: Instant) -> ItemStore {
        let clock = Clock::new(now);
        ItemStore {
            items: BTreeMap::new(),
            quota: Quota::new(MAX_ITEMS_PER_HOST, MAX_ITEMS_PER_NETWORK),
            swept: clock.seconds(now),
            clock,
        }
    }

    /// Stores an item, or notes that it is still wanted. `own` is our id: where the store is full, the item farthest
    /// from it makes room.
    pub(crate) fn put(
        &mut self,
        now: Instant,
        own: &NodeId,
        from: IpAddr,
        put: NewItem<'_>,
    ) -> Result<(), PutRefusal> {
        if put.value.len() > MAX_ITEM_VALUE_LENGTH {
            return Err(PutRefusal::TooLarge);
        }
        self.sweep(now, in_seconds(SWEEP_INTERVAL));
        let second = self.clock.seconds(now);
        if self
            .items
            .get(&put.target)
            .is_some_and(|entry| !entry.is_fresh(second))
        {
            self.sweep(now, 0);
        }
        if let Some(entry) = self.items.get_mut(&put.target) {
            if entry.is_replaced_by(&put)? {
                entry.item = put.into_item();
            }
            entry.seen = second;
            return Ok(());
        }
        let from = from.to_canonical();
        self.make_room(own, &put.target, from)?;
        self.quota.add(from);
        let (target, item) = (put.target, put.into_item());
        self.items.insert(
            target,
            Entry {
                item,
                from,
                seen: second,
            },
        );
        Ok(())
    }

    /// The item with this target.
    pub(crate) fn get(&self, now: Instant, target: &Key) -> Option<&StoredItem> {
        let now = self.clock.seconds(now);
        let entry = self.items.get(target)?;
        entry.is_fresh(now).then_some(&entry.item)
    }

    /// Whether a put from this address at this target would find room now, whatever it brings.
    pub(crate) fn accepts(&self, own: &NodeId, target: &Key, from: IpAddr) -> bool {
        let from = from.to_canonical();
        self.items.contains_key(target)
            || self.quota.allows(from)
                && (self.items.len() < MAX_ITEMS || self.victim(own, target, from).is_some())
    }

    fn make_room(&mut self, own: &NodeId, target: &Key, from: IpAddr) -> Result<(), PutRefusal> {
        if !self.quota.allows(from) {
            return Err(PutRefusal::NoRoom);
        }
        if self.items.len() >= MAX_ITEMS {
            let victim = self.victim(own, target, from).ok_or(PutRefusal::NoRoom)?;
            if let Some(entry) = self.items.remove(&victim) {
                self.quota.remove(entry.from);
            }
        }
        Ok(())
    }

    /// The item farthest from us, if the new one is nearer and its writer does not have more than others already.
    fn victim(&self, own: &NodeId, target: &Key, from: IpAddr) -> Option<Key> {
        if !self.quota.is_modest(from) {
            return None;
        }
        let farthest = farthest(&self.items, own)?;
        let distance = |key: &Key| own.distance(&NodeId::from(*key));
        (distance(target) < distance(&farthest)).then_some(farthest)
    }

    fn sweep(&mut self, now: Instant, rest: u32) {
        let now = self.clock.seconds(now);
        if now.saturating_sub(self.swept) < rest {
            return;
        }
        self.swept = now;
        let quota = &mut self.quota;
        self.items.retain(|_, entry| {
            let fresh = entry.is_fresh(now);
            if !fresh {
                quota.remove(entry.from);
            }
            fresh
        });
    }

    /// Drops what has expired; the store does so by itself where it is written to.
    pub(crate) fn expire(&mut self, now: Instant) {
        self.sweep(now, 0);
    }

    pub(crate) fn item_count(&self) -> usize {
        self.items.len()
    }

    /// The heap (estimated, where maps are concerned) and the store itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        let items = self.items.values().map(|entry| {
            let mutable = entry.item.mutable.as_ref();
            entry.item.value.len() + mutable.map_or(0, |_| size_of::<MutablePart>())
        });
        size_of::<ItemStore>()
            + items.sum::<usize>()
            + map_bytes::<Key, Entry>(self.items.len())
            + self.quota.heap_bytes()
    }
}

impl Entry {
    fn is_fresh(&self, now: u32) -> bool {
        now.saturating_sub(self.seen) <= in_seconds(ITEM_LIFETIME)
    }

    /// Whether the put brings something newer; `false` when it repeats what is stored.
    fn is_replaced_by(&self, put: &NewItem<'_>) -> Result<bool, PutRefusal> {
        let (Some(stored), Some(new)) = (&self.item.mutable, &put.mutable) else {
            // An immutable item under its own hash cannot be another one.
            return Ok(false);
        };
        if put.cas.is_some_and(|expected| expected != stored.seq) {
            return Err(PutRefusal::CasMismatch);
        }
        match new.seq.cmp(&stored.seq) {
            std::cmp::Ordering::Greater => Ok(true),
            std::cmp::Ordering::Equal if *self.item.value == *put.value => Ok(false),
            _ => Err(PutRefusal::NotNewer),
        }
    }
}

impl NewItem<'_> {
    fn into_item(self) -> StoredItem {
        StoredItem {
            value: self.value.into(),
            mutable: self.mutable.map(Box::new),
        }
    }
}
