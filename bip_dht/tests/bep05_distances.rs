//! BEP 5, "Overview": distances, as libtorrent measures them (`../shared/vectors/dht.json`).
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod vectors;

use bip_dht::NodeId;
use serde_json::Value;
use vectors::{bytes_of, read_json};

fn id(value: &Value) -> NodeId {
    NodeId::new(bytes_of(value).try_into().unwrap())
}

/// The exponent of the distance: that of its highest bit.
fn exponent(a: &NodeId, b: &NodeId) -> u64 {
    u64::from(159_u32.saturating_sub(a.distance(b).common_prefix()))
}

#[test]
fn exponents_of_distances() {
    let Some((_, file)) = read_json("dht.json") else {
        return;
    };
    let vectors = file["distance_exp"].as_array().unwrap();
    let vectors = vectors.iter().filter(|vector| vector["exp"].is_u64());
    assert!(vectors.clone().count() > 0);
    for vector in vectors {
        let expect = vector["exp"].as_u64().unwrap();
        assert_eq!(
            exponent(&id(&vector["a"]), &id(&vector["b"])),
            expect,
            "{vector}"
        );
    }
    for vector in file["min_distance_exp"].as_array().unwrap() {
        let target = id(&vector["target"]);
        let ids = vector["ids"].as_array().unwrap().iter().map(id);
        let closest = ids.min_by_key(|id| id.distance(&target)).unwrap();
        assert_eq!(
            exponent(&closest, &target),
            vector["out"].as_u64().unwrap(),
            "{vector}"
        );
    }
}

/// A mask of so many bits agrees with all ones in just as many bits, and has no other.
#[test]
fn masks_of_prefixes() {
    let Some((_, file)) = read_json("dht.json") else {
        return;
    };
    for vector in file["prefix_mask"].as_array().unwrap() {
        let mask = id(&vector["mask"]);
        let bits = u32::try_from(vector["bits"].as_u64().unwrap()).unwrap();
        let ones = NodeId::new([0xff; 20]);
        assert_eq!(mask.distance(&ones).common_prefix(), bits, "{vector}");
        let set: u32 = mask.as_bytes().iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(set, bits, "{vector}");
    }
}
