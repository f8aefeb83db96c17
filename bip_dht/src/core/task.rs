use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Instant;

use crate::bloom::BloomFilter;
use crate::family::Family;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::key::Key;
use crate::krpc::{Call, Put};
#[cfg(feature = "ed25519")]
use crate::krpc::{PutMutable, Response};
use crate::limits::MAX_PEERS_FOUND;
#[cfg(feature = "ed25519")]
use crate::limits::MAX_VERSIONS;
use crate::lookup::Lookup;
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, LeaseId};

/// An operation under way.
///
/// ```text
///  Lookup ──closest known, something to store──> Store ──all answered or given up──> gone
///    └─────closest known, nothing to store──> gone        Direct ──one answer or none──> gone
/// ```
#[derive(Debug)]
pub(super) struct Task {
    pub(super) origin: Origin,
    pub(super) goal: Goal,
    pub(super) target: NodeId,
    pub(super) started: Instant,
    pub(super) v4: Option<Lookup>,
    pub(super) v6: Option<Lookup>,
    /// How many nodes were given what is to be stored and have not said anything yet.
    pub(super) storing: usize,
    pub(super) is_storing: bool,
    pub(super) stored: usize,
    pub(super) refusal: Option<i64>,
    pub(super) queries: u32,
    pub(super) asked: u32,
    pub(super) found: BTreeSet<SocketAddr>,
}

/// For whom an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    User,
    Lease(LeaseId),
    /// The table of one family.
    Upkeep(Family),
}

/// What an operation is to bring.
#[derive(Debug)]
pub(super) enum Goal {
    FindNode,
    GetPeers,
    Announce(AnnouncePort),
    Scrape(Box<Scrape>),
    GetImmutable,
    PutImmutable(Box<[u8]>),
    #[cfg(feature = "ed25519")]
    GetMutable(Box<Newest>),
    #[cfg(feature = "ed25519")]
    PutMutable {
        item: Box<MutableItem>,
        cas: Option<i64>,
        /// The newest version seen on the way.
        newest: Box<Newest>,
    },
    Ping,
    Sample,
}

#[cfg(feature = "ed25519")]
impl Goal {
    pub(super) fn put_mutable(item: MutableItem, cas: Option<i64>) -> Goal {
        let newest = Newest::new(*item.public_key(), item.salt());
        Goal::PutMutable {
            item: Box::new(item),
            cas,
            newest: Box::new(newest),
        }
    }
}

/// The newest version of an item that was seen.
#[cfg(feature = "ed25519")]
#[derive(Debug)]
pub(super) struct Newest {
    public_key: [u8; 32],
    salt: Box<[u8]>,
    /// With how many nodes gave it. More than one if the owner gave two values the same number.
    versions: Vec<(MutableItem, usize)>,
}

#[cfg(feature = "ed25519")]
impl Newest {
    pub(super) fn new(public_key: [u8; 32], salt: &[u8]) -> Newest {
        Newest {
            public_key,
            salt: salt.into(),
            versions: Vec::new(),
        }
    }

    /// Takes a node's version. Returns it if it is newer than all before.
    pub(super) fn take(&mut self, response: &Response<'_>) -> Option<MutableItem> {
        let (value, seq, signature) = (response.value?, response.seq?, response.signature?);
        let known = self.versions.first().map(|(item, _)| item.seq());
        if known.is_some_and(|known| known > seq) {
            return None;
        }
        let is_newer = known != Some(seq);
        let same = |(item, _): &&mut (MutableItem, usize)| item.value() == value;
        if !is_newer && let Some((_, agreeing)) = self.versions.iter_mut().find(same) {
            *agreeing += 1;
            return None;
        }
        if !is_newer && self.versions.len() >= MAX_VERSIONS {
            return None;
        }
        let item = MutableItem::verify(&self.public_key, &self.salt, seq, value, signature).ok()?;
        if is_newer {
            self.versions.clear();
        }
        self.versions.push((item.clone(), 1));
        is_newer.then_some(item)
    }

    /// The version that most nodes gave, and how many they were; of those that as many gave, the same for everybody.
    pub(super) fn item(&self) -> Option<(&MutableItem, usize)> {
        let versions = self
            .versions
            .iter()
            .map(|(item, agreeing)| (item, *agreeing));
        versions.max_by_key(|(item, agreeing)| (*agreeing, item.value()))
    }
}

