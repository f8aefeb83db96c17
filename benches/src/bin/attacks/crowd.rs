use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::sync::Arc;
use std::thread;

use bip_dht::{
    Body, Call, Family, Message, MessageDecoder, NodeId, NodeInfo, Nodes, Query, Response,
};

use super::ground;

/// Enough that no node names them all.
const NEIGHBOURS: u8 = 40;

/// How many of them each names.
const NAMED: usize = 20;

/// The neighbours of the node that is attacked: they do nothing but to answer and to name each other, so that there is
/// something that the node can say. They end with the process.
pub(crate) struct Crowd {
    first: SocketAddrV4,
}

impl Crowd {
    pub(crate) fn start() -> Crowd {
        let bind = |number| UdpSocket::bind((ground::neighbour(number), 0)).unwrap();
        let sockets: Vec<UdpSocket> = (0..NEIGHBOURS).map(bind).collect();
        let nodes: Vec<NodeInfo> = sockets.iter().map(info).collect();
        let SocketAddr::V4(first) = nodes[0].address else {
            unreachable!("all of them have IPv4 addresses")
        };
        let nodes: Arc<[NodeInfo]> = nodes.into();
        for (socket, own) in sockets.into_iter().zip(nodes.iter().copied()) {
            let nodes = Arc::clone(&nodes);
            thread::spawn(move || answer(&socket, own.id, &nodes));
        }
        Crowd { first }
    }

    pub(crate) fn first(&self) -> SocketAddrV4 {
        self.first
    }
}

/// One whose id fits its address (BEP 42), and is the same in each run.
fn info(socket: &UdpSocket) -> NodeInfo {
    let address = socket.local_addr().unwrap();
    let SocketAddr::V4(v4) = address else {
        unreachable!("all of them have IPv4 addresses")
    };
    let number = v4.ip().octets()[2];
    let random = [number.wrapping_mul(37); 20];
    let id = NodeId::for_address(address.ip(), random);
    NodeInfo { id, address }
}

fn answer(socket: &UdpSocket, own: NodeId, nodes: &[NodeInfo]) {
    let (mut decoder, mut input, mut out) = (MessageDecoder::new(), [0; 2048], Vec::new());
    while let Ok((length, from)) = socket.recv_from(&mut input) {
        let Ok(message) = decoder.decode(&input[..length]) else {
            continue;
        };
        let Body::Query(query) = message.body else {
            continue;
        };
        let closest = closest(nodes, &query);
        let mut response = Response::new(own);
        if query.call != Call::Ping {
            response.nodes = Some(Nodes::new(Family::V4, &closest));
        }
        out.clear();
        Message::response(message.transaction, response).encode(&mut out);
        // Whoever has ended needs no answer.
        let _ = socket.send_to(&out, from);
    }
}

fn closest(nodes: &[NodeInfo], query: &Query<'_>) -> Vec<NodeInfo> {
    let target = match query.call {
        Call::FindNode { target } => target,
        _ => query.sender,
    };
    let mut nodes = nodes.to_vec();
    nodes.sort_by_key(|node| node.id.distance(&target));
    nodes.truncate(NAMED);
    nodes
}
