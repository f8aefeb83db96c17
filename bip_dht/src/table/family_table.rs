use std::time::Duration;

use super::bucket::{Bucket, longest_rest};
use super::contact::{Contact, Endpoint};
use super::{Node, Source, Standing};
use crate::clock::in_seconds;
use crate::limits::{
    MAX_BUCKETS, MAX_FAILURES, ONLINE_FOR, OWN_LOOK_UP_AFTER, RETRY_AFTER, SUSPECT_AFTER,
    UNSOLICITED_DELAY,
};
use crate::node_id::NodeId;

/// The routing table of one family. Times are seconds of the table's clock.
#[derive(Debug)]
pub(super) struct FamilyTable<const IP: usize> {
    pub(super) own: NodeId,
    /// As many as are needed for the contacts there are.
    pub(super) buckets: Vec<Bucket<IP>>,
    /// When anybody last answered.
    last_answer: u32,
    /// Nobody has to be pinged before this second.
    pub(super) ping_at: u32,
    /// When our own id was last looked up.
    pub(super) looked_up: u32,
    /// No bucket has to be looked up before this second.
    pub(super) lookup_at: u32,
}

impl<const IP: usize> FamilyTable<IP> {
    pub(super) fn new(own: NodeId) -> FamilyTable<IP> {
        FamilyTable {
            own,
            buckets: Vec::new(),
            last_answer: 0,
            ping_at: u32::MAX,
            looked_up: 0,
            lookup_at: 0,
        }
    }

    pub(super) fn own(&self) -> NodeId {
        self.own
    }

    pub(super) fn heard(&mut self, now: u32, node: Node, source: Source) {
        let Some(endpoint) = Endpoint::of(node.address) else {
            return;
        };
        if node.id == self.own || self.position(&node).is_some() {
            return;
        }
        let host = endpoint.host();
        let known = self.contacts_mut().find(|known| {
            known.endpoint.is_of(host) || known.id == node.id || known.endpoint == endpoint
        });
        if let Some(known) = known {
            // Who names an id for an endpoint where we know another may lie; the ping that tells is worth sending.
            if known.endpoint == endpoint && known.id != node.id && known.suspect(now) {
                let id = known.id;
                self.hasten(self.index_of(&id), now);
            }
            return;
        }
        let due = match source {
            Source::Query => now.saturating_add(in_seconds(UNSOLICITED_DELAY)),
            Source::Answer | Source::Given => now,
        };
        let index = self.index_of(&node.id);
        if self
            .bucket(index)
            .add_spare(Contact::new(node.id, endpoint, due), index)
        {
            self.hasten(index, due);
        }
    }

    pub(super) fn answered(&mut self, now: u32, node: Node, rtt: Option<Duration>) -> Standing {
        let Some(endpoint) = Endpoint::of(node.address) else {
            return Standing::Refused;
        };
        self.last_answer = now;
        // Most answer a ping. Nobody else has a live contact's id, endpoint or host, and there is nothing to search for.
        if let Some((index, at)) = self.position(&node)
            && self.buckets[index].contacts()[at].is_live()
        {
            let contact = self.buckets[index].take(at);
            return self.settle(contact, now, rtt);
        }
        if self.expose(now, &node.id, &endpoint) {
            return Standing::Impostor;
        }
        if node.id == self.own || self.is_taken(now, &node.id, &endpoint) {
            return Standing::Refused;
        }
        let index = self.index_of(&node.id);
        let bucket = self.bucket(index);
        let known = bucket
            .contacts()
            .iter()
            .position(|known| known.id == node.id);
        let contact = match known {
            Some(at) => bucket.take(at),
            None => Contact::new(node.id, endpoint, now),
        };
        self.settle(contact, now, rtt)
    }

    pub(super) fn insert_verified(&mut self, now: u32, node: Node, rtt: Duration) {
        if let Some(endpoint) = Endpoint::of(node.address) {
            self.last_answer = now;
            self.settle(Contact::new(node.id, endpoint, now), now, Some(rtt));
        }
    }

