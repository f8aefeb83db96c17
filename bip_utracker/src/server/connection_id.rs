use std::net::IpAddr;

use super::siphash::siphash;
use crate::limits::CONNECTION_ID_ACCEPTANCE;

/// Bits of an id that tell when it was given out; the others prove it.
const TIME_BITS: u32 = 16;

/// Gives out connection ids and knows its own again without keeping any, like SYN cookies (BEP 15, "UDP connections /
/// spoofing").
///
/// An id is 16 bits of the second it was given out in and 48 bits of a keyed hash over that second in full and the
/// client's address. The port is left out, because a NAT may change it between two datagrams.
#[derive(Clone)]
pub(crate) struct ConnectionIds {
    key: [u64; 2],
}

impl ConnectionIds {
    pub(crate) fn new(key: [u64; 2]) -> ConnectionIds {
        ConnectionIds { key }
    }

    pub(crate) fn issue(&self, client: IpAddr, second: u64) -> u64 {
        let mut input = [0; 24];
        input[..8].copy_from_slice(&second.to_le_bytes());
        match client {
            IpAddr::V4(ip) => input[8..12].copy_from_slice(&ip.octets()),
            IpAddr::V6(ip) => input[8..].copy_from_slice(&ip.octets()),
        }
        // The length tells the families apart.
        let length = if client.is_ipv4() { 12 } else { 24 };
        let proof = siphash(self.key, &input[..length]);
        (second << (u64::BITS - TIME_BITS)) | (proof >> TIME_BITS)
    }

    /// Whether `id` was given to `client` at most two minutes before `second`.
    pub(crate) fn accepts(&self, id: u64, client: IpAddr, second: u64) -> bool {
        let low_bits = (1 << TIME_BITS) - 1;
        let age = (second & low_bits).wrapping_sub(id >> (u64::BITS - TIME_BITS)) & low_bits;
        match second.checked_sub(age) {
            Some(issued) if age <= CONNECTION_ID_ACCEPTANCE.as_secs() => {
                self.issue(client, issued) == id
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: ConnectionIds = ConnectionIds { key: [1, 2] };

    fn client() -> IpAddr {
        "192.0.2.1".parse().unwrap()
    }

    #[test]
    fn an_id_is_accepted_for_two_minutes() {
        for issued in [0, 7, 65_535, 65_536, 1_000_000] {
            let id = IDS.issue(client(), issued);
            for (age, expect) in [
                (0, true),
                (119, true),
                (120, true),
                (121, false),
                (65_536, false),
            ] {
                assert_eq!(
                    IDS.accepts(id, client(), issued + age),
                    expect,
                    "issued {issued}, age {age}"
                );
            }
        }
    }

    #[test]
    fn an_id_from_the_future_is_refused() {
        assert!(!IDS.accepts(IDS.issue(client(), 101), client(), 100));
        assert!(!IDS.accepts(IDS.issue(client(), 65_536), client(), 0));
    }

    #[test]
    fn an_id_belongs_to_one_address_and_one_key() {
        let id = IDS.issue(client(), 100);
        assert!(!IDS.accepts(id, "192.0.2.2".parse().unwrap(), 100));
        assert!(!IDS.accepts(id, "::c000:201".parse().unwrap(), 100));
        assert!(!ConnectionIds::new([1, 3]).accepts(id, client(), 100));
        for bit in 0..64 {
            assert!(
                !IDS.accepts(id ^ 1 << bit, client(), 100),
                "with bit {bit} flipped"
            );
        }
    }
}
