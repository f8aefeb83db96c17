use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::front::limits::MAX_ADDRESSES_OF_NAME;
use crate::front::{Front, Host, NodeEvent};

/// Gives the core the addresses of `hosts`, those of names once they are resolved. One task for each name, so that a
/// name server that does not answer keeps up none of the others.
pub(super) fn resolve(front: &Arc<Front>, resolving: &mut JoinSet<()>, hosts: Vec<Host>) {
    // Who is still being resolved since the last time will not be faster by being asked twice.
    let names_wanted = resolving.is_empty();
    for host in hosts {
        match host {
            Host::Address(address) => add(front, [address]),
            Host::Name(name) if names_wanted => {
                resolving.spawn(resolve_name(Arc::clone(front), name));
            }
            Host::Name(_) => {}
        }
    }
}

async fn resolve_name(front: Arc<Front>, name: String) {
    let error = match tokio::net::lookup_host(&name).await {
        Ok(addresses) => return add(&front, addresses.take(MAX_ADDRESSES_OF_NAME)),
        Err(error) => error.to_string(),
    };
    front.with(|desk, _| desk.tell(NodeEvent::Unresolved { name, error }));
}

fn add(front: &Front, addresses: impl IntoIterator<Item = SocketAddr>) {
    front.with(|desk, now| {
        for address in addresses {
            desk.core.add_node(now, address);
        }
    });
}
