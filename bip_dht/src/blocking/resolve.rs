use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Weak};
use std::thread;

use crate::front::limits::MAX_ADDRESSES_OF_NAME;
use crate::front::{Front, Host, NodeEvent};

/// Gives the core the addresses of `hosts`, those of names once they are resolved, on a thread that ends then: the
/// system's name service takes its time and cannot be stopped.
pub(super) fn resolve(front: &Arc<Front>, hosts: Vec<Host>) {
    let mut names = Vec::new();
    for host in hosts {
        match host {
            Host::Address(address) => add(front, [address]),
            Host::Name(name) => names.push(name),
        }
    }
    if names.is_empty() {
        return;
    }
    let front = Arc::downgrade(front);
    let resolver = thread::Builder::new().name("dht-names".to_owned());
    // Where there is no thread to be had, there may be one the next time.
    let _ = resolver.spawn(move || {
        for name in names {
            resolve_name(&front, name);
        }
    });
}

fn resolve_name(front: &Weak<Front>, name: String) {
    let addresses = name.to_socket_addrs();
    let Some(front) = front.upgrade() else {
        return;
    };
    match addresses {
        Ok(addresses) => add(&front, addresses.take(MAX_ADDRESSES_OF_NAME)),
        Err(error) => {
            let error = error.to_string();
            front.with(|desk, _| desk.tell(NodeEvent::Unresolved { name, error }));
        }
    }
}

fn add(front: &Front, addresses: impl IntoIterator<Item = SocketAddr>) {
    front.with(|desk, now| {
        for address in addresses {
            desk.core.add_node(now, address);
        }
    });
}
