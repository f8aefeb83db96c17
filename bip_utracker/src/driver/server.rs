use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::UdpSocket;
use tokio::sync::{Notify, watch};

use super::socket::{bind, readable, receive};
use super::{now, seed};
use crate::config::TrackerServerConfig;
use crate::limits::MAX_ANSWER_LENGTH;
use crate::server::{ServerStats, TrackerServerCore};

/// Room for the longest scrape (1496 bytes) and for an announce with options.
const REQUEST_LENGTH: usize = 2048;

/// A tracker server on tokio: one task, one socket for each address it listens on.
///
/// Clones share it all; when the last one is dropped, the task ends and its ports become free.
#[derive(Clone, Debug)]
pub struct TrackerServer {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    /// Its sender goes away with the task's sockets.
    done: watch::Receiver<()>,
}

#[derive(Debug)]
struct Shared {
    core: Mutex<TrackerServerCore>,
    stop: Notify,
}

impl TrackerServer {
    /// Binds the sockets and starts the task.
    ///
    /// # Errors
    /// An address cannot be bound.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O enabled.
    pub fn start(config: TrackerServerConfig) -> io::Result<TrackerServer> {
        let sockets = config
            .listen_addrs
            .iter()
            .copied()
            .map(bind)
            .collect::<io::Result<Vec<_>>>()?;
        let addresses = sockets
            .iter()
            .map(UdpSocket::local_addr)
            .collect::<io::Result<_>>()?;
        let core = Mutex::new(TrackerServerCore::new(config, seed()));
        let shared = Arc::new(Shared {
            core,
            stop: Notify::new(),
        });
        let (alive, done) = watch::channel(());
        tokio::spawn(run(Arc::clone(&shared), sockets, alive));
        Ok(TrackerServer {
            handle: Arc::new(Handle {
                shared,
                addresses,
                done,
            }),
        })
    }

    /// The first address it listens on, with the port the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        // A configuration has at least one address.
        self.handle.addresses[0]
    }

    /// All addresses it listens on, in the order of the configuration.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.handle.addresses
    }

    /// What it holds and has done.
    pub fn stats(&self) -> ServerStats {
        self.handle.shared.lock().stats()
    }

    /// Stops, for all clones, and returns once the ports are free.
    ///
    /// Cancel-safe: once polled, the server stops even if the future is dropped.
    pub async fn close(&self) {
        self.handle.shared.stop.notify_one();
        let mut done = self.handle.done.clone();
        while done.changed().await.is_ok() {}
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.stop.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, TrackerServerCore> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers in turns, a bounded number from each socket, so that none starves. `alive` goes last, after the sockets.
async fn run(shared: Arc<Shared>, sockets: Vec<UdpSocket>, alive: watch::Sender<()>) {
    let mut request = vec![0; REQUEST_LENGTH];
    let mut answer = [0; MAX_ANSWER_LENGTH];
    loop {
        tokio::select! {
            () = shared.stop.notified() => break,
            () = readable(&sockets) => {}
        }
        let mut core = shared.lock();
        for socket in &sockets {
            receive(socket, &mut request, |from, datagram| {
                let length = core.answer(now(), from, datagram, &mut answer);
                if length > 0 {
                    // An answer that the system cannot take now is lost like any datagram; the client asks again.
                    let _ = socket.try_send_to(&answer[..length], from);
                }
            });
        }
    }
    drop(sockets);
    drop(alive);
}
