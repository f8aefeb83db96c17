use std::any::Any;
use std::net::{SocketAddr, SocketAddrV4};

use bip_dht::{DhtBuilder, Role};

use super::ground;

const PORT: u16 = 6881;

/// How long it may take to find the neighbours.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Whose node is attacked.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// The bytes of the transaction ids that it reads, or some that it reads.
    pub(crate) id_length: usize,
    /// Starts a node that answers everybody, which has found its neighbours by way of the one given.
    pub(crate) start: fn(SocketAddrV4) -> Node,
}

/// A node, for as long as it is kept.
pub(crate) struct Node {
    pub(crate) address: SocketAddrV4,
    _kept: Box<dyn Any>,
}

impl Node {
    fn new(kept: impl Any) -> Node {
        Node {
            address: SocketAddrV4::new(ground::TARGET, PORT),
            _kept: Box::new(kept),
        }
    }
}

pub(crate) fn all() -> [Target; 3] {
    [
        Target {
            name: "bip_dht",
            id_length: 4,
            start: ours,
        },
        Target {
            name: "mainline 8",
            id_length: 4,
            start: mainline_8,
        },
        Target {
            name: "mainline 5",
            id_length: 2,
            start: mainline_5,
        },
    ]
}

fn ours(neighbour: SocketAddrV4) -> Node {
    let node = DhtBuilder::new()
        .role(Role::Server)
        .without_routers()
        .without_v6()
        .bind_v4(SocketAddrV4::new(ground::TARGET, PORT))
        .bootstrap([neighbour])
        .start_blocking()
        .unwrap();
    node.ready_within(PATIENCE).unwrap();
    Node::new(node)
}

/// Both versions have one interface.
macro_rules! mainline {
    ($start:ident, $mainline:ident) => {
        #[allow(
            deprecated,
            reason = "without a runtime between, there is less to attack"
        )]
        fn $start(neighbour: SocketAddrV4) -> Node {
            let mut builder = $mainline::Dht::builder();
            let neighbour = SocketAddr::V4(neighbour);
            let builder = builder.server_mode().port(PORT).bootstrap(&[neighbour]);
            let node = builder.build().unwrap();
            assert!(node.bootstrapped(), "it finds no neighbours");
            Node::new(node)
        }
    };
}

mainline!(mainline_8, mainline);
mainline!(mainline_5, mainline_5);
