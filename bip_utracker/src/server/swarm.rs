use crate::wire::ScrapeEntry;

/// A peer in one family: address and port as they go over the wire, and the second of its last announce.
#[derive(Clone, Copy, Debug)]
struct Peer<const LENGTH: usize> {
    endpoint: [u8; LENGTH],
    seen: u32,
}

/// What a peer is to its swarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Seeder,
    Leecher,
}

/// The peers of one torrent in one family, each role sorted by endpoint: 12 bytes a peer over IPv4, 24 over IPv6.
#[derive(Debug, Default)]
pub(crate) struct Swarm<const LENGTH: usize> {
    seeders: Vec<Peer<LENGTH>>,
    leechers: Vec<Peer<LENGTH>>,
    completed: u32,
    /// No peer was seen before this second; so long as it is young, nobody has to be looked at for expiry.
    oldest: u32,
}

impl<const LENGTH: usize> Swarm<LENGTH> {
    pub(crate) fn new(now: u32) -> Swarm<LENGTH> {
        Swarm {
            seeders: Vec::new(),
            leechers: Vec::new(),
            completed: 0,
            oldest: now,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.seeders.len() + self.leechers.len()
    }

    pub(crate) fn role(&self, endpoint: &[u8; LENGTH]) -> Option<Role> {
        if position(&self.seeders, endpoint).is_ok() {
            Some(Role::Seeder)
        } else if position(&self.leechers, endpoint).is_ok() {
            Some(Role::Leecher)
        } else {
            None
        }
    }

    /// Adds a peer or notes that it was seen again, moving it where its role changed.
    pub(crate) fn insert(&mut self, endpoint: [u8; LENGTH], role: Role, now: u32) {
        let (peers, others) = match role {
            Role::Seeder => (&mut self.seeders, &mut self.leechers),
            Role::Leecher => (&mut self.leechers, &mut self.seeders),
        };
        take(others, &endpoint);
        match position(peers, &endpoint) {
            Ok(at) => peers[at].seen = now,
            Err(at) => peers.insert(
                at,
                Peer {
                    endpoint,
                    seen: now,
                },
            ),
        }
    }

    pub(crate) fn remove(&mut self, endpoint: &[u8; LENGTH]) {
        take(&mut self.seeders, endpoint);
        take(&mut self.leechers, endpoint);
    }

    pub(crate) fn count_completed(&mut self) {
        self.completed = self.completed.saturating_add(1);
    }

    /// Drops the peers that were seen longer than `lifetime` seconds ago.
    pub(crate) fn expire(&mut self, now: u32, lifetime: u32) {
        if now.saturating_sub(self.oldest) <= lifetime {
            return;
        }
        let mut oldest = now;
        for peers in [&mut self.seeders, &mut self.leechers] {
            peers.retain(|peer| now.saturating_sub(peer.seen) <= lifetime);
            oldest = peers
                .iter()
                .fold(oldest, |oldest, peer| oldest.min(peer.seen));
        }
        self.oldest = oldest;
    }

    /// Writes up to `count` peers for `asker` into `out` and returns their bytes: a run that begins at the peer number
    /// `start` and goes round; a seeder gets the leechers first. Nobody gets itself.
    ///
    /// A seeder gets seeders too, where there is room: aria2 announces `left = 0` while it still asks for the metadata
    /// of a magnet link, and would otherwise never find anybody.
    pub(crate) fn select(
        &self,
        asker: (&[u8; LENGTH], Role),
        count: usize,
        start: usize,
        out: &mut [u8],
    ) -> usize {
        let (leechers, seeders) = (&self.leechers, &self.seeders);
        match asker.1 {
            Role::Seeder => {
                let leechers_first = turned(leechers, start).chain(turned(seeders, start));
                write_others(leechers_first, asker.0, count, out)
            }
            Role::Leecher => {
                let all = leechers.iter().chain(seeders);
                let skip = start % self.len().max(1);
                let from_start = all.clone().skip(skip).chain(all.take(skip));
                write_others(from_start, asker.0, count, out)
            }
        }
    }

    /// Numbers that do not fit would need more peers than there are addresses.
    pub(crate) fn entry(&self) -> ScrapeEntry {
        ScrapeEntry {
            seeders: self.seeders.len() as u32,
            completed: self.completed,
            leechers: self.leechers.len() as u32,
        }
    }
}

/// All peers, beginning at the one with number `start`.
fn turned<const LENGTH: usize>(
    peers: &[Peer<LENGTH>],
    start: usize,
) -> impl Iterator<Item = &Peer<LENGTH>> {
    let (before, from_start) = peers.split_at(start % peers.len().max(1));
    from_start.iter().chain(before)
}

fn write_others<'a, const LENGTH: usize>(
    peers: impl Iterator<Item = &'a Peer<LENGTH>>,
    asker: &[u8; LENGTH],
    count: usize,
    out: &mut [u8],
) -> usize {
    let others = peers.filter(|peer| peer.endpoint != *asker);
    let mut length = 0;
    for (peer, place) in others.take(count).zip(out.chunks_exact_mut(LENGTH)) {
        place.copy_from_slice(&peer.endpoint);
        length += LENGTH;
    }
    length
}