/// The filters of all nodes that answered a scrape, united.
#[derive(Debug, Default)]
pub(super) struct Scrape {
    pub(super) seeds: BloomFilter,
    pub(super) downloaders: BloomFilter,
    pub(super) filters: usize,
}

impl Task {
    pub(super) fn new(now: Instant, origin: Origin, goal: Goal, target: NodeId) -> Task {
        Task {
            origin,
            goal,
            target,
            started: now,
            v4: None,
            v6: None,
            storing: 0,
            is_storing: false,
            stored: 0,
            refusal: None,
            queries: 0,
            asked: 0,
            found: BTreeSet::new(),
        }
    }

    pub(super) fn key(&self) -> Key {
        Key::new(*self.target.as_bytes())
    }

    pub(super) fn lookup(&self, family: Family) -> Option<&Lookup> {
        match family {
            Family::V4 => self.v4.as_ref(),
            Family::V6 => self.v6.as_ref(),
        }
    }

    pub(super) fn lookup_mut(&mut self, family: Family) -> Option<&mut Lookup> {
        match family {
            Family::V4 => self.v4.as_mut(),
            Family::V6 => self.v6.as_mut(),
        }
    }

    pub(super) fn lookups(&self) -> impl Iterator<Item = &Lookup> {
        self.v4.iter().chain(&self.v6)
    }

    /// What a lookup asks for.
    pub(super) fn lookup_call(&self) -> Call<'_> {
        match &self.goal {
            Goal::GetPeers | Goal::Announce(_) => Call::GetPeers {
                info_hash: self.key(),
                scrape: false,
                no_seed: false,
            },
            Goal::Scrape(_) => Call::GetPeers {
                info_hash: self.key(),
                scrape: true,
                no_seed: false,
            },
            #[cfg(feature = "ed25519")]
            Goal::GetMutable(_) | Goal::PutMutable { .. } => Call::Get {
                target: self.key(),
                seq: None,
            },
            Goal::GetImmutable | Goal::PutImmutable(_) => Call::Get {
                target: self.key(),
                seq: None,
            },
            Goal::FindNode | Goal::Ping | Goal::Sample => Call::FindNode {
                target: self.target,
            },
        }
    }

    /// What is given to a node to keep, with the token it gave.
    pub(super) fn store_call(&self, to: SocketAddr) -> Option<Call<'_>> {
        let token = self.lookup(Family::of(to))?.token(to)?;
        match &self.goal {
            Goal::Announce(port) => Some(Call::AnnouncePeer {
                info_hash: self.key(),
                port: match port {
                    AnnouncePort::Implied => 0,
                    AnnouncePort::Port(port) => port.get(),
                },
                implied_port: *port == AnnouncePort::Implied,
                token,
                seed: false,
            }),
            Goal::PutImmutable(value) => Some(Call::Put(Put {
                target: Some(self.key()),
                ..Put::immutable(token, value)
            })),
            #[cfg(feature = "ed25519")]
            Goal::PutMutable { item, cas, .. } => {
                let mutable = PutMutable {
                    salt: item.salt(),
                    cas: *cas,
                    ..PutMutable::new(item.public_key(), item.seq(), item.signature())
                };
                Some(Call::Put(Put {
                    target: Some(self.key()),
                    ..Put::mutable(token, item.value(), mutable)
                }))
            }
            _ => None,
        }
    }

    /// Notes peers and returns those that are new.
    pub(super) fn find(&mut self, peers: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        let mut fresh = Vec::new();
        for peer in peers {
            if self.found.len() < MAX_PEERS_FOUND && self.found.insert(peer) {
                fresh.push(peer);
            }
        }
        fresh
    }

    /// The newest version that was seen on the way, if it is newer than the one to be put.
    #[cfg(feature = "ed25519")]
    pub(super) fn newer_version(&self) -> Option<MutableItem> {
        let Goal::PutMutable { item, newest, .. } = &self.goal else {
            return None;
        };
        let (newest, _) = newest.item()?;
        (newest.seq() > item.seq()).then(|| newest.clone())
    }

    pub(super) fn stores(&self) -> bool {
        match self.goal {
            Goal::Announce(_) | Goal::PutImmutable(_) => true,
            #[cfg(feature = "ed25519")]
            Goal::PutMutable { .. } => true,
            _ => false,
        }
    }
}
