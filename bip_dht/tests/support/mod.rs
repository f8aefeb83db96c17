//! What the tests on the virtual network share: questions asked by hand.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bip_dht::sim::{HostId, Network};
use bip_dht::{Body, Call, Family, Key, Message, MessageDecoder, NodeId, Query};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// What a node answered to a question that was asked by hand.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) token: Vec<u8>,
    pub(crate) values: Vec<SocketAddr>,
    pub(crate) nodes: Vec<SocketAddr>,
    pub(crate) error: Option<i64>,
}

/// Somebody who asks by hand, from any port of one address.
pub(crate) struct Asker {
    socket: HostId,
    ip: IpAddr,
    id: NodeId,
}

impl Asker {
    pub(crate) fn new(network: &mut Network, text: &str) -> Asker {
        let ip = ip(text);
        let id = NodeId::for_address(ip, [7; 20]);
        let socket = network.add_socket(ip);
        Asker { socket, ip, id }
    }

    pub(crate) fn address(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip, port)
    }

    /// Asks from a port, and waits for the answer; `None` is silence.
    pub(crate) fn ask(
        &self,
        network: &mut Network,
        from: u16,
        to: SocketAddr,
        call: Call<'_>,
    ) -> Option<Answer> {
        self.send(network, from, to, call);
        network.run_for(3 * SECOND);
        self.answers(network).pop()
    }

    pub(crate) fn send(&self, network: &mut Network, from: u16, to: SocketAddr, call: Call<'_>) {
        let mut bytes = Vec::new();
        Message::query(b"by hand", Query::new(self.id, call)).encode(&mut bytes);
        network.send(self.address(from), to, &bytes);
    }

    /// All answers that have come; questions of the nodes are left out.
    pub(crate) fn answers(&self, network: &mut Network) -> Vec<Answer> {
        let mut decoder = MessageDecoder::new();
        let received = std::iter::from_fn(|| network.receive(self.socket));
        received
            .filter_map(|(_, bytes)| answer(&mut decoder, &bytes))
            .collect()
    }

    /// From where the oldest datagram came that was not read yet.
    pub(crate) fn sender(&self, network: &mut Network) -> Option<SocketAddr> {
        network.receive(self.socket).map(|(from, _)| from)
    }

    /// The peers and the token that a node gives.
    pub(crate) fn get_peers(&self, network: &mut Network, to: SocketAddr, key: Key) -> Answer {
        let call = Call::GetPeers {
            info_hash: key,
            scrape: false,
            no_seed: false,
        };
        self.ask(network, 4000, to, call)
            .expect("get_peers is answered")
    }

    /// The error code that an announce brings, if any; silence counts as refusal without a code.
    pub(crate) fn announce(
        &self,
        network: &mut Network,
        to: SocketAddr,
        key: Key,
        port: u16,
        token: &[u8],
    ) -> Result<(), Option<i64>> {
        let call = Call::AnnouncePeer {
            info_hash: key,
            port,
            implied_port: false,
            token,
            seed: false,
        };
        match self.ask(network, 4000, to, call) {
            Some(Answer { error: None, .. }) => Ok(()),
            answer => Err(answer.and_then(|answer| answer.error)),
        }
    }
}

fn answer(decoder: &mut MessageDecoder, bytes: &[u8]) -> Option<Answer> {
    let message = decoder
        .decode(bytes)
        .expect("what nodes send is well-formed");
    match message.body {
        Body::Query(_) => None,
        Body::Error(error) => Some(Answer {
            error: Some(error.code.number()),
            ..Answer::default()
        }),
        Body::Response(response) => Some(Answer {
            token: response.token.unwrap_or_default().to_vec(),
            values: response
                .values
                .iter()
                .flat_map(|values| values.iter())
                .collect(),
            nodes: response.all_nodes().map(|node| node.address).collect(),
            error: None,
        }),
    }
}

/// A settled network, whose first node has the address that is returned.
pub(crate) fn settled(seed: u64, count: usize) -> (Network, Vec<HostId>, SocketAddr) {
    let mut network = Network::new(seed);
    let nodes = network.add_settled_nodes(count);
    let first = network.address(nodes[0], Family::V4).unwrap();
    network.run_for(SECOND);
    (network, nodes, first)
}
