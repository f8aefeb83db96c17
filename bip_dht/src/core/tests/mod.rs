mod addresses;
mod limits;

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Instant;

use super::*;
use crate::config::Role;
use crate::krpc::{Message, Response};
use crate::operation::AnnouncePort;

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(80).unwrap());

#[expect(clippy::disallowed_methods, reason = "any moment will do")]
fn core() -> (DhtCore, Instant) {
    let now = Instant::now();
    let config = DhtConfig::default().role(Role::Server);
    (DhtCore::new(now, config, [7; 32]), now)
}

/// A host in a network of its own for each number.
fn host(number: u32) -> SocketAddr {
    let [a, b, c, d] = number.to_be_bytes();
    SocketAddr::from(([11 + a, b, c, d], 4000))
}

fn network_of(number: u32) -> SocketAddr {
    host(number << 8 | 1)
}

fn id(number: u8) -> NodeId {
    NodeId::new([number; 20])
}

/// Everything that there is to send.
fn sent(core: &mut DhtCore) -> Vec<(SocketAddr, Vec<u8>)> {
    let mut datagram = Vec::new();
    std::iter::from_fn(|| {
        let transmit = core.poll_transmit(&mut datagram)?;
        Some((transmit.destination, datagram.clone()))
    })
    .collect()
}

/// Has a query of the node answered from where it went.
fn reply(core: &mut DhtCore, now: Instant, query: &(SocketAddr, Vec<u8>), response: Response<'_>) {
    reply_telling(core, now, query, response, None);
}

fn reply_telling(
    core: &mut DhtCore,
    now: Instant,
    query: &(SocketAddr, Vec<u8>),
    response: Response<'_>,
    ip: Option<SocketAddr>,
) {
    let mut decoder = MessageDecoder::new();
    let transaction = decoder.decode(&query.1).unwrap().transaction;
    let mut message = Message::response(transaction, response);
    message.ip = ip;
    let mut datagram = Vec::new();
    message.encode(&mut datagram);
    core.handle_datagram(now, query.0, &datagram);
}

/// Pings a node, which answers, and says where it sees us.
fn meet(core: &mut DhtCore, now: Instant, number: u8, sees: Option<SocketAddr>) {
    core.ping(now, network_of(number.into())).unwrap();
    let queries = sent(core);
    let ping = queries
        .iter()
        .find(|(to, _)| *to == network_of(number.into()));
    reply_telling(core, now, ping.unwrap(), Response::new(id(number)), sees);
    while core.poll_event().is_some() {}
}
