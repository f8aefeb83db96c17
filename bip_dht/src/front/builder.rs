use std::io;
use std::net::{IpAddr, SocketAddrV4, SocketAddrV6};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rand::TryRng;
use rand::rngs::SysRng;

use super::bootstrap::{Bootstrap, Host};
use super::socket::Bound;
use super::{Cache, CacheFile, Desk, Front, NodeEvent};
use crate::config::{DhtConfig, Role};
use crate::core::DhtCore;
use crate::family::Family;
use crate::front::limits::{NAME_PATIENCE, ROUTERS};
use crate::node_id::NodeId;

/// Builds a node, and starts it.
#[derive(Clone, Debug)]
#[must_use]
pub struct DhtBuilder {
    config: DhtConfig,
    hosts: Vec<Host>,
    routers: &'static [&'static str],
    pub(super) bind_v4: Option<SocketAddrV4>,
    pub(super) bind_v6: Option<SocketAddrV6>,
    cache: Option<PathBuf>,
}

/// A node with its sockets, ready to run.
pub(crate) struct Prepared {
    pub(crate) front: Arc<Front>,
    pub(crate) bound: Bound,
    pub(crate) cache: Cache,
}

impl Default for DhtBuilder {
    fn default() -> DhtBuilder {
        DhtBuilder::new()
    }
}

impl DhtBuilder {
    /// A node of the public network, in both address families, on ports that the system chooses, without a cache.
    pub fn new() -> DhtBuilder {
        DhtBuilder {
            config: DhtConfig::default(),
            hosts: Vec::new(),
            routers: ROUTERS,
            bind_v4: None,
            bind_v6: None,
            cache: None,
        }
    }

    /// Adds nodes to begin with: socket addresses, or strings of the form `host:port`. Names are resolved in the
    /// background, and again whenever the node has lost the network;
    /// [`NodeEvent::Unresolved`](crate::NodeEvent::Unresolved) tells of those that cannot be.
    pub fn bootstrap<N: ToString>(mut self, nodes: impl IntoIterator<Item = N>) -> DhtBuilder {
        let hosts = nodes.into_iter().map(|node| Host::parse(&node.to_string()));
        self.hosts.extend(hosts);
        self
    }

    /// Does not turn to [`ROUTERS`]: for networks of one's own, and for tests.
    pub fn without_routers(mut self) -> DhtBuilder {
        self.routers = &[];
        self
    }

    /// The address of the IPv4 socket (default: all addresses, a port that the system chooses).
    pub fn bind_v4(mut self, address: SocketAddrV4) -> DhtBuilder {
        self.bind_v4 = Some(address);
        self
    }

    /// The address of the IPv6 socket (default: all addresses, the IPv4 socket's port if it is free).
    pub fn bind_v6(mut self, address: SocketAddrV6) -> DhtBuilder {
        self.bind_v6 = Some(address);
        self
    }

    /// Takes no part in the IPv4 network.
    pub fn without_v4(mut self) -> DhtBuilder {
        self.config = self.config.without_v4();
        self
    }

    /// Takes no part in the IPv6 network.
    pub fn without_v6(mut self) -> DhtBuilder {
        self.config = self.config.without_v6();
        self
    }

    /// Whether the node answers others (default [`Role::Auto`]).
    pub fn role(mut self, role: Role) -> DhtBuilder {
        self.config = self.config.role(role);
        self
    }

    /// The node's id in one network, see [`DhtConfig::id`].
    pub fn id(mut self, family: Family, id: NodeId) -> DhtBuilder {
        self.config = self.config.id(family, id);
        self
    }

    /// The address under which others see the node in one network, see [`DhtConfig::external_address`].
    pub fn external_address(mut self, address: IpAddr) -> DhtBuilder {
        self.config = self.config.external_address(address);
        self
    }

    /// How many operations and leases may be under way at once, see [`DhtConfig::max_operations`].
    pub fn max_operations(mut self, limit: usize) -> DhtBuilder {
        self.config = self.config.max_operations(limit);
        self
    }

    /// How much `tracing` is told, see [`DhtConfig::trace_detail`].
    #[cfg(feature = "tracing")]
    pub fn trace_detail(mut self, detail: crate::TraceDetail) -> DhtBuilder {
        self.config = self.config.trace_detail(detail);
        self
    }

    /// Keeps what the node knows in a file, so that it is back at once when it starts again, with the same ids and
    /// without routers. Written every five minutes and at the end, each time whole or not at all; there need not be one
    /// yet. [`NodeEvent::CacheFailed`](crate::NodeEvent::CacheFailed) tells if that fails.
    pub fn cache(mut self, path: impl Into<PathBuf>) -> DhtBuilder {
        self.cache = Some(path.into());
        self
    }

    pub(crate) fn prepare(self, now: fn() -> Instant) -> io::Result<Prepared> {
        let (config, bound) = Bound::new(self.config, self.bind_v4, self.bind_v6)?;
        let start = now();
        let mut core = DhtCore::new(start, config, seed()?);
        let file = self.cache.as_deref().map(CacheFile::new);
        let restored = file.as_ref().map(|file| restore(&mut core, start, file));
        let routers = self.routers.iter().map(|router| Host::parse(router));
        let hosts: Vec<Host> = self.hosts.into_iter().chain(routers).collect();
        if !hosts.is_empty() {
            core.expect_nodes(start, start + NAME_PATIENCE);
        }
        let known = matches!(restored, Some(Ok(true)));
        let mut desk = Desk::new(core, Bootstrap::new(start, hosts, known));
        if let Some(Err(error)) = restored {
            desk.tell(NodeEvent::CacheFailed { error });
        }
        Ok(Prepared {
            front: Front::new(desk, now),
            bound,
            cache: Cache::new(start, file),
        })
    }
}

/// Whether there was something to restore.
fn restore(core: &mut DhtCore, now: Instant, file: &CacheFile) -> Result<bool, String> {
    let Some(bytes) = file.read().map_err(|error| error.to_string())? else {
        return Ok(false);
    };
    core.restore(now, &bytes)
        .map(|()| true)
        .map_err(|error| error.to_string())
}

/// A seed from the system's random source.
fn seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    SysRng.try_fill_bytes(&mut seed).map_err(io::Error::other)?;
    Ok(seed)
}
