use std::fmt;
use std::net::IpAddr;

use sha1::{Digest, Sha1};

/// Bits of a filter, and how many each address sets (BEP 33, "Bloom Filters").
const BITS: usize = 2048;
const BITS_PER_ADDRESS: f64 = 2.0;

/// A set of IP addresses in 256 bytes that can be counted and united but not listed (BEP 33, "Bloom Filters").
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BloomFilter([u8; BITS / 8]);

impl Default for BloomFilter {
    fn default() -> BloomFilter {
        BloomFilter::new()
    }
}

impl BloomFilter {
    /// The empty set.
    pub const fn new() -> BloomFilter {
        BloomFilter([0; BITS / 8])
    }

    /// The filter of these bytes.
    pub const fn from_bytes(bytes: [u8; BITS / 8]) -> BloomFilter {
        BloomFilter(bytes)
    }

    /// The filter's bytes.
    pub const fn as_bytes(&self) -> &[u8; BITS / 8] {
        &self.0
    }

    /// Adds an address.
    pub fn insert(&mut self, ip: IpAddr) {
        for bit in bits_of(ip) {
            self.0[bit / 8] |= 1 << (bit % 8);
        }
    }

    /// Whether the address may be in the set; `false` is certain.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let mut bits = bits_of(ip).into_iter();
        bits.all(|bit| self.0[bit / 8] & 1 << (bit % 8) != 0)
    }

    /// Adds all addresses of another set.
    pub fn merge(&mut self, other: &BloomFilter) {
        for (byte, of_other) in self.0.iter_mut().zip(other.0) {
            *byte |= of_other;
        }
    }

    /// About how many addresses the set has. Good to a few percent up to 6000; a full filter counts as about 7800
    /// (BEP 33, "Calculating the estimate").
    pub fn estimate(&self) -> f64 {
        let bits = BITS as f64;
        let zeros: u32 = self.0.iter().map(|byte| byte.count_zeros()).sum();
        let zeros = f64::from(zeros).clamp(1.0, bits - 1.0);
        if self.0 == [0; BITS / 8] {
            return 0.0;
        }
        (zeros / bits).ln() / (BITS_PER_ADDRESS * (1.0 - 1.0 / bits).ln())
    }
}

impl fmt::Debug for BloomFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BloomFilter(about {:.0} addresses)", self.estimate())
    }
}

fn bits_of(ip: IpAddr) -> [usize; 2] {
    let hash = match ip.to_canonical() {
        IpAddr::V4(ip) => Sha1::digest(ip.octets()),
        IpAddr::V6(ip) => Sha1::digest(ip.octets()),
    };
    [[hash[0], hash[1]], [hash[2], hash[3]]]
        .map(|bytes| usize::from(u16::from_le_bytes(bytes)) % BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_and_others_mostly_not() {
        let mut filter = BloomFilter::new();
        assert_eq!(filter.estimate(), 0.0);
        let ip = |n: u32| IpAddr::from(n.to_be_bytes());
        (0..100).for_each(|n| filter.insert(ip(n)));
        assert!((0..100).all(|n| filter.contains(ip(n))));
        let wrong = (100..10_100).filter(|n| filter.contains(ip(*n))).count();
        assert!((1..200).contains(&wrong), "{wrong} of 10,000");
    }

    #[test]
    fn a_set_united_with_itself_stays_what_it_is() {
        let mut filter = BloomFilter::new();
        filter.insert([192, 0, 2, 1].into());
        let mut united = filter;
        united.merge(&filter);
        assert_eq!(united, filter);
        assert!((united.estimate() - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_full_filter_has_a_finite_estimate() {
        let estimate = BloomFilter::from_bytes([255; 256]).estimate();
        assert!((7000.0..8000.0).contains(&estimate), "{estimate}");
    }
}
