use super::Standing;
use super::contact::Contact;
use crate::clock::in_seconds;
use crate::limits::{
    BUCKET_LIMIT, BUCKET_LIMITS, FAR_PING_AFTER, MAX_SPARES, PING_AFTER, PING_TIME,
};

/// The contacts that have the same number of bits in common with our own id.
///
/// Live ones and spares lie in one list. While there are fewer live contacts than the limit, spares may take the rest
/// of the room, so that a table just restored holds all it knew.
#[derive(Debug)]
pub(super) struct Bucket<const IP: usize> {
    contacts: Vec<Contact<IP>>,
    /// When it was last filled by a lookup; 0 for never.
    pub(super) looked_up: u32,
    /// None of its contacts has to be pinged before this second.
    pub(super) ping_at: u32,
}

/// How many live contacts the bucket with this number holds.
pub(super) fn limit(index: usize) -> usize {
    BUCKET_LIMITS.get(index).copied().unwrap_or(BUCKET_LIMIT)
}

/// How many seconds a contact of a bucket with so many live ones may go at most until it is asked again. The extra
/// contacts of far buckets only shorten the way of our own lookups: who looks for something far from us soon asks others,
/// who know that part of the key space better.
pub(super) fn longest_rest(live_count: usize) -> u32 {
    in_seconds(match live_count > BUCKET_LIMIT {
        true => FAR_PING_AFTER,
        false => PING_AFTER,
    })
}

impl<const IP: usize> Bucket<IP> {
    pub(super) const fn new() -> Bucket<IP> {
        Bucket {
            contacts: Vec::new(),
            looked_up: 0,
            ping_at: 0,
        }
    }

    pub(super) fn contacts(&self) -> &[Contact<IP>] {
        &self.contacts
    }

    pub(super) fn contacts_mut(&mut self) -> &mut [Contact<IP>] {
        &mut self.contacts
    }

    pub(super) fn live_count(&self) -> usize {
        self.contacts
            .iter()
            .filter(|contact| contact.is_live())
            .count()
    }

    /// Whether a spare would find a place if it answered: there is room, or a live contact is failing.
    pub(super) fn needs_spares(&self, index: usize) -> bool {
        let healthy = |contact: &&Contact<IP>| contact.is_live() && contact.failures() == 0;
        self.contacts.iter().filter(healthy).count() < limit(index)
    }

    /// Makes it be looked through at `second`, if not before.
    pub(super) fn hasten(&mut self, second: u32) {
        self.ping_at = self.ping_at.min(second);
    }

    /// The contact whose turn it is, if its time has come; sets when the bucket has to be looked through again.
    pub(super) fn next_ping(&mut self, index: usize, now: u32) -> Option<&mut Contact<IP>> {
        let needs_spares = self.needs_spares(index);
        let (mut first, mut second) = (None, u32::MAX);
        self.ping_at = u32::MAX;
        for (at, contact) in self.contacts.iter().enumerate() {
            if !contact.is_live() && !needs_spares {
                continue;
            }
            if contact.due < self.ping_at {
                (first, second, self.ping_at) = (Some(at), self.ping_at, contact.due);
            } else {
                second = second.min(contact.due);
            }
        }
        let contact = self
            .contacts
            .get_mut(first?)
            .filter(|contact| contact.due <= now)?;
        contact.due = now.saturating_add(in_seconds(PING_TIME));
        self.ping_at = second.min(contact.due);
        Some(contact)
    }

    pub(super) fn take(&mut self, at: usize) -> Contact<IP> {
        let contact = self.contacts.swap_remove(at);
        if self.contacts.capacity() > 2 * self.contacts.len() + 8 {
            self.contacts.shrink_to(self.contacts.len() + 4);
        }
        contact
    }

    /// Gives a contact that answered just now its place: among the live where there is room or where it is better than
    /// one of them, else among the spares.
    pub(super) fn settle(&mut self, mut contact: Contact<IP>, index: usize) -> Standing {
        let full = self.live_count() >= limit(index);
        if full && !contact.is_live() {
            let Some(worse) = self.worse_than(&contact, index) else {
                return match self.add_spare(contact, index) {
                    true => Standing::Spare,
                    false => Standing::Refused,
                };
            };
            let mut displaced = self.take(worse);
            displaced.make_spare();
            if displaced.failures() == 0 {
                self.add_spare(displaced, index);
            }
        }
        contact.make_live();
        if self.contacts.len() >= limit(index) + MAX_SPARES {
            self.drop_worst_spare();
        }
        self.push(contact, index);
        Standing::Live
    }

