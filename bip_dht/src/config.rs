use std::net::IpAddr;

use crate::family::Family;
use crate::limits::{DEFAULT_OPERATIONS, MAX_OPERATIONS};
use crate::node_id::NodeId;

/// How a node behaves.
#[derive(Clone, Debug)]
pub struct DhtConfig {
    pub(crate) role: Role,
    pub(crate) v4: bool,
    pub(crate) v6: bool,
    pub(crate) id_v4: Option<NodeId>,
    pub(crate) id_v6: Option<NodeId>,
    pub(crate) external_v4: Option<IpAddr>,
    pub(crate) external_v6: Option<IpAddr>,
    pub(crate) max_operations: usize,
    #[cfg(feature = "tracing")]
    pub(crate) trace_detail: TraceDetail,
}

/// What a node tells `tracing` of: how it stands and how its operations go at level `DEBUG`, each query, answer and refusal at
/// `TRACE`.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TraceDetail {
    /// No address, and no key: nothing tells where anybody is, or what anybody looks for.
    #[default]
    Anonymous,
    /// These, too: for looking into one's own network.
    Full,
}

/// Whether a node answers others (BEP 43).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Read-only at first, and a server once it is known that strangers can reach the node: because one did, or because
    /// the network is a local one, where everybody can.
    #[default]
    Auto,
    /// Answers from the start. For nodes that are known to be reachable.
    Server,
    /// Never answers, and says so, that nobody keeps it in a table: for devices whose data or battery is dear.
    ReadOnly,
}

impl Default for DhtConfig {
    fn default() -> DhtConfig {
        DhtConfig {
            role: Role::Auto,
            v4: true,
            v6: true,
            id_v4: None,
            id_v6: None,
            external_v4: None,
            external_v6: None,
            max_operations: DEFAULT_OPERATIONS,
            #[cfg(feature = "tracing")]
            trace_detail: TraceDetail::Anonymous,
        }
    }
}

impl DhtConfig {
    /// Whether the node answers others (default [`Role::Auto`]).
    pub fn role(mut self, role: Role) -> DhtConfig {
        self.role = role;
        self
    }

    /// Takes no part in the IPv4 network.
    pub fn without_v4(mut self) -> DhtConfig {
        self.v4 = false;
        self
    }

    /// Takes no part in the IPv6 network.
    pub fn without_v6(mut self) -> DhtConfig {
        self.v6 = false;
        self
    }

    /// The node's id in one network (default: restored, or else drawn). A given id is kept whatever the external address
    /// turns out to be, so that nodes which check ids against addresses (BEP 42) may think less of it.
    pub fn id(mut self, family: Family, id: NodeId) -> DhtConfig {
        match family {
            Family::V4 => self.id_v4 = Some(id),
            Family::V6 => self.id_v6 = Some(id),
        }
        self
    }

    /// The address under which others see the node in the network of its family (default: what enough of them say). The id
    /// fits it from the start (BEP 42), unless it was given, too; and whatever others say, it stays.
    pub fn external_address(mut self, address: IpAddr) -> DhtConfig {
        let address = address.to_canonical();
        match address {
            IpAddr::V4(_) => self.external_v4 = Some(address),
            IpAddr::V6(_) => self.external_v6 = Some(address),
        }
        self
    }

    /// How many operations and leases, counted together, may be under way at once (default 256); 1 to
    /// [`MAX_OPERATIONS`].
    pub fn max_operations(mut self, limit: usize) -> DhtConfig {
        self.max_operations = limit.clamp(1, MAX_OPERATIONS);
        self
    }

    /// How much `tracing` is told (default [`TraceDetail::Anonymous`]).
    #[cfg(feature = "tracing")]
    pub fn trace_detail(mut self, detail: TraceDetail) -> DhtConfig {
        self.trace_detail = detail;
        self
    }

    pub(crate) fn has_family(&self, family: Family) -> bool {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    pub(crate) fn external(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.external_v4,
            Family::V6 => self.external_v6,
        }
    }

    pub(crate) fn fixed_id(&self, family: Family) -> Option<NodeId> {
        match family {
            Family::V4 => self.id_v4,
            Family::V6 => self.id_v6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_one_operation_and_the_most_may_be_allowed() {
        let allowed = |limit| DhtConfig::default().max_operations(limit).max_operations;
        assert_eq!(DhtConfig::default().max_operations, DEFAULT_OPERATIONS);
        assert_eq!([allowed(0), allowed(1)], [1, 1]);
        assert_eq!(allowed(MAX_OPERATIONS), MAX_OPERATIONS);
        assert_eq!(allowed(MAX_OPERATIONS + 1), MAX_OPERATIONS);
    }
}