    pub(super) fn spread(&mut self, now: u32, mut phase: impl FnMut() -> f64) {
        let passed = |interval: u32, phase: f64| (f64::from(interval) * phase) as u32;
        let own = in_seconds(OWN_LOOK_UP_AFTER);
        self.looked_up = now.saturating_sub(passed(own, phase()));
        for bucket in &mut self.buckets {
            let rest = longest_rest(bucket.live_count());
            for contact in bucket.contacts_mut() {
                // Its last answer came after the longest rest.
                contact.answered = now.saturating_sub(rest);
                contact.answer(now, None, rest);
                let passed = passed(contact.due.saturating_sub(now), phase());
                contact.answered = now.saturating_sub(passed);
                contact.due = contact.due.saturating_sub(passed);
            }
            bucket.hasten(now);
        }
        self.ping_at = now;
    }

    /// Notes the contact's answer and gives it its place.
    fn settle(&mut self, mut contact: Contact<IP>, now: u32, rtt: Option<Duration>) -> Standing {
        let index = self.index_of(&contact.id);
        let others = self.bucket(index).live_count();
        contact.answer(now, rtt, longest_rest(others + 1));
        self.hasten(index, contact.due);
        self.bucket(index).settle(contact, index)
    }

    /// Makes the table and one of its buckets be looked through at `second`, if not before.
    fn hasten(&mut self, index: usize, second: u32) {
        self.ping_at = self.ping_at.min(second);
        self.bucket(index).hasten(second);
    }

    pub(super) fn misnamed(&mut self, now: u32, node: Node) {
        if let Some(endpoint) = Endpoint::of(node.address) {
            self.expose(now, &node.id, &endpoint);
        }
    }

    pub(super) fn failed(&mut self, now: u32, node: Node) {
        let Some((index, at)) = self.position(&node) else {
            return;
        };
        let online = now.saturating_sub(self.last_answer) <= in_seconds(ONLINE_FOR);
        let bucket = &mut self.buckets[index];
        let contact = &mut bucket.contacts_mut()[at];
        let failures = contact.fail();
        contact.due = now.saturating_add(in_seconds(RETRY_AFTER) << failures.min(6));
        let is_live = contact.is_live();
        // Where nobody answers, we are offline ourselves, and forget nobody for it.
        if online && (!is_live || failures >= MAX_FAILURES) {
            bucket.take(at);
            bucket.promote(index, now);
        }
        // Its spares may be worth a ping now.
        self.hasten(index, now);
    }

    pub(super) fn rebase(&mut self, own: NodeId) {
        self.own = own;
        let mut contacts: Vec<Contact<IP>> = Vec::with_capacity(self.contact_count());
        for bucket in std::mem::take(&mut self.buckets) {
            contacts.extend_from_slice(bucket.contacts());
        }
        contacts.retain(|contact| contact.id != own);
        contacts.sort_by_key(|contact| (!contact.is_live(), contact.failures(), contact.rtt()));
        for mut contact in contacts {
            let index = self.index_of(&contact.id);
            let settles = contact.is_live();
            contact.make_spare();
            if settles {
                self.bucket(index).settle(contact, index);
            } else {
                self.bucket(index).add_spare(contact, index);
            }
        }
        (self.looked_up, self.lookup_at, self.ping_at) = (0, 0, 0);
    }

    pub(super) fn rtt(&self, node: &Node) -> Option<Duration> {
        let (index, at) = self.position(node)?;
        let rtt = self.buckets[index].contacts()[at].rtt()?;
        Some(Duration::from_millis(u64::from(rtt)))
    }

    pub(super) fn nodes(&self) -> Vec<Node> {
        let mut contacts: Vec<&Contact<IP>> = Vec::with_capacity(self.contact_count());
        contacts.extend(self.buckets.iter().flat_map(|bucket| bucket.contacts()));
        contacts.sort_by_key(|contact| (!contact.is_live(), !contact.is_verified()));
        contacts.into_iter().map(Contact::node).collect()
    }

