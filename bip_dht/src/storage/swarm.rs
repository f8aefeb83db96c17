use std::net::{IpAddr, SocketAddr};

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::{Prefer, StoredPeer};
use crate::address::{is_local, network};
use crate::clock::in_seconds;
use crate::limits::{
    MAX_PEERS_PER_HOST, MAX_PEERS_PER_KEY, MAX_PEERS_PER_LOOPBACK, MAX_PEERS_PER_NETWORK,
    PEER_LIFETIME,
};

/// Who was announced at one key in one family: 12 bytes a peer over IPv4, 24 over IPv6.
#[derive(Debug)]
pub(super) struct Swarm<const IP: usize> {
    peers: Vec<Peer<IP>>,
}

#[derive(Clone, Copy, Debug)]
struct Peer<const IP: usize> {
    /// Its last announce, in seconds of the store's clock.
    seen: u32,
    ip: [u8; IP],
    port: [u8; 2],
    is_seed: bool,
}

/// What adding a peer did to the number of peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    New,
    /// It was there, or took the place of another peer of its host.
    Renewed,
}

/// Whether there may be one peer more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    Allowed,
    /// Only in the place of another of its host, of which there is one.
    OnlyReplace,
}

impl<const IP: usize> Swarm<IP> {
    pub(super) const fn new() -> Swarm<IP> {
        Swarm { peers: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether one more peer of this address would find room.
    pub(super) fn has_room_for(&self, ip: IpAddr) -> bool {
        let wanted = network(ip, 24, 48);
        let neighbours = self
            .peers
            .iter()
            .filter(|peer| network(peer.ip(), 24, 48) == wanted);
        self.peers.len() < MAX_PEERS_PER_KEY
            && (is_local(ip) || neighbours.count() < MAX_PEERS_PER_NETWORK)
    }

    /// Whether there is a peer of this host, which another one could replace.
    pub(super) fn knows(&self, ip: IpAddr) -> bool {
        let host = network(ip, 32, 64);
        self.peers.iter().any(|peer| peer.host() == host)
    }

    /// Adds a peer. What else is known of its address seeds as it does, since scrapes count addresses (BEP 33,
    /// "Changed announce accounting"). At the host's limit the peer of it goes that is longest unheard of.
    pub(super) fn add(
        &mut self,
        address: SocketAddr,
        ip: [u8; IP],
        is_seed: bool,
        now: u32,
        growth: Growth,
    ) -> Added {
        let port = address.port().to_be_bytes();
        let host = network(address.ip(), 32, 64);
        let most = match address.ip().to_canonical().is_loopback() {
            true => MAX_PEERS_PER_LOOPBACK,
            false => MAX_PEERS_PER_HOST,
        };
        let peer = Peer {
            seen: now,
            ip,
            port,
            is_seed,
        };
        let (mut of_host, mut place, mut oldest) = (0, None, None);
        for (at, known) in self.peers.iter_mut().enumerate() {
            if known.ip == ip && known.port == port {
                place = Some(at);
            }
            if known.host() == host {
                of_host += 1;
                if known.ip == ip {
                    known.is_seed = is_seed;
                }
                if oldest.is_none_or(|(seen, _)| known.seen < seen) {
                    oldest = Some((known.seen, at));
                }
            }
        }
        let oldest = oldest.filter(|_| of_host >= most || growth == Growth::OnlyReplace);
        match place.or(oldest.map(|(_, at)| at)) {
            Some(at) => {
                self.peers[at] = peer;
                Added::Renewed
            }
            None => {
                if self.peers.len() == self.peers.capacity() {
                    self.peers.reserve_exact(1.max(self.peers.len() / 4));
                }
                self.peers.push(peer);
                Added::New
            }
        }
    }

    /// Drops who was not heard of for 45 minutes, naming each.
    pub(super) fn expire(&mut self, now: u32, mut gone: impl FnMut(IpAddr)) {
        self.peers.retain(|peer| {
            let fresh = peer.is_fresh(now);
            if !fresh {
                gone(peer.ip());
            }
            fresh
        });
        if self.peers.capacity() > 2 * self.peers.len() + 4 {
            self.peers.shrink_to_fit();
        }
    }

    pub(super) fn iter(&self, now: u32) -> impl Iterator<Item = StoredPeer> {
        let fresh = self.peers.iter().filter(move |peer| peer.is_fresh(now));
        fresh.map(Peer::stored)
    }

    /// Appends up to `count` peers, every choice of that many being as likely as any other, and every order: an answer takes
    /// only as many of the first as fit.
    pub(super) fn sample(
        &self,
        now: u32,
        count: usize,
        prefer: Prefer,
        rng: &mut impl Rng,
        peers: &mut Vec<SocketAddr>,
    ) {
        match prefer {
            Prefer::Nobody => self.choose(now, count, |_| true, rng, peers),
            Prefer::Downloaders => {
                let before = peers.len();
                self.choose(now, count, |peer| !peer.is_seed, rng, peers);
                let rest = count - (peers.len() - before);
                self.choose(now, rest, |peer| peer.is_seed, rng, peers);
            }
        }
    }

    /// Selection sampling: each candidate is taken with the chance that what is still wanted has among those left.
    fn choose(
        &self,
        now: u32,
        count: usize,
        fits: impl Fn(&Peer<IP>) -> bool,
        rng: &mut impl Rng,
        peers: &mut Vec<SocketAddr>,
    ) {
        let candidates = || {
            self.peers
                .iter()
                .filter(|peer| peer.is_fresh(now) && fits(peer))
        };
        let before = peers.len();
        let mut left = candidates().count();
        let mut wanted = count.min(left);
        for peer in candidates() {
            if wanted == 0 {
                break;
            }
            if wanted == left || rng.random_range(0..left) < wanted {
                peers.push(peer.stored().address);
                wanted -= 1;
            }
            left -= 1;
        }
        peers[before..].shuffle(rng);
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.peers.capacity() * size_of::<Peer<IP>>()
    }
}

impl<const IP: usize> Peer<IP> {
    fn is_fresh(&self, now: u32) -> bool {
        now.saturating_sub(self.seen) <= in_seconds(PEER_LIFETIME)
    }

    fn host(&self) -> u64 {
        network(self.ip(), 32, 64)
    }

    fn ip(&self) -> IpAddr {
        let mut v6 = [0; 16];
        match <[u8; 4]>::try_from(&self.ip[..]) {
            Ok(v4) => v4.into(),
            Err(_) => {
                v6.iter_mut().zip(self.ip).for_each(|(to, from)| *to = from);
                v6.into()
            }
        }
    }

    fn stored(&self) -> StoredPeer {
        StoredPeer {
            address: SocketAddr::new(self.ip(), u16::from_be_bytes(self.port)),
            is_seed: self.is_seed,
        }
    }
}
