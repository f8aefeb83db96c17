//! The commands.

use std::net::SocketAddr;
use std::time::Instant;

use super::DhtCore;
#[cfg(feature = "ed25519")]
use super::task::Newest;
use super::task::{Goal, Origin, Scrape, Task};
use crate::address::is_reachable;
use crate::error::BeginError;
use crate::family::{Family, canonical};
use crate::item::check_value;
#[cfg(feature = "ed25519")]
use crate::item::{ItemError, MutableItem};
use crate::key::Key;
use crate::limits::K;
#[cfg(feature = "ed25519")]
use crate::limits::MAX_SALT_LENGTH;
use crate::lookup::Lookup;
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, OperationId};
use crate::rpc::Purpose;
use crate::table::Trust;

impl DhtCore {
    /// Looks for the peers at a key, which come as [`Peers`](crate::DhtEvent::Peers) events (BEP 5, "get_peers").
    ///
    /// # Errors
    /// `TooManyOperations`; so it is with every command.
    pub fn get_peers(&mut self, now: Instant, key: Key) -> Result<OperationId, BeginError> {
        self.begin(now, Goal::GetPeers, key.into())
    }

    /// Announces a peer at a key, once, to the 8 nodes of each family closest to it (BEP 5, "announce_peer"), and tells
    /// of the peers found on the way. Nodes forget it after 30 to 45 minutes; [`hold`](DhtCore::hold) renews it.
    ///
    /// # Errors
    /// `TooManyOperations`.
    pub fn announce(
        &mut self,
        now: Instant,
        key: Key,
        port: AnnouncePort,
    ) -> Result<OperationId, BeginError> {
        self.begin(now, Goal::Announce(port), key.into())
    }

    /// Estimates how many seeds and downloaders a torrent has (BEP 33).
    ///
    /// # Errors
    /// `TooManyOperations`.
    pub fn scrape(&mut self, now: Instant, key: Key) -> Result<OperationId, BeginError> {
        self.begin(now, Goal::Scrape(Box::<Scrape>::default()), key.into())
    }

    /// Looks for the nodes closest to an id (BEP 5, "find_node").
    ///
    /// # Errors
    /// `TooManyOperations`.
    pub fn find_node(&mut self, now: Instant, target: NodeId) -> Result<OperationId, BeginError> {
        self.begin(now, Goal::FindNode, target)
    }

    /// Puts a value where it is found by its hash (BEP 44, "Immutable Items"). `value` is bencoded, canonically, in at
    /// most 1000 bytes. Nodes forget it after 2 hours.
    ///
    /// # Errors
    /// `Item` and `TooManyOperations`.
    pub fn put_immutable(&mut self, now: Instant, value: &[u8]) -> Result<OperationId, BeginError> {
        check_value(value)?;
        let target = Key::of_immutable(value);
        self.begin(now, Goal::PutImmutable(value.into()), target.into())
    }

    /// Looks for the value with this hash (BEP 44, "Immutable Items"), and ends with the first that fits.
    ///
    /// # Errors
    /// `TooManyOperations`.
    pub fn get_immutable(&mut self, now: Instant, target: Key) -> Result<OperationId, BeginError> {
        self.begin(now, Goal::GetImmutable, target.into())
    }

    /// Puts an item that its owner can replace (BEP 44, "Mutable Items"). With `cas` only nodes take it that keep the
    /// version with this number. Nodes forget it after 2 hours.
    ///
    /// # Errors
    /// `TooManyOperations`.
    #[cfg(feature = "ed25519")]
    pub fn put_mutable(
        &mut self,
        now: Instant,
        item: MutableItem,
        cas: Option<i64>,
    ) -> Result<OperationId, BeginError> {
        let target = item.target().into();
        self.begin(now, Goal::put_mutable(item, cas), target)
    }

    /// Looks for the newest version of an item. Every node on the way is asked, since any may keep an old one; what is
    /// found comes as [`Item`](crate::DhtEvent::Item) events before the end.
    ///
    /// # Errors
    /// `Item` where the salt is too long, and `TooManyOperations`.
    #[cfg(feature = "ed25519")]
    pub fn get_mutable(
        &mut self,
        now: Instant,
        public_key: [u8; 32],
        salt: &[u8],
    ) -> Result<OperationId, BeginError> {
        check_salt(salt)?;
        let goal = Goal::GetMutable(Box::new(Newest::new(public_key, salt)));
        self.begin(now, goal, Key::of_mutable(&public_key, salt).into())
    }

