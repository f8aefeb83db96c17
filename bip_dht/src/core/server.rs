//! Answers to the queries of others.

use std::net::SocketAddr;
use std::time::Instant;

use super::DhtCore;
use super::ask::VERSION;
use crate::address::is_local;
use crate::bloom::BloomFilter;
use crate::event::DhtEvent;
use crate::family::Family;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::item::check_value;
use crate::key::Key;
use crate::krpc::{
    Call, DecodeError, ErrorCode, ErrorMessage, Message, NodeInfo, Nodes, Put, Query, Response,
    Samples, Values, Want,
};
use crate::limits::{
    K, MAX_AMPLIFICATION, MAX_ANSWER_LENGTH, MAX_PEERS_ANSWERED, MIN_ANSWER_ROOM, NODES_BESIDE,
};
use crate::node_id::NodeId;
use crate::storage::{AnnounceRefusal, ItemStore, MutablePart, NewItem, Prefer, StoredPeer};
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
    room: usize,
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
        admitted
    }

    fn answer(&mut self, asker: &Asker<'_>, call: &Call<'_>) {
        let result = match *call {
            Call::Ping => {
                self.reply(asker, asker.room, &Response::new(asker.own));
                Ok(())
            }
            Call::FindNode { target }
            | Call::Unknown {
                target: Some(target),
                ..
            } => {
                self.answer_with_nodes(asker, asker.room, target, K, Response::new(asker.own));
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

    /// The peers at a key and the nodes closest to it. Filters are long; who scrapes gets them whatever the query's
    /// length, and less often.
    fn answer_get_peers(&mut self, asker: &Asker<'_>, key: Key, scrape: bool, no_seed: bool) {
        let mut peers = Vec::new();
        let prefer = if no_seed {
            Prefer::Downloaders
        } else {
            Prefer::Nobody
        };
        let (now, family) = (asker.now, asker.family);
        let most = MAX_PEERS_ANSWERED;
        self.peers
            .sample(now, &key, family, most, prefer, &mut self.rng, &mut peers);
        let token = self.peers.accepts(&asker.own, &key, asker.address.ip());
        let token = token.then(|| self.tokens.issue(now, asker.address.ip(), key));
        let filters = scrape.then(|| self.filters(now, &key)).flatten();
        let mut response = Response::new(asker.own);
        response.token = token.as_ref().map(|token| &token[..]);
        response.values = (!peers.is_empty()).then(|| Values::new(&peers));
        if let Some((seeds, downloaders)) = &filters {
            response.seeds = Some(seeds.as_bytes());
            response.downloaders = Some(downloaders.as_bytes());
        }
        let room = match filters {
            Some(_) => MAX_ANSWER_LENGTH,
            None => asker.room,
        };
        let count = match asker.is_stranger && !peers.is_empty() {
            true => NODES_BESIDE,
            false => K,
        };
        self.answer_with_nodes(asker, room, key.into(), count, response);
    }

    /// Everybody at a key (BEP 33, "New GET_PEERS Semantics"); nothing where there is nobody.
    fn filters(&self, now: Instant, key: &Key) -> Option<(BloomFilter, BloomFilter)> {
        let (mut seeds, mut downloaders) = (BloomFilter::new(), BloomFilter::new());
        let mut is_empty = true;
        for peer in self.peers.peers(now, key) {
            let filter = if peer.is_seed {
                &mut seeds
            } else {
                &mut downloaders
            };
            filter.insert(peer.address.ip());
            is_empty = false;
        }
        (!is_empty).then_some((seeds, downloaders))
    }

    fn store_peer(
        &mut self,
        asker: &Asker<'_>,
        key: Key,
        peer: StoredPeer,
        token: &[u8],
    ) -> Result<(), (ErrorCode, &'static str)> {
        let ip = asker.address.ip();
        if !self.tokens.accepts(asker.now, ip, key, token) {
            return Err((ErrorCode::Protocol, "bad token"));
        }
        match self.peers.announce(asker.now, &asker.own, key, peer) {
            Ok(()) => {
                self.reply(asker, asker.room, &Response::new(asker.own));
                Ok(())
            }
            Err(AnnounceRefusal::Address) => Err((ErrorCode::Protocol, "invalid port")),
            Err(AnnounceRefusal::Quota | AnnounceRefusal::Full) => {
                Err((ErrorCode::Server, "storage is full"))
            }
        }
    }

    /// An item whole, or not: shorter it would be worth nothing.
    fn answer_get(&mut self, asker: &Asker<'_>, target: Key, seq: Option<i64>) {
        let ip = asker.address.ip();
        let items = self.items.take();
        let accepts = |items: &ItemStore| items.accepts(&asker.own, &target, ip);
        let token = items.as_deref().is_none_or(accepts);
        let token = token.then(|| self.tokens.issue(asker.now, ip, target));
        let mut response = Response::new(asker.own);
        response.token = token.as_ref().map(|token| &token[..]);
        let item = items
            .as_deref()
            .and_then(|items| items.get(asker.now, &target));
        if let Some(item) = item {
            let mutable = item.mutable.as_deref();
            response.seq = mutable.map(|part| part.seq);
            let is_news = mutable.is_none_or(|part| seq.is_none_or(|known| part.seq > known));
            if is_news {
                response.value = Some(&item.value);
                response.public_key = mutable.map(|part| &part.public_key);
                response.signature = mutable.map(|part| &part.signature);
            }
        }
        let count = match asker.is_stranger && item.is_some() {
            true => NODES_BESIDE,
            false => K,
        };
        self.answer_with_nodes(asker, MAX_ANSWER_LENGTH, target.into(), count, response);
        self.items = items;
    }

    fn store_item(
        &mut self,
        asker: &Asker<'_>,
        put: &Put<'_>,
    ) -> Result<(), (ErrorCode, &'static str)> {
        let ip = asker.address.ip();
        let (target, mutable) = verified(put)?;
        if !self.tokens.accepts(asker.now, ip, target, put.token) {
            return Err((ErrorCode::Protocol, "bad token"));
        }
        let item = NewItem {
            target,
            value: put.value,
            mutable,
            cas: put.mutable.and_then(|mutable| mutable.cas),
        };
        let items = self
            .items
            .get_or_insert_with(|| Box::new(ItemStore::new(asker.now)));
        match items.put(asker.now, &asker.own, ip, item) {
            Ok(()) => {
                self.reply(asker, asker.room, &Response::new(asker.own));
                Ok(())
            }
            Err(refusal) => Err((refusal.code(), "not stored")),
        }
    }

    fn answer_sample(&mut self, asker: &Asker<'_>, target: NodeId) {
        let sample = self.peers.sample_keys(asker.now, &mut self.rng);
        let mut keys = Vec::with_capacity(sample.keys.len() * 20);
        sample
            .keys
            .iter()
            .for_each(|key| keys.extend_from_slice(key.as_bytes()));
        let mut response = Response::new(asker.own);
        response.sample_count = Some(sample.stored as u64);
        response.interval_s = u32::try_from(sample.interval.as_secs()).ok();
        response.samples = Some(Samples::new(&keys));
        self.answer_with_nodes(asker, MAX_ANSWER_LENGTH, target, K, response);
    }

    /// Adds the closest nodes of the families that are wanted, at most `count` of each, and replies.
    fn answer_with_nodes(
        &mut self,
        asker: &Asker<'_>,
        room: usize,
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
        self.reply(asker, room, &response);
        self.nodes = nodes;
    }

    fn reply(&mut self, asker: &Asker<'_>, room: usize, response: &Response<'_>) {
        let mut message = Message::response(asker.transaction, *response);
        message.ip = Some(asker.address);
        message.version = Some(VERSION);
        self.stats.served += 1;
        self.outbox
            .push(asker.address, |buf| message.encode_within(room, buf));
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

/// Where an item is kept, once it is sure that it may be kept there. Signatures are checked last, being dear.
fn verified(put: &Put<'_>) -> Result<(Key, Option<MutablePart>), (ErrorCode, &'static str)> {
    let Some(mutable) = put.mutable else {
        return match check_value(put.value) {
            Ok(()) => Ok((Key::of_immutable(put.value), None)),
            Err(error) => Err((error.code(), "invalid value")),
        };
    };
    #[cfg(feature = "ed25519")]
    match MutableItem::verify(
        mutable.public_key,
        mutable.salt,
        mutable.seq,
        put.value,
        mutable.signature,
    ) {
        Ok(item) => Ok((
            item.target(),
            Some(MutablePart {
                public_key: *mutable.public_key,
                seq: mutable.seq,
                signature: *mutable.signature,
            }),
        )),
        Err(error) => Err((error.code(), "invalid item")),
    }
    // What cannot be verified is not kept.
    #[cfg(not(feature = "ed25519"))]
    {
        let _ = mutable;
        Err((ErrorCode::MethodUnknown, "no mutable items"))
    }
}
