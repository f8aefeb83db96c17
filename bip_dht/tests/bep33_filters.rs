//! BEP 33, "Test Vectors": filters bit for bit (`../shared/vectors/dht.json`), and what unions count.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod vectors;

use std::net::{IpAddr, Ipv6Addr};

use bip_dht::BloomFilter;
use vectors::{bytes_of, hex, read_json};

/// The filter of the document, line by line.
const PUBLISHED: &str = "F6C3F5EAA07FFD91BDE89F777F26FB2BFF37BDB8FB2BBAA2FD3DDDE7BACFFF75EE7CCBAE\
FE5EEDB1FBFAFF67F6ABFF5E43DDBCA3FD9B9FFDF4FFD3E9DFF12D1BDF59DB53DBE9FA5B\
7FF3B8FDFCDE1AFB8BEDD7BE2F3EE71EBBBFE93BCDEEFE148246C2BC5DBFF7E7EFDCF24F\
D8DC7ADFFD8FFFDFDDFFF7A4BBEEDF5CB95CE81FC7FCFF1FF4FFFFDFE5F7FDCBB7FD79B3\
FA1FC77BFE07FFF905B7B7FFC7FEFEFFE0B8370BB0CD3F5B7F2BD93FEB4386CFDD6F7FD5\
BFAF2E9EBFFFFEECD67ADBF7C67F17EFD5D75EBA6FFEBA7FFF47A91EB1BFBB53E8ABFB57\
62ABE8FF237279BFEFBFEEF5FFC5FEBFDFE5ADFFADFEE1FB737FFFFBFD9F6AEFFEEE76B6\
FD8F72EF";

fn v4() -> BloomFilter {
    filter((0..=255).map(|last| IpAddr::from([192, 0, 2, last])))
}

fn v6() -> BloomFilter {
    let first = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0).to_bits();
    filter((0..=0x3e7).map(|offset| Ipv6Addr::from_bits(first + offset).into()))
}

fn filter(ips: impl Iterator<Item = IpAddr>) -> BloomFilter {
    let mut filter = BloomFilter::new();
    ips.for_each(|ip| filter.insert(ip));
    filter
}

#[track_caller]
fn check_estimate(filter: &BloomFilter, expect: f64, tolerance: f64) {
    let estimate = filter.estimate();
    assert!(
        (estimate - expect).abs() <= tolerance,
        "{estimate}, not {expect}"
    );
}

#[test]
fn the_published_filter_comes_out() {
    let mut filter = v4();
    filter.merge(&v6());
    assert_eq!(filter.as_bytes().as_slice(), hex(PUBLISHED));
    check_estimate(&filter, 1224.9308, 0.0001);
}

#[test]
fn filters_are_those_that_libtorrent_makes() {
    let Some((_, file)) = read_json("dht.json") else {
        return;
    };
    let facts = &file["bep33_bloom"];
    assert_eq!(facts["bits"], 2048);
    let mut filter = v4();
    assert_eq!(
        filter.as_bytes().as_slice(),
        bytes_of(&facts["v4_192.0.2.0_to_255"])
    );
    check_estimate(&filter, facts["v4_estimate"].as_f64().unwrap(), 0.001);
    filter.merge(&v6());
    let both = "v4_plus_v6_2001:db8::0_to_3e7";
    assert_eq!(filter.as_bytes().as_slice(), bytes_of(&facts[both]));
    check_estimate(
        &filter,
        facts["v4_plus_v6_estimate"].as_f64().unwrap(),
        0.005,
    );
}

/// libtorrent's scrape test has this of fifty seeds and fifty downloaders.
#[test]
fn fifty_addresses_are_estimated_within_three_but_for_one_set_in_a_hundred() {
    let far_off = (0..1000_u16).filter(|network| {
        let [high, low] = network.to_be_bytes();
        let fifty = filter((0..50).map(|host| IpAddr::from([10, high, low, host])));
        (fifty.estimate() - 50.0).abs() > 3.0
    });
    assert!(far_off.count() <= 10);
}

#[test]
fn the_estimate_is_good_to_a_tenth_up_to_six_thousand() {
    for count in [1, 10, 100, 1000, 3000, 6000_u32] {
        let some = filter((0..count).map(|n| IpAddr::from((0x0b00_0000 + n).to_be_bytes())));
        check_estimate(&some, f64::from(count), f64::from(count) / 10.0);
    }
}