    /// Asks one node whether it is there, and for its id (BEP 5, "ping").
    ///
    /// # Errors
    /// `Unreachable`, `FamilyUnavailable` and `TooManyOperations`.
    pub fn ping(&mut self, now: Instant, node: SocketAddr) -> Result<OperationId, BeginError> {
        self.begin_direct(now, node, Goal::Ping, NodeId::new([0; 20]))
    }

    /// Asks one node for some of the keys it keeps peers at, and for nodes close to `target`, to go on with (BEP 51).
    ///
    /// # Errors
    /// `Unreachable`, `FamilyUnavailable` and `TooManyOperations`.
    pub fn sample(
        &mut self,
        now: Instant,
        node: SocketAddr,
        target: Key,
    ) -> Result<OperationId, BeginError> {
        self.begin_direct(now, node, Goal::Sample, target.into())
    }

    /// Forgets an operation: nobody is asked for it any more, and no event will tell of it. Nothing happens if it has
    /// ended already; events that stand in the queue stay there.
    pub fn cancel(&mut self, id: OperationId) {
        let waiting = self.waiting.remove(&id).map(|task| *task);
        if let Some(task) = waiting.or_else(|| self.take_task(id)) {
            self.commands -= usize::from(task.origin == Origin::User);
        }
    }

    fn begin(
        &mut self,
        now: Instant,
        goal: Goal,
        target: NodeId,
    ) -> Result<OperationId, BeginError> {
        self.check_room()?;
        self.commands += 1;
        let id = self.draw_id();
        #[cfg(feature = "tracing")]
        self.trace_operation(id, &goal, target);
        let task = Task::new(now, Origin::User, goal, target);
        self.start_when_found(now, id, task);
        Ok(id)
    }

    fn begin_direct(
        &mut self,
        now: Instant,
        node: SocketAddr,
        goal: Goal,
        target: NodeId,
    ) -> Result<OperationId, BeginError> {
        let node = canonical(node);
        if !is_reachable(node) {
            return Err(BeginError::Unreachable(node));
        }
        let family = Family::of(node);
        if self.networks.of(family).is_none() {
            return Err(BeginError::FamilyUnavailable(family));
        }
        self.check_room()?;
        self.commands += 1;
        let id = self.draw_id();
        #[cfg(feature = "tracing")]
        self.trace_operation(id, &goal, target);
        let mut task = Task::new(now, Origin::User, goal, target);
        // There is no lookup to wait for.
        task.is_storing = true;
        task.asked = 1;
        self.tasks.insert(id, Box::new(task));
        self.ask(now, node, None, Purpose::Direct(id));
        Ok(id)
    }

    /// Begins the lookups of an operation.
    pub(super) fn start(&mut self, now: Instant, id: OperationId, mut task: Task) {
        let lookup = |core: &mut DhtCore, family| match task.origin {
            Origin::Upkeep(only) if only != family => None,
            _ => core.new_lookup(now, family, task.target),
        };
        task.v4 = lookup(self, Family::V4);
        task.v6 = lookup(self, Family::V6);
        self.tasks.insert(id, Box::new(task));
        self.drive(now, id);
    }

    /// A lookup that begins at the closest nodes that we trust; where those are few, at everybody we have heard of.
    fn new_lookup(&mut self, now: Instant, family: Family, target: NodeId) -> Option<Lookup> {
        let network = self.networks.of(family)?;
        let nodes = &mut self.nodes;
        let mut lookup = Lookup::new(target, network.table.own(), network.size.nodes());
        network
            .table
            .closest(now, target, 2 * K, Trust::Live, nodes);
        lookup.begin_at(nodes);
        if nodes.len() < K {
            network.table.closest(now, target, 2 * K, Trust::Any, nodes);
            lookup.begin_at(nodes);
        }
        if network.search_at.is_some() || lookup.is_empty() {
            for gateway in &network.gateways {
                lookup.begin_at_address(*gateway);
            }
        }
        Some(lookup)
    }

    /// Ends that nobody took yet count too, so that their queue is bounded as well.
    pub(super) fn check_room(&self) -> Result<(), BeginError> {
        let limit = self.config.max_operations;
        if self.commands + self.leases.len() + self.events.len() >= limit {
            return Err(BeginError::TooManyOperations { limit });
        }
        Ok(())
    }

    pub(super) fn draw_id(&mut self) -> OperationId {
        self.next_id += 1;
        OperationId(self.next_id)
    }
}

#[cfg(feature = "ed25519")]
pub(super) fn check_salt(salt: &[u8]) -> Result<(), ItemError> {
    match salt.len() {
        length if length > MAX_SALT_LENGTH => Err(ItemError::SaltTooLong { length }),
        _ => Ok(()),
    }
}
