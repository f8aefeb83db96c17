//! What keeps the table fresh: whom to ping, and what to look up.

use rand::{Rng, RngExt};

use super::Node;
use super::bucket::limit;
use super::family_table::FamilyTable;
use crate::clock::in_seconds;
use crate::limits::{BUCKET_LIMIT, LOOK_UP_AFTER, OWN_LOOK_UP_AFTER};
use crate::node_id::NodeId;

/// How often, in seconds, the buckets are looked through for one that is too empty.
const LOOKUP_CHECK: u32 = 60;

impl<const IP: usize> FamilyTable<IP> {
    pub(super) fn next_ping(&mut self, now: u32) -> Option<Node> {
        if self.ping_at > now {
            return None;
        }
        // From our own id outwards: the closest matter most, to us and to those who ask us.
        let due = self.buckets.iter_mut().enumerate().rev();
        let mut due = due.filter(|(_, bucket)| bucket.ping_at <= now);
        let next = due.find_map(|(index, bucket)| Some(bucket.next_ping(index, now)?.node()));
        let buckets = self.buckets.iter();
        self.ping_at = buckets
            .map(|bucket| bucket.ping_at)
            .min()
            .unwrap_or(u32::MAX);
        next
    }

    pub(super) fn next_ping_at(&self) -> Option<u32> {
        (self.ping_at != u32::MAX).then_some(self.ping_at)
    }

    pub(super) fn next_lookup(&mut self, now: u32, rng: &mut impl Rng) -> Option<NodeId> {
        if now.saturating_sub(self.looked_up) >= in_seconds(OWN_LOOK_UP_AFTER) {
            self.looked_up = now;
            return Some(self.own);
        }
        if self.lookup_at > now {
            return None;
        }
        let rest = in_seconds(LOOK_UP_AFTER);
        // Beyond the last bucket with enough contacts the network has too few, and our own id's lookup finds them.
        let enough = |index| BUCKET_LIMIT.min(limit(index));
        let mut buckets = self.buckets.iter().enumerate();
        let deepest = buckets.rposition(|(index, bucket)| bucket.live_count() >= enough(index));
        for index in 0..deepest.unwrap_or(0) {
            let bucket = &mut self.buckets[index];
            let rested = now.saturating_sub(bucket.looked_up) >= rest;
            if rested && bucket.live_count() < enough(index) {
                bucket.looked_up = now;
                return Some(random_in(&self.own, index, rng));
            }
        }
        self.lookup_at = now.saturating_add(LOOKUP_CHECK);
        None
    }

    pub(super) fn next_lookup_at(&self) -> u32 {
        let own = self.looked_up.saturating_add(in_seconds(OWN_LOOK_UP_AFTER));
        own.min(self.lookup_at)
    }
}

/// A random id that has exactly `common` bits in common with `own`.
fn random_in(own: &NodeId, common: usize, rng: &mut impl Rng) -> NodeId {
    let mut id: [u8; 20] = rng.random();
    for bit in 0..=common {
        let mask = 0x80 >> (bit % 8);
        let kept = own.as_bytes()[bit / 8] & mask;
        let kept = if bit == common { kept ^ mask } else { kept };
        id[bit / 8] = id[bit / 8] & !mask | kept;
    }
    NodeId::new(id)
}
