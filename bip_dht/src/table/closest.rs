use super::contact::Contact;
use super::family_table::FamilyTable;
use super::{Node, Trust};
use crate::limits::MAX_CLOSEST;
use crate::node_id::NodeId;

/// The closest contacts seen so far, the closest first, and the first 8 bytes of their distances.
struct Ranking<'t, const IP: usize> {
    target: NodeId,
    keys: [u64; MAX_CLOSEST],
    contacts: [Option<&'t Contact<IP>>; MAX_CLOSEST],
    length: usize,
    most: usize,
    /// The key of the last place, once all are taken.
    farthest: u64,
}

impl<const IP: usize> FamilyTable<IP> {
    pub(super) fn closest(
        &self,
        now: u32,
        target: NodeId,
        count: usize,
        trust: Trust,
        nodes: &mut Vec<Node>,
    ) {
        nodes.clear();
        let count = count.min(MAX_CLOSEST);
        let home = self.index_of(&target).min(self.buckets.len());
        let (farther, near) = self.buckets.split_at(home);
        let (own, nearer_to_us) = near.split_at(near.len().min(1));
        // Whoever shares the target's bucket is closer to it than anybody in the buckets around our own id, because
        // those differ from the target in a higher bit. Farther buckets differ in ever higher bits, each for itself.
        let farther = farther.iter().rev().map(std::slice::from_ref);
        for buckets in [own, nearer_to_us].into_iter().chain(farther) {
            if nodes.len() == count {
                break;
            }
            let mut ranking = Ranking {
                target,
                keys: [u64::MAX; MAX_CLOSEST],
                contacts: [None; MAX_CLOSEST],
                length: 0,
                most: count - nodes.len(),
                farthest: u64::MAX,
            };
            for contact in buckets.iter().flat_map(|bucket| bucket.contacts()) {
                let key = first_word(&contact.id) ^ first_word(&target);
                // Most are farther than those found already: nothing more has to be known of them.
                if key > ranking.farthest {
                    continue;
                }
                let fits = match trust {
                    Trust::Good => contact.is_live() && contact.is_good(now),
                    Trust::Live => contact.is_live() && contact.failures() == 0,
                    Trust::Any => true,
                };
                if fits {
                    ranking.insert(key, contact);
                }
            }
            let ranked = ranking.contacts[..ranking.length].iter().flatten();
            nodes.extend(ranked.map(|contact| contact.node()));
        }
    }
}

impl<'t, const IP: usize> Ranking<'t, IP> {
    fn insert(&mut self, key: u64, contact: &'t Contact<IP>) {
        let mut place = self.length;
        while place > 0 && self.is_closer(key, contact, place - 1) {
            place -= 1;
        }
        if place == self.most {
            return;
        }
        let moved = place..self.length.min(self.most - 1);
        self.length = moved.end + 1;
        self.keys.copy_within(moved.clone(), place + 1);
        self.contacts.copy_within(moved, place + 1);
        self.keys[place] = key;
        self.contacts[place] = Some(contact);
        self.farthest = self.keys[self.most - 1];
    }

    fn is_closer(&self, key: u64, contact: &Contact<IP>, than: usize) -> bool {
        let tie = || {
            let distance = |contact: &Contact<IP>| contact.id.distance(&self.target);
            self.contacts[than].is_none_or(|other| distance(contact) < distance(other))
        };
        key < self.keys[than] || key == self.keys[than] && tie()
    }
}

fn first_word(id: &NodeId) -> u64 {
    id.as_bytes()
        .first_chunk()
        .map_or(0, |word| u64::from_be_bytes(*word))
}