fn position<const LENGTH: usize>(
    peers: &[Peer<LENGTH>],
    endpoint: &[u8; LENGTH],
) -> Result<usize, usize> {
    peers.binary_search_by(|peer| peer.endpoint.cmp(endpoint))
}

fn take<const LENGTH: usize>(peers: &mut Vec<Peer<LENGTH>>, endpoint: &[u8; LENGTH]) {
    if let Ok(at) = position(peers, endpoint) {
        peers.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swarm(seeders: u8, leechers: u8) -> Swarm<6> {
        let mut swarm = Swarm::new(0);
        (0..seeders).for_each(|number| swarm.insert([1, 0, 0, 0, 0, number], Role::Seeder, 0));
        (0..leechers).for_each(|number| swarm.insert([2, 0, 0, 0, 0, number], Role::Leecher, 0));
        swarm
    }

    #[track_caller]
    fn check(swarm: &Swarm<6>, asker: ([u8; 6], Role), count: usize, expect: usize) {
        for start in 0..40 {
            let mut out = [0; 600];
            let length = swarm.select((&asker.0, asker.1), count, start, &mut out);
            let mut got: Vec<_> = out[..length].chunks_exact(6).map(<[u8]>::to_vec).collect();
            got.sort();
            got.dedup();
            assert_eq!(got.len(), expect, "from {start}");
            assert!(!got.contains(&asker.0.to_vec()));
        }
    }

    #[test]
    fn as_many_peers_are_given_as_were_asked_for_and_none_twice() {
        let stranger = [9; 6];
        for count in [0, 1, 3, 9, 10] {
            check(&swarm(4, 6), (stranger, Role::Leecher), count, count);
        }
        check(&swarm(4, 6), (stranger, Role::Leecher), 11, 10);
        check(&swarm(0, 0), (stranger, Role::Leecher), 11, 0);
    }

    #[test]
    fn nobody_gets_itself() {
        check(&swarm(4, 6), ([2, 0, 0, 0, 0, 3], Role::Leecher), 50, 9);
        check(&swarm(4, 6), ([1, 0, 0, 0, 0, 3], Role::Seeder), 50, 9);
    }

    #[test]
    fn a_seeder_gets_leechers_first() {
        let seeder = ([1, 0, 0, 0, 0, 3], Role::Seeder);
        for start in 0..40 {
            let mut out = [0; 600];
            let length = swarm(4, 6).select((&seeder.0, seeder.1), 7, start, &mut out);
            let kinds: Vec<u8> = out[..length].chunks_exact(6).map(|peer| peer[0]).collect();
            assert_eq!(kinds, [2, 2, 2, 2, 2, 2, 1], "from {start}");
        }
    }

    #[test]
    fn a_peer_has_one_role() {
        let mut swarm = swarm(0, 1);
        let endpoint = [2, 0, 0, 0, 0, 0];
        assert_eq!(swarm.role(&endpoint), Some(Role::Leecher));
        swarm.insert(endpoint, Role::Seeder, 0);
        assert_eq!(
            (swarm.role(&endpoint), swarm.len()),
            (Some(Role::Seeder), 1)
        );
        swarm.remove(&endpoint);
        assert_eq!((swarm.role(&endpoint), swarm.len()), (None, 0));
    }

    #[test]
    fn peers_live_as_long_as_their_lifetime() {
        let mut swarm = swarm(1, 0);
        swarm.insert([3; 6], Role::Leecher, 5);
        swarm.expire(10, 10);
        assert_eq!(swarm.len(), 2);
        swarm.expire(11, 10);
        assert_eq!(swarm.len(), 1);
        swarm.expire(15, 10);
        assert_eq!(swarm.len(), 1);
        swarm.expire(16, 10);
        assert_eq!(swarm.len(), 0);
    }
}
