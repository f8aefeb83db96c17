use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Weak};
use std::thread;

use crate::front::Front;

/// Tells the node what the names are resolved to, on a thread that ends then: the system's name service takes its time
/// and cannot be stopped.
pub(super) fn resolve(front: &Arc<Front>, names: Vec<String>) {
    if names.is_empty() {
        return;
    }
    let weak = Arc::downgrade(front);
    let wanted = names.clone();
    let resolver = thread::Builder::new().name("dht-names".to_owned());
    let spawned = resolver.spawn(move || {
        for name in wanted {
            let addresses = name.to_socket_addrs();
            tell(&weak, name, addresses);
        }
    });
    // Where there is no thread to be had, there may be one the next time.
    if let Err(error) = spawned {
        let weak = Arc::downgrade(front);
        for name in names {
            let error = io::Error::new(error.kind(), error.to_string());
            tell(&weak, name, Err::<std::iter::Empty<SocketAddr>, _>(error));
        }
    }
}

fn tell(
    front: &Weak<Front>,
    name: String,
    addresses: io::Result<impl Iterator<Item = SocketAddr>>,
) {
    if let Some(front) = front.upgrade() {
        front.with(|desk, now| desk.resolved(now, name, addresses));
    }
}
