use std::sync::Arc;

use tokio::task::JoinSet;

use crate::front::Front;

/// Tells the node what the names are resolved to. One task for each, so that a name server that does not answer keeps up
/// none of the others.
pub(super) fn resolve(front: &Arc<Front>, resolving: &mut JoinSet<()>, names: Vec<String>) {
    for name in names {
        let front = Arc::clone(front);
        resolving.spawn(async move {
            let addresses = tokio::net::lookup_host(name.clone()).await;
            front.with(|desk, now| desk.resolved(now, name, addresses));
        });
    }
}
