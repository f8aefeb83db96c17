//! BEP 42: ids bound to addresses, as published and as libtorrent checks them (`../shared/vectors/bep42.json`).
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod vectors;

use std::net::IpAddr;

use bip_dht::NodeId;
use proptest::prelude::*;
use serde_json::Value;
use vectors::{bytes_of, read_json};

fn ip(value: &Value) -> IpAddr {
    value.as_str().unwrap().parse().unwrap()
}

fn id(value: &Value) -> NodeId {
    NodeId::new(bytes_of(value).try_into().unwrap())
}

/// The first 21 bits.
fn bound(bytes: &[u8]) -> [u8; 3] {
    [bytes[0], bytes[1], bytes[2] & 0xf8]
}

fn random(last: u8) -> [u8; 20] {
    let mut random = [0x5a; 20];
    random[19] = last;
    random
}

/// The five vectors of the document: id and address fit, and an id made from them has the same 21 bits.
#[test]
fn the_published_ids_fit_their_addresses() {
    for (ip, random_byte, example) in [
        (
            [124, 31, 75, 21],
            1,
            "5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
        ),
        (
            [21, 75, 31, 124],
            86,
            "5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
        ),
        (
            [65, 23, 51, 170],
            22,
            "a5d43220bc8f112a3d426c84764f8c2a1150e616",
        ),
        (
            [84, 124, 73, 14],
            65,
            "1b0321dd1bb1fe518101ceef99462b947a01ff41",
        ),
        (
            [43, 213, 53, 83],
            90,
            "e56f6cbf5b7c4be0237986d5243b87aa6d51305a",
        ),
    ] {
        let example = NodeId::new(vectors::hex(example).try_into().unwrap());
        assert!(example.is_valid_for(ip.into()));
        let made = NodeId::for_address(ip.into(), random(random_byte));
        assert_eq!(bound(made.as_bytes()), bound(example.as_bytes()));
    }
}

#[test]
fn prefixes_come_out_as_libtorrent_has_them() {
    let Some((_, file)) = read_json("bep42.json") else {
        return;
    };
    let published = file["published"].as_array().unwrap();
    let computed = file["computed"].as_array().unwrap();
    for vector in published.iter().chain(computed) {
        let random_byte = u8::try_from(vector["rand"].as_u64().unwrap()).unwrap();
        let ip = ip(&vector["ip"]);
        let made = NodeId::for_address(ip, random(random_byte));
        let expect = bytes_of(&vector["crc32c"]);
        assert_eq!(bound(made.as_bytes()), bound(&expect), "{vector}");
        let masked = [
            &vector["prefix21_hex_of_first_3_bytes_masked_fffff8"],
            &vector["prefix"],
        ];
        let masked = masked
            .into_iter()
            .find(|prefix| prefix.is_string())
            .unwrap();
        assert_eq!(
            bound(made.as_bytes()).as_slice(),
            bytes_of(masked),
            "{vector}"
        );
        assert_eq!(made.as_bytes()[19], random_byte);
        assert!(made.is_valid_for(ip), "{vector}");
        if vector["example_node_id"].is_string() {
            assert!(id(&vector["example_node_id"]).is_valid_for(ip), "{vector}");
        }
    }
}

#[test]
fn ids_are_accepted_and_refused_as_libtorrent_does() {
    let Some((_, file)) = read_json("bep42.json") else {
        return;
    };
    assert_eq!(file["rule"]["match_bits"], 21);
    for vector in file["enforcement"].as_array().unwrap() {
        let valid = id(&vector["node_id"]).is_valid_for(ip(&vector["ip"]));
        assert_eq!(valid, vector["valid"].as_bool().unwrap(), "{vector}");
    }
}

#[test]
fn any_id_is_valid_at_a_local_address() {
    let id = NodeId::new([7; 20]);
    for local in [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.7.7",
        "169.254.1.2",
        "127.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(id.is_valid_for(local.parse().unwrap()), "{local}");
    }
    for public in ["172.32.0.1", "11.0.0.1", "2001:db8::1", "::ffff:8.8.8.8"] {
        assert!(!id.is_valid_for(public.parse().unwrap()), "{public}");
    }
}

fn any_ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(IpAddr::from),
    ]
}

proptest! {
    #[test]
    fn an_id_made_for_an_address_is_valid_there(ip in any_ip(), random in any::<[u8; 20]>()) {
        let id = NodeId::for_address(ip, random);
        prop_assert!(id.is_valid_for(ip));
        // Nothing of the randomness is lost but the bits that follow from the address.
        prop_assert_eq!(id.as_bytes()[2] & 7, random[2] & 7);
        prop_assert_eq!(&id.as_bytes()[3..], &random[3..]);
    }

    #[test]
    fn one_wrong_bit_of_the_first_21_makes_an_id_invalid(
        ip in any::<[u8; 4]>(), random in any::<[u8; 20]>(), bit in 0..21usize,
    ) {
        let public = IpAddr::from([8, ip[1], ip[2], ip[3]]);
        let mut id = *NodeId::for_address(public, random).as_bytes();
        id[bit / 8] ^= 0x80 >> (bit % 8);
        prop_assert!(!NodeId::new(id).is_valid_for(public));
    }
}
