use super::contact::Contact;
use super::family_table::FamilyTable;
use super::{Node, Trust};
use crate::limits::MAX_CLOSEST;
use crate::node_id::NodeId;

/// The closest contacts seen so far, the closest first: the first 8 bytes of the distance, and the contact.
struct Ranking<'t, const IP: usize> {
    target: NodeId,
    places: [Option<(u64, &'t Contact<IP>)>; MAX_CLOSEST],
    length: usize,
    most: usize,
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
                places: [None; MAX_CLOSEST],
                length: 0,
                most: count - nodes.len(),
            };
            for contact in buckets.iter().flat_map(|bucket| bucket.contacts()) {
                let fits = match trust {
                    Trust::Good => contact.is_live() && contact.is_good(now),
                    Trust::Live => contact.is_live() && contact.failures() == 0,
                    Trust::Any => true,
                };
                if fits {
                    ranking.insert(contact);
                }
            }
            let ranked = ranking.places[..ranking.length].iter().flatten();
            nodes.extend(ranked.map(|(_, contact)| contact.node()));
        }
    }
}

impl<'t, const IP: usize> Ranking<'t, IP> {
    fn insert(&mut self, contact: &'t Contact<IP>) {
        let key = self.key(contact);
        let mut place = self.length;
        while place > 0 && self.is_closer(key, contact, self.places[place - 1]) {
            place -= 1;
        }
        if place == self.most {
            return;
        }
        self.length = (self.length + 1).min(self.most);
        self.places[place..self.length].rotate_right(1);
        self.places[place] = Some((key, contact));
    }

    fn key(&self, contact: &Contact<IP>) -> u64 {
        first_word(&contact.id) ^ first_word(&self.target)
    }

    fn is_closer(
        &self,
        key: u64,
        contact: &Contact<IP>,
        than: Option<(u64, &Contact<IP>)>,
    ) -> bool {
        than.is_none_or(|(other_key, other)| {
            key < other_key
                || key == other_key
                    && contact.id.distance(&self.target) < other.id.distance(&self.target)
        })
    }
}

fn first_word(id: &NodeId) -> u64 {
    id.as_bytes()[..8]
        .iter()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}
