use std::net::IpAddr;

use super::swarm::Swarm;

/// The peers of one key: a swarm of each family.
#[derive(Debug)]
pub(super) struct Swarms {
    pub(super) v4: Swarm<4>,
    pub(super) v6: Swarm<16>,
}

impl Swarms {
    pub(super) const fn new() -> Swarms {
        Swarms {
            v4: Swarm::new(),
            v6: Swarm::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    pub(super) fn has_room_for(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(_) => self.v4.has_room_for(ip),
            IpAddr::V6(_) => self.v6.has_room_for(ip),
        }
    }

    pub(super) fn knows(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(_) => self.v4.knows(ip),
            IpAddr::V6(_) => self.v6.knows(ip),
        }
    }

    pub(super) fn expire(&mut self, now: u32, mut gone: impl FnMut(IpAddr)) {
        self.v4.expire(now, &mut gone);
        self.v6.expire(now, &mut gone);
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.v4.heap_bytes() + self.v6.heap_bytes()
    }
}
