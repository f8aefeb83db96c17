//! Answers to our queries, and their absence.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use rand::RngExt;

use super::DhtCore;
use super::task::Goal;
use crate::address::is_reachable;
use crate::bloom::BloomFilter;
use crate::error::OperationError;
use crate::event::DhtEvent;
use crate::family::{Family, canonical};
use crate::key::Key;
use crate::krpc::{ErrorCode, Message, NodeInfo, Response};
use crate::limits::MAX_FOREIGN_TOKEN_LENGTH;
use crate::node_id::NodeId;
use crate::operation::{OperationId, Outcome, Sample};
use crate::rpc::{Pending, Purpose};
use crate::table::Source;

impl DhtCore {
    pub(super) fn on_response(
        &mut self,
        now: Instant,
        from: SocketAddr,
        message: &Message<'_>,
        response: &Response<'_>,
    ) {
        let Some(pending) = self.transactions.take(message.transaction, from) else {
            self.stats.strays += 1;
            #[cfg(feature = "tracing")]
            self.trace_stray(from);
            return;
        };
        self.note_end(&pending);
        self.stats.answers += 1;
        let rtt = pending.rtt(now);
        if let Some(rtt) = rtt {
            self.rtt.sample(rtt);
        }
        #[cfg(feature = "tracing")]
        self.trace_answer(&pending, rtt);
        // Some hosts send back what they get: that is nobody's answer.
        if self.networks.is_own(&response.sender) {
            return self.on_lost(now, &pending);
        }
        let node = NodeInfo {
            id: response.sender,
            address: from,
        };
        let Some(network) = self.networks.of_mut(Family::of(from)) else {
            return;
        };
        network.on_answer(now);
        if pending.expected.is_some_and(|expected| expected != node.id) {
            network.table.misnamed(now, node);
            return self.on_lost(now, &pending);
        }
        network.table.answered(now, node, rtt);
        self.count_vote(now, from, message.ip);
        self.hear(now, response);
        match pending.purpose {
            Purpose::Lookup(id) => self.on_step(now, id, node, response),
            Purpose::Store(id) => self.on_stored(now, id, Ok(())),
            Purpose::Direct(id) => self.on_direct(now, id, &pending, node, response),
            Purpose::Check => {}
        }
    }

    pub(super) fn on_error(
        &mut self,
        now: Instant,
        from: SocketAddr,
        transaction: &[u8],
        code: ErrorCode,
    ) {
        let Some(pending) = self.transactions.take(transaction, from) else {
            self.stats.strays += 1;
            #[cfg(feature = "tracing")]
            self.trace_stray(from);
            return;
        };
        self.note_end(&pending);
        self.stats.answers += 1;
        match pending.purpose {
            Purpose::Store(id) => self.on_stored(now, id, Err(Some(code))),
            Purpose::Direct(id) => {
                let code = code.number();
                self.finish(now, id, Err(OperationError::Refused { code }));
            }
            Purpose::Lookup(_) | Purpose::Check => self.on_lost(now, &pending),
        }
    }

    /// Counts what an answer says about our address. Once enough agree on a new one, our id follows it (BEP 42).
    fn count_vote(&mut self, now: Instant, from: SocketAddr, ip: Option<SocketAddr>) {
        let family = Family::of(from);
        let Some(ip) = ip.map(canonical).filter(|ip| Family::of(*ip) == family) else {
            return;
        };
        let Some(network) = self.networks.of_mut(family) else {
            return;
        };
        let believed = network.votes.vote(now, from.ip(), ip.ip());
        if network.votes.believed() == Some(ip.ip()) {
            network.seen_port = Some(ip.port());
        }
        let Some(believed) = believed else {
            return;
        };
        self.tell(DhtEvent::ExternalAddress(believed));
        self.follow_address(now, family, believed);
    }

    fn follow_address(&mut self, now: Instant, family: Family, address: IpAddr) {
        let is_fixed = self.config.fixed_id(family).is_some();
        let Some(network) = self.networks.of_mut(family) else {
            return;
        };
        if is_fixed || network.table.own().is_valid_for(address) {
            return;
        }
        let id = NodeId::for_address(address, self.rng.random());
        network.rebase(now, id);
        self.tell(DhtEvent::IdChanged(family));
    }

    /// A query was given up.
    pub(super) fn on_dead(&mut self, now: Instant, pending: &Pending) {
        self.note_end(pending);
        self.stats.timeouts += 1;
        #[cfg(feature = "tracing")]
        self.trace_silence(pending);
        self.rtt.missed();
        if let Some(network) = self.networks.of_mut(Family::of(pending.to)) {
            if let Some(id) = pending.expected.filter(|_| pending.was_resent()) {
                let address = pending.to;
                network.table.failed(now, NodeInfo { id, address });
            }
            network.on_miss(now);
        }
        self.on_lost(now, pending);
    }

    fn note_end(&mut self, pending: &Pending) {
        if pending.purpose == Purpose::Check {
            self.checks = self.checks.saturating_sub(1);
        }
    }

