use std::net::IpAddr;

use super::crc32c::crc32c;
use crate::NodeId;
use crate::address::is_local;

/// What counts of an IPv4 address: fewer bits of the parts that one person can choose more freely.
const MASK_V4: u32 = 0x030f_3fff;
/// The same for the upper half of an IPv6 address.
const MASK_V6: u64 = 0x0103_070f_1f3f_7fff;
/// The leading bits of an id that follow from the address: 21.
const BOUND_BITS: u32 = 0xffff_f800;

impl NodeId {
    /// An id that a node at this public address may have (BEP 42, "Node ID restriction"): its first 21 bits follow from
    /// the address and the low three bits of the last byte, which with all the others come from `random`.
    ///
    /// ```
    /// use bip_dht::NodeId;
    ///
    /// let id = NodeId::for_address([124, 31, 75, 21].into(), [1; 20]);
    /// assert!(id.to_string().starts_with("5fbfb"));
    /// assert!(id.is_valid_for([124, 31, 75, 21].into()));
    /// ```
    pub fn for_address(ip: IpAddr, random: [u8; 20]) -> NodeId {
        let mut id = random;
        let prefix = prefix(ip, random[19]) & BOUND_BITS | leading_bits(&random) & !BOUND_BITS;
        id[..4].copy_from_slice(&prefix.to_be_bytes());
        NodeId::new(id)
    }

    /// Whether a node at this address may have this id (BEP 42, "Enforcement"). At local addresses every id is valid.
    ///
    /// A wrong id is no reason to stay silent: nodes that do not know BEP 42 have one. It is a reason to keep nothing
    /// there that nobody must tamper with.
    pub fn is_valid_for(&self, ip: IpAddr) -> bool {
        let id = self.as_bytes();
        is_local(ip) || (prefix(ip, id[19]) ^ leading_bits(id)) & BOUND_BITS == 0
    }
}

/// The hash of an address, of which an id has the first 21 bits.
fn prefix(ip: IpAddr, random: u8) -> u32 {
    let random = random & 7;
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let masked = ip.to_bits() & MASK_V4 | u32::from(random) << 29;
            crc32c(&masked.to_be_bytes())
        }
        IpAddr::V6(ip) => {
            let masked = (ip.to_bits() >> 64) as u64 & MASK_V6 | u64::from(random) << 61;
            crc32c(&masked.to_be_bytes())
        }
    }
}

fn leading_bits(id: &[u8; 20]) -> u32 {
    u32::from_be_bytes([id[0], id[1], id[2], id[3]])
}
