//! Hours of a node on tokio, in no time.

use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::MainlineDht;

/// Keeps tokio's clock from going on by itself whenever nothing is to do: datagrams that are on their way are nothing to
/// it. It does not while a blocking task runs.
pub(crate) struct StoppedClock {
    _release: std::sync::mpsc::SyncSender<()>,
}

impl StoppedClock {
    pub(crate) fn new() -> StoppedClock {
        tokio::time::pause();
        let (release, released) = std::sync::mpsc::sync_channel(0);
        tokio::task::spawn_blocking(move || released.recv());
        StoppedClock { _release: release }
    }

    /// Lets time pass in steps, and the node talk to its network in each.
    pub(crate) async fn pass(&self, time: Duration, dht: &MainlineDht, other: SocketAddr) {
        const STEP: Duration = Duration::from_secs(20);
        for _ in 0..time.as_secs() / STEP.as_secs() {
            tokio::time::advance(STEP).await;
            for _ in 0..4 {
                dht.ping(other).await.unwrap();
            }
        }
    }
}
