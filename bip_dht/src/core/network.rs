use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use rand::{Rng, RngExt};

use crate::config::DhtConfig;
use crate::estimate::SizeEstimate;
use crate::event::Status;
use crate::external_address::AddressVotes;
use crate::family::Family;
use crate::limits::{BOOTSTRAP_RETRY, K, MAX_BOOTSTRAP_RETRY, OFFLINE_AFTER, OFFLINE_MISSES};
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, OperationId};
use crate::table::RoutingTable;

/// What belongs to one family.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) table: RoutingTable,
    pub(super) size: SizeEstimate,
    pub(super) votes: AddressVotes,
    /// Our port, as the last saw it who knew our address.
    pub(super) seen_port: Option<u16>,
    /// Nodes that were given, to begin with when nobody in the table answers.
    pub(super) gateways: VecDeque<SocketAddr>,
    presence: Presence,
    /// The lookup of the node's own upkeep, one at a time.
    pub(super) upkeep: Option<OperationId>,
    /// When to look for the network again; `None` once enough of it is found.
    pub(super) search_at: Option<Instant>,
    retries: u32,
    /// How many nodes the last look for the network asked, if none of them answered.
    asked_in_vain: u32,
    last_answer: Option<Instant>,
    misses: u32,
}

/// ```text
///  Searching ──own id looked up──> Ready ──nobody answers──> Offline
///    ^ │                             ^                         │ │ ^
///    │ │                             └── own id looked up ─────┘ │ │
///    │ └──────────────── nobody answers ─────────────────────────┼─┘
///    └────────── somebody answers, or is given to ask ───────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Searching,
    Ready,
    Offline,
}

/// Both families, as far as the node takes part.
#[derive(Debug)]
pub(super) struct Networks {
    v4: Option<Network>,
    v6: Option<Network>,
}

impl Networks {
    pub(super) fn new(now: Instant, config: &DhtConfig, rng: &mut impl Rng) -> Networks {
        let mut network = |family| {
            let (random, external) = (rng.random(), config.external(family));
            let drawn = match external {
                Some(address) => NodeId::for_address(address, random),
                None => NodeId::new(random),
            };
            let id = config.fixed_id(family).unwrap_or(drawn);
            let votes = external.map_or(AddressVotes::new(), AddressVotes::given);
            config
                .has_family(family)
                .then(|| Network::new(now, id, family, votes))
        };
        Networks {
            v4: network(Family::V4),
            v6: network(Family::V6),
        }
    }

    pub(super) fn of(&self, family: Family) -> Option<&Network> {
        match family {
            Family::V4 => self.v4.as_ref(),
            Family::V6 => self.v6.as_ref(),
        }
    }

    pub(super) fn of_mut(&mut self, family: Family) -> Option<&mut Network> {
        match family {
            Family::V4 => self.v4.as_mut(),
            Family::V6 => self.v6.as_mut(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Network> {
        self.v4.iter().chain(&self.v6)
    }

    /// Whether a node named in an answer is one of ours.
    pub(super) fn is_own(&self, id: &NodeId) -> bool {
        self.iter().any(|network| network.table.own() == *id)
    }

    pub(super) fn status(&self) -> Status {
        match self.kind() {
            Status::Offline => Status::Offline,
            kind => {
                let nodes = self.iter().map(|network| network.table.live_count()).sum();
                match kind {
                    Status::Ready { .. } => Status::Ready { nodes },
                    _ => Status::Bootstrapping { nodes },
                }
            }
        }
    }

    /// The status without its number, which takes a look at the whole table.
    pub(super) fn kind(&self) -> Status {
        if self.iter().any(Network::is_ready) {
            Status::Ready { nodes: 0 }
        } else if self
            .iter()
            .any(|network| network.presence == Presence::Searching)
        {
            Status::Bootstrapping { nodes: 0 }
        } else {
            Status::Offline
        }
    }
}

impl Network {
    fn new(now: Instant, id: NodeId, family: Family, votes: AddressVotes) -> Network {
        Network {
            table: RoutingTable::new(now, id, family),
            size: SizeEstimate::new(),
            votes,
            seen_port: None,
            gateways: VecDeque::new(),
            presence: Presence::Searching,
            upkeep: None,
            search_at: Some(now),
            retries: 0,
            asked_in_vain: 0,
            last_answer: None,
            misses: 0,
        }
    }

    /// Where others find us that we announce. Nobody but them can tell: it is not known before enough have, and never on
    /// local networks; and where a NAT shows everybody another port, that which an implied one became is any of them.
    pub(super) fn announced_as(&self, port: AnnouncePort) -> Option<SocketAddr> {
        let port = match port {
            AnnouncePort::Port(port) => port.get(),
            AnnouncePort::Implied => self.seen_port?,
        };
        Some(SocketAddr::new(self.votes.believed()?, port))
    }

    pub(super) fn is_ready(&self) -> bool {
        self.presence == Presence::Ready
    }

    /// Whether the network is being looked for, and somebody is known to ask.
    pub(super) fn may_find_nodes(&self) -> bool {
        let knows_somebody = || !self.gateways.is_empty() || self.table.contact_count() > 0;
        self.presence == Presence::Searching && knows_somebody()
    }

    pub(super) fn asked_in_vain(&self) -> u32 {
        self.asked_in_vain
    }

    /// Takes up the search again after it was in vain, because somebody else is to be asked.
    pub(super) fn search_anew(&mut self) {
        if self.presence == Presence::Offline {
            self.presence = Presence::Searching;
        }
    }

    /// Moves to another place in the key space, and looks for the neighbours there.
    pub(super) fn rebase(&mut self, now: Instant, id: NodeId) {
        self.table.rebase(id);
        if self.is_ready() {
            self.presence = Presence::Searching;
        }
        self.hasten(now);
    }

    /// Looks for the network at once.
    pub(super) fn hasten(&mut self, now: Instant) {
        self.search_at = Some(now);
        self.retries = 0;
    }

    /// Notes that somebody answered. Who was offline until now begins to look for the network anew.
    pub(super) fn on_answer(&mut self, now: Instant) {
        self.last_answer = Some(now);
        self.misses = 0;
        if self.presence == Presence::Offline {
            self.presence = Presence::Searching;
            self.hasten(now);
        }
    }

    /// Notes that somebody did not answer. Where that was everybody for a while, we are offline.
    pub(super) fn on_miss(&mut self, now: Instant) {
        self.misses = self.misses.saturating_add(1);
        let enough = (self.table.live_count() as u32).clamp(2, OFFLINE_MISSES);
        let is_silent = self
            .last_answer
            .is_none_or(|last| now.saturating_duration_since(last) >= OFFLINE_AFTER);
        if self.is_ready() && self.misses >= enough && is_silent {
            self.presence = Presence::Offline;
            self.hasten(now);
        }
    }

    /// Notes how a lookup of our own id went, and when to try again if nobody was found, or so few that they may know
    /// nobody else themselves.
    pub(super) fn on_searched(&mut self, now: Instant, asked: u32, answered: u32) {
        self.asked_in_vain = if answered > 0 { 0 } else { asked };
        if answered > 0 {
            self.presence = Presence::Ready;
        } else if asked > 0 {
            self.presence = Presence::Offline;
        }
        if answered > 0 && self.table.live_count() >= K {
            self.retries = 0;
            self.search_at = None;
            return;
        }
        let wait = BOOTSTRAP_RETRY * (1 << self.retries.min(8));
        self.search_at = Some(now + wait.min(MAX_BOOTSTRAP_RETRY));
        self.retries += 1;
    }
}
