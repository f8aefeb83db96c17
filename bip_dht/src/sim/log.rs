use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::random::mix;

/// A running hash of everything that happened, in the order in which it happened.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct EventLog(u64);

impl EventLog {
    pub(super) fn record(&mut self, at: Duration, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        self.number(at.as_nanos() as u64);
        self.address(from);
        self.address(to);
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.number(u64::from_le_bytes(word));
        }
        self.number(bytes.len() as u64);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.0 = mix(self.0.rotate_left(1) ^ number);
    }

    pub(super) const fn hash(&self) -> u64 {
        self.0
    }

    fn address(&mut self, address: SocketAddr) {
        match address.ip() {
            IpAddr::V4(ip) => self.number(u64::from(u32::from(ip))),
            IpAddr::V6(ip) => {
                let bits = u128::from(ip);
                self.number((bits >> 64) as u64);
                self.number(bits as u64);
            }
        }
        self.number(u64::from(address.port()));
    }
}