    pub(super) fn live_count(&self) -> usize {
        self.buckets.iter().map(Bucket::live_count).sum()
    }

    pub(super) fn contact_count(&self) -> usize {
        self.buckets
            .iter()
            .map(|bucket| bucket.contacts().len())
            .sum()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let contacts: usize = self.buckets.iter().map(Bucket::heap_bytes).sum();
        contacts + self.buckets.capacity() * size_of::<Bucket<IP>>()
    }

    /// Which bucket an id belongs to.
    pub(super) fn index_of(&self, id: &NodeId) -> usize {
        let common = self.own.distance(id).common_prefix() as usize;
        common.min(MAX_BUCKETS - 1)
    }

    /// Drops what is known at an endpoint under another id than it answered with, and says whether that id had
    /// answered before. Who changes ids may have brought others like it: its neighbours in the table are asked anew.
    fn expose(&mut self, now: u32, id: &NodeId, endpoint: &Endpoint<IP>) -> bool {
        let mut buckets = self.buckets.iter_mut();
        let found = buckets.find_map(|bucket| {
            let other = |known: &Contact<IP>| known.endpoint == *endpoint && known.id != *id;
            let at = bucket.contacts().iter().position(other)?;
            Some((bucket, at))
        });
        let Some((bucket, at)) = found else {
            return false;
        };
        let exposed = bucket.take(at);
        if exposed.is_verified() {
            bucket.contacts_mut().iter_mut().for_each(|known| {
                known.suspect(now);
            });
            bucket.hasten(now);
            self.ping_at = now;
        }
        exposed.is_verified()
    }

    /// Whether a healthy live contact has this id at another endpoint or is on the same host. Those that are less than
    /// that give way.
    fn is_taken(&mut self, now: u32, id: &NodeId, endpoint: &Endpoint<IP>) -> bool {
        let host = endpoint.host();
        for bucket in &mut self.buckets {
            let mut at = 0;
            while let Some(known) = bucket.contacts_mut().get_mut(at) {
                let rivals = known.endpoint.is_of(host) || known.id == *id;
                if !rivals || (known.id == *id && known.endpoint == *endpoint) {
                    at += 1;
                } else if known.is_live() && known.failures() == 0 {
                    if known.suspect(now) {
                        bucket.hasten(now);
                        self.ping_at = now;
                    }
                    return true;
                } else {
                    bucket.take(at);
                }
            }
        }
        false
    }

    fn position(&self, node: &Node) -> Option<(usize, usize)> {
        let endpoint = Endpoint::of(node.address)?;
        let index = self.index_of(&node.id);
        let contacts = self.buckets.get(index)?.contacts();
        let itself = |known: &Contact<IP>| known.id == node.id && known.endpoint == endpoint;
        Some((index, contacts.iter().position(itself)?))
    }

    fn contacts_mut(&mut self) -> impl Iterator<Item = &mut Contact<IP>> {
        self.buckets
            .iter_mut()
            .flat_map(|bucket| bucket.contacts_mut())
    }

    fn bucket(&mut self, index: usize) -> &mut Bucket<IP> {
        if index >= self.buckets.len() {
            self.buckets.reserve_exact(index + 1 - self.buckets.len());
            self.buckets.resize_with(index + 1, Bucket::new);
        }
        &mut self.buckets[index]
    }
}

impl<const IP: usize> Contact<IP> {
    /// Makes it due at once if its last answer is some time ago, and says whether it did. Who can make us doubt a
    /// contact at will can so only make us ask it every five minutes.
    fn suspect(&mut self, now: u32) -> bool {
        let stale = now.saturating_sub(self.answered) >= in_seconds(SUSPECT_AFTER);
        let doubt = self.is_verified() && stale && self.failures() == 0 && self.due > now;
        if doubt {
            self.due = now;
        }
        doubt
    }
}