    /// Goes on without the answer.
    fn on_lost(&mut self, now: Instant, pending: &Pending) {
        match pending.purpose {
            Purpose::Lookup(id) => {
                let task = self.tasks.get_mut(&id);
                if let Some(lookup) = task.and_then(|task| task.lookup_mut(Family::of(pending.to)))
                {
                    lookup.on_dead(pending.to);
                }
                self.drive(now, id);
            }
            Purpose::Store(id) => self.on_stored(now, id, Err(None)),
            Purpose::Direct(id) => {
                self.finish(now, id, Err(OperationError::NoAnswer { asked: 1 }));
            }
            Purpose::Check => {}
        }
    }

    /// Lets the tables know of the nodes that an answer names.
    fn hear(&mut self, now: Instant, response: &Response<'_>) {
        for node in named(response) {
            if let Some(network) = self.networks.of_mut(Family::of(node.address)) {
                network.table.heard(now, node, Source::Answer);
            }
        }
    }

    /// A node answered a lookup.
    fn on_step(&mut self, now: Instant, id: OperationId, from: NodeInfo, response: &Response<'_>) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        // Each family's lookup learns from the answers of both.
        for family in Family::ALL {
            let Some(lookup) = task.lookup_mut(family) else {
                continue;
            };
            let nodes = named(response).filter(|node| Family::of(node.address) == family);
            if family == Family::of(from.address) {
                let token = response.token;
                let token = token.filter(|token| token.len() <= MAX_FOREIGN_TOKEN_LENGTH);
                lookup.on_answer(from, token, nodes);
            } else {
                nodes.for_each(|node| lookup.begin_at(&[node]));
            }
        }
        self.harvest(now, id, response);
        self.drive(now, id);
    }

    /// Takes what the operation looks for out of an answer.
    fn harvest(&mut self, now: Instant, id: OperationId, response: &Response<'_>) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let values = response.values.into_iter().flat_map(|values| values.iter());
        let peers = values.map(canonical).filter(|peer| is_reachable(*peer));
        let key = task.key();
        match &mut task.goal {
            Goal::GetPeers | Goal::Announce(_) => {
                let peers = task.find(peers);
                let origin = task.origin;
                self.tell_peers(id, origin, peers);
            }
            Goal::Scrape(scrape) => {
                let filter =
                    |bytes: Option<&[u8; 256]>| bytes.map(|bytes| BloomFilter::from_bytes(*bytes));
                if response.seeds.or(response.downloaders).is_some() {
                    scrape.filters += 1;
                }
                scrape
                    .seeds
                    .merge(&filter(response.seeds).unwrap_or_default());
                let downloaders = filter(response.downloaders).unwrap_or_default();
                scrape.downloaders.merge(&downloaders);
                // Older nodes only list peers; whoever is no known seed counts as downloader (BEP 33, "Handling legacy
                // responses").
                for peer in peers {
                    if !scrape.seeds.contains(peer.ip()) {
                        scrape.downloaders.insert(peer.ip());
                    }
                }
            }
            Goal::GetImmutable => {
                if let Some(value) = response
                    .value
                    .filter(|value| Key::of_immutable(value) == key)
                {
                    let value = value.to_vec();
                    self.finish(now, id, Ok(Outcome::Immutable { value }));
                }
            }
            #[cfg(feature = "ed25519")]
            Goal::GetMutable(newest) => {
                if let Some(item) = newest.take(response) {
                    self.tell(DhtEvent::Item { id, item });
                }
            }
            #[cfg(feature = "ed25519")]
            Goal::PutMutable { newest, .. } => {
                newest.take(response);
            }
            Goal::FindNode | Goal::PutImmutable(_) | Goal::Ping | Goal::Sample => {}
        }
    }

    fn tell_peers(&mut self, id: OperationId, origin: super::task::Origin, peers: Vec<SocketAddr>) {
        use super::task::Origin;
        if peers.is_empty() {
            return;
        }
        match origin {
            Origin::User => self.tell(DhtEvent::Peers { id, peers }),
            Origin::Lease(lease) => self.tell_lease_peers(lease, peers),
            Origin::Upkeep(_) => {}
        }
    }

    fn on_direct(
        &mut self,
        now: Instant,
        id: OperationId,
        pending: &Pending,
        node: NodeInfo,
        response: &Response<'_>,
    ) {
        let Some(task) = self.tasks.get(&id) else {
            return;
        };
        let outcome = match task.goal {
            Goal::Sample => Outcome::Sampled(Sample {
                node,
                keys: response.samples.map(|samples| samples.iter().collect()),
                total: response.sample_count.unwrap_or(0),
                interval: std::time::Duration::from_secs(response.interval_s.unwrap_or(0).into()),
                nodes: named(response).collect(),
            }),
            _ => Outcome::Pong {
                node,
                rtt: pending.elapsed(now),
            },
        };
        self.finish(now, id, Ok(outcome));
    }
}

/// The nodes that an answer names, as far as they can exist.
fn named(response: &Response<'_>) -> impl Iterator<Item = NodeInfo> {
    let nodes = response.all_nodes().map(|node| NodeInfo {
        address: canonical(node.address),
        ..node
    });
    nodes.filter(|node| is_reachable(node.address))
}
