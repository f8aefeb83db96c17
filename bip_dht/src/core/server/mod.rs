//! Answers to the queries of others.

mod items;
mod keys;
mod peers;

use std::net::SocketAddr;
use std::time::Instant;

use super::DhtCore;
use super::ask::VERSION;
use crate::address::is_local;
use crate::event::DhtEvent;
use crate::family::Family;
use crate::krpc::{
    Call, DecodeError, ErrorCode, ErrorMessage, Message, NodeInfo, Nodes, Query, Response, Want,
};
use crate::limits::{K, MAX_AMPLIFICATION, MAX_ANSWER_LENGTH, MIN_ANSWER_ROOM};
use crate::node_id::NodeId;
use crate::storage::StoredPeer;
use crate::table::{Source, Trust};

/// Whom an answer goes to, and how long it may be.
#[derive(Clone, Copy)]
struct Asker<'a> {
    now: Instant,
    address: SocketAddr,
    family: Family,
    /// Our id in the asker's network.
    own: NodeId,
    transaction: &'a [u8],
    /// How long an answer may be, what cannot be cut aside.
    room: usize,
    /// Whether it has never answered us from there, so that the address may be that of a victim.
    is_stranger: bool,
    want: Want,
}

impl DhtCore {
    pub(super) fn on_query(
        &mut self,
        now: Instant,
        from: SocketAddr,
        length: usize,
        message: &Message<'_>,
        query: &Query<'_>,
    ) {
        if self.networks.is_own(&query.sender) || !self.admit(now, from) {
            return;
        }
        let node = NodeInfo {
            id: query.sender,
            address: from,
        };
        let family = Family::of(from);
        let Some(network) = self.networks.of_mut(family) else {
            return;
        };
        // Where there is no NAT, nothing has to lapse before a ping tells the truth.
        let source = if is_local(from.ip()) {
            Source::Given
        } else {
            Source::Query
        };
        let is_known = network.table.rtt(&node).is_some();
        if !message.read_only {
            network.table.heard(now, node, source);
            // Who knows nobody need not wait: there is somebody now.
            if !network.is_ready() {
                network.hasten(now);
            }
        }
        let is_stranger = !is_known && !is_local(from.ip());
        let room = match is_stranger {
            true => (length * MAX_AMPLIFICATION).clamp(MIN_ANSWER_ROOM, MAX_ANSWER_LENGTH),
            false => MAX_ANSWER_LENGTH,
        };
        let asker = Asker {
            now,
            address: from,
            family,
            own: network.table.own(),
            transaction: message.transaction,
            room,
            is_stranger,
            want: query.want,
        };
        self.answer(&asker, &query.call);
    }

    pub(super) fn on_malformed(&mut self, now: Instant, from: SocketAddr, error: &DecodeError) {
        self.stats.malformed += 1;
        #[cfg(feature = "tracing")]
        self.trace_malformed(from, error);
        let Some(mut refusal) = error.refusal() else {
            return;
        };
        if self.admit(now, from) {
            refusal.ip = Some(from);
            refusal.version = Some(VERSION);
            self.stats.refused += 1;
            self.outbox.push(from, |buf| refusal.encode(buf));
        }
    }

    /// Whether somebody is answered at all: we serve, and it does not ask too much.
    fn admit(&mut self, now: Instant, from: SocketAddr) -> bool {
        if self.reach.queried(from.ip()) {
            self.tell(DhtEvent::BecameServer);
        }
        if !self.reach.admits_queries() {
            return false;
        }
        let admitted = self.outbox.has_room() && self.budget.spend(now, from.ip());
        self.stats.limited += u64::from(!admitted);
        #[cfg(feature = "tracing")]
        if !admitted {
            self.trace_limited(from);
        }
        admitted
    }