    /// Keeps a contact that is not live, if there is room or one that matters less; says whether.
    pub(super) fn add_spare(&mut self, mut contact: Contact<IP>, index: usize) -> bool {
        contact.make_spare();
        if self.contacts.len() >= limit(index) + MAX_SPARES {
            let worst = self.worst_spare();
            let verified = worst.is_some_and(|worst| self.contacts[worst].is_verified());
            if worst.is_none() || (verified && !contact.is_verified()) {
                return false;
            }
            self.drop_worst_spare();
        }
        self.push(contact, index);
        true
    }

    /// Makes the best spare live that answered lately.
    pub(super) fn promote(&mut self, index: usize, now: u32) {
        if self.live_count() >= limit(index) {
            return;
        }
        let spares = self
            .contacts
            .iter_mut()
            .filter(|contact| !contact.is_live());
        let best = spares
            .filter(|contact| contact.is_good(now))
            .min_by_key(|contact| (!contact.fits_address(), contact.rtt().unwrap_or(u16::MAX)));
        if let Some(best) = best {
            best.make_live();
        }
    }

    /// The live contact whose place `newcomer` should have in a full bucket: one that is failing; else one whose id does
    /// not fit its address, if the newcomer's does, and never the other way round (BEP 42); else, so that the bucket's
    /// part of the key space is covered evenly, the slowest of the most crowded corner if the newcomer's own is empty;
    /// else the slowest of its own corner, if the newcomer is twice as fast.
    fn worse_than(&self, newcomer: &Contact<IP>, index: usize) -> Option<usize> {
        let all = || self.contacts.iter().enumerate();
        let live = || all().filter(|(_, contact)| contact.is_live());
        let slowness = |contact: &Contact<IP>| contact.rtt().unwrap_or(u16::MAX);
        let failing = live().filter(|(_, contact)| contact.failures() != 0);
        if let Some((worst, _)) = failing.max_by_key(|(_, contact)| contact.failures()) {
            return Some(worst);
        }
        let unfit = || live().filter(|(_, contact)| !contact.fits_address());
        let slowest_unfit = unfit().max_by_key(|(_, contact)| slowness(contact));
        if newcomer.fits_address() && slowest_unfit.is_some() {
            return slowest_unfit.map(|(at, _)| at);
        }
        let rivals =
            || live().filter(|(_, rival)| newcomer.fits_address() || !rival.fits_address());
        let own = corner(newcomer, index);
        let mut crowd = [0u8; BUCKET_LIMITS[0]];
        live().for_each(|(_, contact)| crowd[corner(contact, index)] += 1);
        if crowd[own] == 0 {
            let of_crowd = |contact: &Contact<IP>| crowd[corner(contact, index)];
            let (at, worst) =
                rivals().max_by_key(|(_, rival)| (of_crowd(rival), slowness(rival)))?;
            return (of_crowd(worst) > 1).then_some(at);
        }
        let of_own = rivals().filter(|(_, rival)| corner(rival, index) == own);
        let (at, slowest) = of_own.max_by_key(|(_, rival)| slowness(rival))?;
        let (new, old) = (newcomer.rtt()?, slowest.rtt()?);
        (u32::from(new) * 2 < u32::from(old)).then_some(at)
    }

    /// The spare that matters least: failing ones, then those that never answered, then the longest unheard of.
    fn worst_spare(&self) -> Option<usize> {
        let spares = self
            .contacts
            .iter()
            .enumerate()
            .filter(|(_, contact)| !contact.is_live());
        let worst = spares.min_by_key(|(_, contact)| {
            (
                contact.failures() == 0,
                contact.is_verified(),
                contact.answered.max(contact.due),
            )
        });
        worst.map(|(at, _)| at)
    }

    fn drop_worst_spare(&mut self) {
        if let Some(worst) = self.worst_spare() {
            self.contacts.swap_remove(worst);
        }
    }

    /// Grows by a quarter and never beyond what the bucket may hold: a full bucket has no slack.
    fn push(&mut self, contact: Contact<IP>, index: usize) {
        let length = self.contacts.len();
        if length == self.contacts.capacity() {
            let most = (limit(index) + MAX_SPARES).saturating_sub(length).max(1);
            self.contacts.reserve_exact(most.min(4.max(length / 4)));
        }
        self.contacts.push(contact);
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.contacts.capacity() * size_of::<Contact<IP>>()
    }
}

/// Which part of its bucket's key space a contact lies in, when it is cut into as many parts as there are places: the
/// bits of its id that follow those which all ids of the bucket have in common.
fn corner<const IP: usize>(contact: &Contact<IP>, index: usize) -> usize {
    let bits = limit(index).ilog2() as usize;
    let id = contact.id.as_bytes();
    (index + 1..index + 1 + bits).fold(0, |corner, bit| {
        let byte = id.get(bit / 8).copied().unwrap_or(0);
        corner << 1 | usize::from(byte >> (7 - bit % 8) & 1)
    })
}
