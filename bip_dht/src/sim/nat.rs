use std::net::SocketAddr;
use std::time::Duration;

/// How a host's router translates addresses (RFC 4787 sections 4.1 and 5; the older names are those of RFC 3489).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NatKind {
    /// One port for all; whoever knows it may send to it.
    FullCone,
    /// One port for all; addresses that were sent to may send back, from any port.
    Restricted,
    /// One port for all; only exactly whom was sent to may send back.
    PortRestricted,
    /// A port for each destination, to which only that destination may send back.
    Symmetric,
}

/// A router in front of one host: which datagrams it lets in, and from which port it sends others out.
#[derive(Debug)]
pub(super) struct Nat {
    kind: NatKind,
    /// How long a mapping lives after the last datagram that was sent through it.
    expiry: Duration,
    /// The port of all, and the first of those given out by a symmetric router.
    port: u16,
    next_port: u16,
    mappings: Vec<Mapping>,
}

#[derive(Debug)]
struct Mapping {
    remote: SocketAddr,
    port: u16,
    until: Duration,
}

/// How many mappings a router keeps; the one that would end first makes room.
pub(super) const MAX_MAPPINGS: usize = 1024;

impl Nat {
    pub(super) fn new(kind: NatKind, expiry: Duration, port: u16) -> Nat {
        Nat {
            kind,
            expiry,
            port,
            next_port: port,
            mappings: Vec::new(),
        }
    }

    /// The port from which the outside sees a datagram to `remote` come.
    pub(super) fn send(&mut self, now: Duration, remote: SocketAddr) -> u16 {
        self.mappings.retain(|mapping| mapping.until > now);
        let until = now + self.expiry;
        let known = |mapping: &&mut Mapping| mapping.remote == remote;
        if let Some(mapping) = self.mappings.iter_mut().find(known) {
            mapping.until = until;
            return mapping.port;
        }
        let port = match self.kind {
            NatKind::Symmetric => {
                self.next_port = self.next_port.checked_add(1).unwrap_or(1024);
                self.next_port
            }
            _ => self.port,
        };
        if self.mappings.len() >= MAX_MAPPINGS {
            let oldest = (0..self.mappings.len()).min_by_key(|index| self.mappings[*index].until);
            self.mappings.swap_remove(oldest.unwrap_or(0));
        }
        self.mappings.push(Mapping {
            remote,
            port,
            until,
        });
        port
    }

    /// Whether a datagram from `remote` to this `port` is let in.
    pub(super) fn admits(&self, now: Duration, remote: SocketAddr, port: u16) -> bool {
        self.mappings
            .iter()
            .filter(|mapping| mapping.until > now && mapping.port == port)
            .any(|mapping| match self.kind {
                NatKind::FullCone => true,
                NatKind::Restricted => mapping.remote.ip() == remote.ip(),
                NatKind::PortRestricted | NatKind::Symmetric => mapping.remote == remote,
            })
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::{MAX_MAPPINGS, Nat, NatKind};

    const SECOND: Duration = Duration::from_secs(1);

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    /// Whether each of three senders is let in after one datagram to the first: itself, its other port, a stranger.
    fn check(kind: NatKind, expected: [bool; 3]) {
        let mut nat = Nat::new(kind, 30 * SECOND, 5000);
        let friend = address("9.9.9.9:1000");
        let port = nat.send(SECOND, friend);
        let senders = [friend, address("9.9.9.9:1001"), address("8.8.8.8:1000")];
        let admitted = senders.map(|from| nat.admits(2 * SECOND, from, port));
        assert_eq!(admitted, expected, "{kind:?}");
        assert!(!nat.admits(31 * SECOND, friend, port), "expired");
        assert!(!nat.admits(2 * SECOND, friend, port + 1), "another port");
    }

    #[test]
    fn each_kind_lets_in_whom_it_should() {
        check(NatKind::FullCone, [true, true, true]);
        check(NatKind::Restricted, [true, true, false]);
        check(NatKind::PortRestricted, [true, false, false]);
        check(NatKind::Symmetric, [true, false, false]);
    }

    #[test]
    fn only_a_symmetric_router_shows_each_destination_another_port() {
        let (one, other) = (address("9.9.9.9:1"), address("8.8.8.8:1"));
        let mut cone = Nat::new(NatKind::PortRestricted, SECOND, 5000);
        assert_eq!(cone.send(SECOND, one), cone.send(SECOND, other));
        let mut symmetric = Nat::new(NatKind::Symmetric, SECOND, 5000);
        assert_ne!(symmetric.send(SECOND, one), symmetric.send(SECOND, other));
    }

    #[test]
    fn mappings_are_bounded_and_the_oldest_makes_room() {
        let mut nat = Nat::new(NatKind::PortRestricted, 3600 * SECOND, 5000);
        let remote = |number: usize| SocketAddr::from(([9, 9, 9, 9], number as u16 + 1));
        for number in 0..=MAX_MAPPINGS {
            nat.send(SECOND * (number as u32 + 1), remote(number));
        }
        let now = SECOND * (MAX_MAPPINGS as u32 + 1);
        assert!(!nat.admits(now, remote(0), 5000) && nat.admits(now, remote(1), 5000));
    }
}
