use std::net::{IpAddr, SocketAddr};

use super::address;
use super::host::{Host, Program};
use super::network::{HostId, Network};
use super::random::Random;
use crate::{
    Body, Call, Family, Key, Message, MessageDecoder, NodeId, NodeInfo, Nodes, Query, Response,
};

/// What a host does that pretends to be a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malice {
    /// Stands close to a key, names nobody but the others that stand there with it, and takes announces without keeping
    /// them: so that what is kept under the key is not found.
    Sybil(Key),
    /// Names nodes that do not exist, close to whatever is asked for, and itself by another id every time.
    Poisoner,
    /// Names nobody, and tells everybody that they are at this address.
    AddressLiar(IpAddr),
}

/// A host that pretends to be a node.
#[derive(Debug)]
pub(super) struct Impostor {
    id: NodeId,
    address: SocketAddr,
    malice: Malice,
}

/// How many nodes an impostor makes itself known to, and how many it names.
const INTRODUCTIONS: usize = 32;
const NAMED: usize = 8;

/// How many leading bits a made-up id has in common with what was asked for: far more than any node's.
const CLOSE_BYTES: usize = 5;

impl Network {
    /// Adds a host that pretends to be a node, at this address or at one drawn. It asks the nodes around its id a question,
    /// so that they hear of it.
    pub fn add_impostor(&mut self, ip: Option<IpAddr>, malice: Malice) -> HostId {
        let ip = ip.unwrap_or_else(|| self.free_address(Family::V4));
        let address = SocketAddr::new(ip, address::port(&mut self.random));
        let id = match malice {
            Malice::Sybil(key) => close_to(&NodeId::from(key), &mut self.random),
            // An id that passes for honest.
            _ => NodeId::for_address(ip, self.random.bytes()),
        };
        let impostor = self.settle_in(Host {
            v4: ip.is_ipv4().then_some(address),
            v6: ip.is_ipv6().then_some(address),
            nat: None,
            program: Program::Impostor(Impostor {
                id,
                address,
                malice,
            }),
            wake: None,
        });
        self.make_known(impostor);
        impostor
    }

    /// Lets an impostor ask the nodes around its id a question once more.
    pub fn make_known(&mut self, impostor: HostId) {
        let host = self.hosts.get(impostor.0 as usize);
        let Some(Program::Impostor(Impostor { id, address, .. })) = host.map(|host| &host.program)
        else {
            return;
        };
        let (id, address, family) = (*id, *address, Family::of(*address));
        let query = Query::new(id, Call::FindNode { target: id });
        let mut bytes = Vec::new();
        Message::query(b"liar", query).encode(&mut bytes);
        for node in self.closest(id, family, INTRODUCTIONS) {
            if let Some(to) = self.address(node, family) {
                self.send(address, to, &bytes);
            }
        }
    }

    /// What an impostor answers to a datagram.
    pub(super) fn deceive(&mut self, number: u32, from: SocketAddr, datagram: &[u8]) {
        let Program::Impostor(impostor) = &self.hosts[number as usize].program else {
            return;
        };
        let mut decoder = MessageDecoder::new();
        let Ok(message) = decoder.decode(datagram) else {
            return;
        };
        let Body::Query(query) = message.body else {
            return;
        };
        let target = target(&query.call).unwrap_or(impostor.id);
        let (mut sender, address) = (impostor.id, impostor.address);
        let (mut named, mut ip) = (Vec::new(), from);
        match impostor.malice {
            Malice::Sybil(key) => named = self.accomplices(key),
            Malice::Poisoner => {
                named = (0..NAMED)
                    .map(|_| made_up(&target, &mut self.random))
                    .collect();
                sender = close_to(&target, &mut self.random);
            }
            Malice::AddressLiar(claimed) => ip = SocketAddr::new(claimed, from.port()),
        }
        let family = Family::of(address);
        let mut response = Response::new(sender);
        response.nodes = (family == Family::V4).then(|| Nodes::new(family, &named));
        response.nodes6 = (family == Family::V6).then(|| Nodes::new(family, &named));
        response.token = Some(b"token");
        let mut answer = Message::response(message.transaction, response);
        answer.ip = Some(ip);
        let mut bytes = Vec::new();
        answer.encode(&mut bytes);
        self.send(address, from, &bytes);
    }

    /// Some of the sybils at a key.
    fn accomplices(&mut self, of: Key) -> Vec<NodeInfo> {
        let start = self.random.below(self.hosts.len());
        let hosts = self.hosts[start..].iter().chain(&self.hosts[..start]);
        let sybils = hosts.filter_map(|host| match &host.program {
            Program::Impostor(impostor) if impostor.malice == Malice::Sybil(of) => Some(NodeInfo {
                id: impostor.id,
                address: impostor.address,
            }),
            _ => None,
        });
        sybils.take(NAMED).collect()
    }
}

fn target(call: &Call<'_>) -> Option<NodeId> {
    match call {
        Call::FindNode { target } | Call::SampleInfohashes { target } => Some(*target),
        Call::GetPeers { info_hash, .. } | Call::AnnouncePeer { info_hash, .. } => {
            Some(NodeId::from(*info_hash))
        }
        Call::Get { target, .. } => Some(NodeId::from(*target)),
        Call::Unknown { target, .. } => *target,
        _ => None,
    }
}

fn close_to(target: &NodeId, random: &mut Random) -> NodeId {
    let mut id: [u8; 20] = random.bytes();
    id[..CLOSE_BYTES].copy_from_slice(&target.as_bytes()[..CLOSE_BYTES]);
    NodeId::new(id)
}

fn made_up(target: &NodeId, random: &mut Random) -> NodeInfo {
    let ip = address::public_ipv4(random);
    NodeInfo {
        id: close_to(target, random),
        address: SocketAddr::new(ip, address::port(random)),
    }
}
