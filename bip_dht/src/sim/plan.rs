use std::net::IpAddr;
use std::time::Duration;

use super::nat::NatKind;
use crate::{DhtConfig, Family, Role};

/// What a node of the virtual network is like.
///
/// Default: a public IPv4 address, nothing in front of it, [`DhtConfig::default`] with [`Role::Server`].
#[derive(Debug, Clone)]
pub struct NodePlan {
    pub(super) families: Families,
    pub(super) nat: Option<(NatKind, Duration)>,
    pub(super) v4: Option<IpAddr>,
    pub(super) v6: Option<IpAddr>,
    pub(super) config: DhtConfig,
}

/// Which networks a node takes part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Families {
    V4,
    V6,
    Both,
}

impl Default for NodePlan {
    fn default() -> Self {
        NodePlan {
            families: Families::V4,
            nat: None,
            v4: None,
            v6: None,
            config: DhtConfig::default().role(Role::Server),
        }
    }
}

impl NodePlan {
    /// Gives the node an IPv6 address instead of the IPv4 one.
    #[must_use]
    pub fn ipv6(mut self) -> NodePlan {
        self.families = Families::V6;
        self
    }

    /// Gives the node an address of each family.
    #[must_use]
    pub fn dual_stack(mut self) -> NodePlan {
        self.families = Families::Both;
        self
    }

    /// Puts a router in front of the node's IPv4 address, whose mappings live as long as told after the last datagram
    /// that went out through them (routers of homes: 30 to 120 s). IPv6 is not translated. The node's role becomes
    /// [`Role::Auto`], since it may not be reachable.
    #[must_use]
    pub fn behind(mut self, kind: NatKind, expiry: Duration) -> NodePlan {
        self.nat = Some((kind, expiry));
        self.config = self.config.role(Role::Auto);
        self
    }

    /// Gives the node this address, and with it the family, instead of a drawn one.
    #[must_use]
    pub fn address(mut self, ip: IpAddr) -> NodePlan {
        self.families = match ip {
            IpAddr::V4(_) => Families::V4,
            IpAddr::V6(_) => Families::V6,
        };
        self.at(ip)
    }

    /// Sets the node's configuration; families for which it has no address are left out by themselves.
    #[must_use]
    pub fn config(mut self, config: DhtConfig) -> NodePlan {
        self.config = config;
        self
    }

    /// Chooses the address of one family.
    pub(super) fn at(mut self, ip: IpAddr) -> NodePlan {
        match ip {
            IpAddr::V4(_) => self.v4 = Some(ip),
            IpAddr::V6(_) => self.v6 = Some(ip),
        }
        self
    }

    /// The address of this family, where one was chosen.
    pub(super) fn chosen(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    pub(super) fn families(&self) -> impl Iterator<Item = Family> + use<> {
        let families = self.families;
        Family::ALL
            .into_iter()
            .filter(move |family| families.has(*family))
    }

    pub(super) fn has(&self, family: Family) -> bool {
        self.families.has(family)
    }

    /// The configuration without the families for which there is no address.
    pub(super) fn config_of_families(&self) -> DhtConfig {
        let config = self.config.clone();
        match self.families {
            Families::V4 => config.without_v6(),
            Families::V6 => config.without_v4(),
            Families::Both => config,
        }
    }
}

impl Families {
    fn has(self, family: Family) -> bool {
        match self {
            Families::V4 => family == Family::V4,
            Families::V6 => family == Family::V6,
            Families::Both => true,
        }
    }
}
