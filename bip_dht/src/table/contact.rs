use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::Node;
use crate::address::{is_local, is_reachable};
use crate::clock::in_seconds;
use crate::limits::{GOOD_FOR, PING_AFTER};
use crate::node_id::NodeId;

/// A contact in 36 bytes over IPv4 and 48 over IPv6. Times are seconds of the table's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact<const IP: usize> {
    pub(super) id: NodeId,
    pub(super) endpoint: Endpoint<IP>,
    state: u16,
    /// Its last answer; 0 where it never answered.
    pub(super) answered: u32,
    /// When it should be pinged next.
    pub(super) due: u32,
}

/// An address and a port as they go over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Endpoint<const IP: usize> {
    port: u16,
    ip: [u8; IP],
}

/// The host of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Host(u64);

// `state`, from the lowest bit: 11 bits of round-trip time in units of 2 ms, 1 bit for ids that fit their address, 3
// bits of failures in a row, 1 bit for live contacts.
const RTT_UNKNOWN: u16 = 0x07ff;
const RTT_UNIT: u16 = 2;
const FITS_ADDRESS: u16 = 1 << 11;
const FAILURES_AT: u32 = 12;
const FAILURES: u16 = 7;
const LIVE: u16 = 1 << 15;

impl<const IP: usize> Contact<IP> {
    pub(super) fn new(id: NodeId, endpoint: Endpoint<IP>, due: u32) -> Contact<IP> {
        Contact {
            id,
            endpoint,
            state: RTT_UNKNOWN,
            answered: 0,
            due,
        }
    }

    /// Notes an answer: the failures are forgotten, and the next ping is due after [`PING_AFTER`]. Who has answered after
    /// a rest may rest twice as long, since who has stayed long will stay longer, but not longer than told. It is up to a
    /// minute less; how much is in the id, so that contacts learnt together are not asked together for ever.
    pub(super) fn answer(&mut self, now: u32, rtt: Option<Duration>, longest_rest: u32) {
        let proven = match self.is_verified() && self.failures() == 0 {
            true => now.saturating_sub(self.answered).saturating_mul(2),
            false => 0,
        };
        let spread = u32::from(self.id.as_bytes()[19] & 0x3f);
        let planned = self.due.saturating_sub(now).saturating_add(spread);
        let rest = proven
            .max(planned)
            .max(in_seconds(PING_AFTER))
            .min(longest_rest);
        if !self.is_verified() && self.id.is_valid_for(self.endpoint.ip()) {
            self.state |= FITS_ADDRESS;
        }
        self.answered = now;
        self.due = now.saturating_add(rest.saturating_sub(spread));
        self.state &= !(FAILURES << FAILURES_AT);
        if let Some(rtt) = rtt {
            let sample = rtt.as_millis() / u128::from(RTT_UNIT);
            let sample = sample.min(u128::from(RTT_UNKNOWN - 1)) as u16;
            let smoothed = match self.rtt_units() {
                // In this form the difference rounds away from where we are, so that the sample is reached.
                Some(old) if sample > old => old + (sample - old).div_ceil(8),
                Some(old) => old - (old - sample).div_ceil(8),
                None => sample,
            };
            self.state = self.state & !RTT_UNKNOWN | smoothed;
        }
    }

    /// Notes a failure and returns how many there are in a row now, at most 7.
    pub(super) fn fail(&mut self) -> u8 {
        let failures = (u16::from(self.failures()) + 1).min(FAILURES);
        self.state = self.state & !(FAILURES << FAILURES_AT) | failures << FAILURES_AT;
        failures as u8
    }

    pub(super) fn failures(&self) -> u8 {
        (self.state >> FAILURES_AT & FAILURES) as u8
    }

    /// Round-trip time in milliseconds, at most 4092.
    pub(super) fn rtt(&self) -> Option<u16> {
        self.rtt_units().map(|units| units * RTT_UNIT)
    }

    /// Whether the id may be used at the address (BEP 42); known from the first answer on.
    pub(super) fn fits_address(&self) -> bool {
        self.state & FITS_ADDRESS != 0
    }

    fn rtt_units(&self) -> Option<u16> {
        let rtt = self.state & RTT_UNKNOWN;
        (rtt != RTT_UNKNOWN).then_some(rtt)
    }

    pub(super) fn is_live(&self) -> bool {
        self.state & LIVE != 0
    }

    pub(super) fn make_live(&mut self) {
        self.state |= LIVE;
    }

    pub(super) fn make_spare(&mut self) {
        self.state &= !LIVE;
    }

    /// Whether it ever answered.
    pub(super) fn is_verified(&self) -> bool {
        self.answered != 0
    }

    /// Whether it answered within the last 15 minutes and did not fail since.
    pub(super) fn is_good(&self, now: u32) -> bool {
        self.is_verified()
            && self.failures() == 0
            && now.saturating_sub(self.answered) <= in_seconds(GOOD_FOR)
    }

    pub(super) fn node(&self) -> Node {
        Node {
            id: self.id,
            address: self.endpoint.address(),
        }
    }
}

impl<const IP: usize> Endpoint<IP> {
    /// The compact form, where the address is of this family and one can stand there. A link-local IPv6 address means
    /// nothing without its scope, which is nowhere on the wire.
    pub(super) fn of(address: SocketAddr) -> Option<Endpoint<IP>> {
        if !is_reachable(address) {
            return None;
        }
        let ip = match address.ip().to_canonical() {
            IpAddr::V4(v4) => <[u8; IP]>::try_from(&v4.octets()[..]).ok()?,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => return None,
            IpAddr::V6(v6) => <[u8; IP]>::try_from(&v6.octets()[..]).ok()?,
        };
        Some(Endpoint {
            ip,
            port: address.port(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.ip(), self.port)
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

    /// What endpoints of one host or, over IPv6, of one /64 have in common. `None` on local networks, where every
    /// endpoint is its own host.
    pub(super) fn host(&self) -> Option<Host> {
        (!is_local(self.ip())).then(|| self.first_bytes())
    }

    /// Whether it belongs to that host; a host's endpoints are local either all or none.
    pub(super) fn is_of(&self, host: Option<Host>) -> bool {
        host.is_some_and(|host| self.first_bytes() == host)
    }

    fn first_bytes(&self) -> Host {
        let mut host = [0; 8];
        let length = IP.min(8);
        host[..length].copy_from_slice(&self.ip[..length]);
        Host(u64::from_ne_bytes(host))
    }
}