    fn answer(&mut self, asker: &Asker<'_>, call: &Call<'_>) {
        let result = match *call {
            Call::Ping => {
                self.reply(asker, 0, &Response::new(asker.own));
                Ok(())
            }
            Call::FindNode { target }
            | Call::Unknown {
                target: Some(target),
                ..
            } => {
                self.answer_with_nodes(asker, 0, target, K, Response::new(asker.own));
                Ok(())
            }
            Call::GetPeers {
                info_hash,
                scrape,
                no_seed,
            } => {
                self.answer_get_peers(asker, info_hash, scrape, no_seed);
                Ok(())
            }
            Call::AnnouncePeer {
                info_hash,
                port,
                implied_port,
                token,
                seed,
            } => {
                let port = if implied_port {
                    asker.address.port()
                } else {
                    port
                };
                let peer = StoredPeer {
                    address: SocketAddr::new(asker.address.ip(), port),
                    is_seed: seed,
                };
                self.store_peer(asker, info_hash, peer, token)
            }
            Call::Get { target, seq } => {
                self.answer_get(asker, target, seq);
                Ok(())
            }
            Call::Put(put) => self.store_item(asker, &put),
            Call::SampleInfohashes { target } => {
                self.answer_sample(asker, target);
                Ok(())
            }
            Call::Unknown { target: None, .. } => Err((ErrorCode::MethodUnknown, "unknown method")),
        };
        if let Err((code, text)) = result {
            self.refuse(asker, code, text);
        }
    }

    /// Adds the closest nodes of the families that are wanted, at most `count` of each, and replies. `exempt` bytes of
    /// the answer do not count towards the asker's room.
    fn answer_with_nodes(
        &mut self,
        asker: &Asker<'_>,
        exempt: usize,
        target: NodeId,
        count: usize,
        response: Response<'_>,
    ) {
        let is_unsaid = asker.want == Want::default();
        let wants = |family: Family| match family {
            Family::V4 => asker.want.n4 || is_unsaid && asker.family == family,
            Family::V6 => asker.want.n6 || is_unsaid && asker.family == family,
        };
        // Outlived by the nodes that it gets.
        let mut response: Response<'_> = response;
        let mut nodes = std::mem::take(&mut self.nodes);
        let mut nodes6 = Vec::new();
        let closest = |family, nodes: &mut Vec<NodeInfo>| {
            nodes.clear();
            let network = self.networks.of(family).filter(|_| wants(family))?;
            let trust = Trust::Good;
            network
                .table
                .closest(asker.now, target, count, trust, nodes);
            Some(())
        };
        let has_v4 = closest(Family::V4, &mut nodes).is_some();
        let has_v6 = closest(Family::V6, &mut nodes6).is_some();
        response.nodes = has_v4.then(|| Nodes::new(Family::V4, &nodes));
        response.nodes6 = has_v6.then(|| Nodes::new(Family::V6, &nodes6));
        self.reply(asker, exempt, &response);
        self.nodes = nodes;
    }

    /// Whoever gets more than its room pays for it: an answer that is four times as long as the room costs as much as four
    /// queries, so that no flood of the dear ones brings a victim more bytes than one of pings could.
    fn reply(&mut self, asker: &Asker<'_>, exempt: usize, response: &Response<'_>) {
        let mut message = Message::response(asker.transaction, *response);
        message.ip = Some(asker.address);
        message.version = Some(VERSION);
        self.stats.served += 1;
        let room = (asker.room + exempt).min(MAX_ANSWER_LENGTH);
        let length = self
            .outbox
            .push(asker.address, |buf| message.encode_within(room, buf));
        let beyond = length.div_ceil(asker.room) - 1;
        if asker.is_stranger && beyond > 0 {
            let ip = asker.address.ip();
            self.budget.charge(asker.now, ip, beyond as u32);
        }
    }

    fn refuse(&mut self, asker: &Asker<'_>, code: ErrorCode, text: &str) {
        let text = text.as_bytes();
        let mut message = Message::error(asker.transaction, ErrorMessage { code, text });
        message.ip = Some(asker.address);
        message.version = Some(VERSION);
        self.stats.refused += 1;
        self.outbox.push(asker.address, |buf| message.encode(buf));
    }
}
