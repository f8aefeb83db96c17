mod items;
mod peers;
mod peers_limits;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::*;
use crate::key::Key;
use crate::node_id::NodeId;

const OWN: NodeId = NodeId::new([0; 20]);
const SECOND: Duration = Duration::from_secs(1);

fn start() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
    Instant::now()
}

/// A key at this distance from our own id, in its first bytes.
fn key(distance: u32) -> Key {
    let mut key = [0; 20];
    key[..4].copy_from_slice(&distance.to_be_bytes());
    Key::new(key)
}

/// The host number `number` of as many networks as there are numbers.
fn host(number: u32) -> IpAddr {
    (0x0b00_0001 + (number << 8)).to_be_bytes().into()
}

/// The host number `number` of one network.
fn neighbour(number: u8) -> IpAddr {
    [198, 51, 100, number].into()
}

fn peer(ip: IpAddr, port: u16) -> StoredPeer {
    StoredPeer {
        address: SocketAddr::new(ip, port),
        is_seed: false,
    }
}

fn seed(ip: IpAddr, port: u16) -> StoredPeer {
    StoredPeer {
        is_seed: true,
        ..peer(ip, port)
    }
}

proptest::proptest! {
    #[test]
    fn the_farthest_key_is_that_which_comparing_all_gives(
        keys in proptest::collection::vec((proptest::array::uniform20(0u8..4), 0usize..20), 0..60),
        own in proptest::array::uniform20(proptest::prelude::any::<u8>()),
        near in proptest::prelude::any::<bool>(),
    ) {
        let own = if near { NodeId::new([1; 20]) } else { NodeId::new(own) };
        let map: std::collections::BTreeMap<Key, ()> = keys
            .into_iter()
            .map(|(mut key, same)| {
                key[..same].fill(1);
                (Key::new(key), ())
            })
            .collect();
        let all = map.keys().copied();
        let expect = all.max_by_key(|key| own.distance(&NodeId::from(*key)));
        proptest::prop_assert_eq!(farthest(&map, &own), expect);
    }
}
