use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::sync::{oneshot, watch};

use super::client_task::{CloseOnDrop, Shared, run};
use super::socket::bind;
use super::{now, seed};
use crate::client::{AnnounceRequest, AnnounceResponse, ScrapeResponse, TrackerClientCore};
use crate::config::TrackerClientConfig;
use crate::error::{AnnounceError, ScrapeError};
use crate::event::RequestId;

/// A tracker client on tokio: one task, one socket for each address family, any number of trackers.
///
/// Clones share it all; when the last one is dropped, the task ends and its ports become free.
#[derive(Clone, Debug)]
pub struct TrackerClient {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    /// Its sender goes away with the task's sockets.
    done: watch::Receiver<()>,
}

impl TrackerClient {
    /// Binds the sockets and starts the task. A family for which no address was configured and that the system does not
    /// have is left out; requests to its trackers end with `FamilyUnavailable`.
    ///
    /// # Errors
    /// A configured address cannot be bound, or no family is available.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O and time enabled.
    pub fn start(config: TrackerClientConfig) -> io::Result<TrackerClient> {
        let (config, sockets) = bind_families(config)?;
        let addresses = sockets
            .iter()
            .map(UdpSocket::local_addr)
            .collect::<io::Result<_>>()?;
        let shared = Arc::new(Shared::new(TrackerClientCore::new(config, seed())));
        let (alive, done) = watch::channel(());
        tokio::spawn(run(CloseOnDrop(Arc::clone(&shared)), sockets, alive));
        Ok(TrackerClient {
            handle: Arc::new(Handle {
                shared,
                addresses,
                done,
            }),
        })
    }

    /// Announces a torrent to `tracker` and waits for the answer, with BEP 15's schedule up to 7665 s; put a
    /// `tokio::time::timeout` around it to wait less.
    ///
    /// Cancel-safe: dropping the future cancels the request. The tracker may have got it all the same.
    ///
    /// # Errors
    /// See [`AnnounceError`].
    pub async fn announce(
        &self,
        tracker: SocketAddr,
        request: AnnounceRequest,
    ) -> Result<AnnounceResponse, AnnounceError> {
        let (sender, receiver) = oneshot::channel();
        let id = self.handle.shared.with(|state| {
            let id = state.core.announce(now(), tracker, request)?;
            state.announces.insert(id, sender);
            Ok::<_, AnnounceError>(id)
        })?;
        let _guard = self.cancel_on_drop(id);
        receiver.await.unwrap_or(Err(AnnounceError::Closed))
    }

    /// Asks `tracker` for the size of 1 to 74 swarms and waits as [`announce`](TrackerClient::announce) does.
    ///
    /// Cancel-safe: dropping the future cancels the request.
    ///
    /// # Errors
    /// See [`ScrapeError`].
    pub async fn scrape(
        &self,
        tracker: SocketAddr,
        info_hashes: &[[u8; 20]],
    ) -> Result<ScrapeResponse, ScrapeError> {
        let (sender, receiver) = oneshot::channel();
        let id = self.handle.shared.with(|state| {
            let id = state.core.scrape(now(), tracker, info_hashes)?;
            state.scrapes.insert(id, sender);
            Ok::<_, ScrapeError>(id)
        })?;
        let _guard = self.cancel_on_drop(id);
        receiver.await.unwrap_or(Err(ScrapeError::Closed))
    }

    /// The IPv4 socket's address, if there is one.
    pub fn local_addr_v4(&self) -> Option<SocketAddr> {
        self.handle
            .addresses
            .iter()
            .copied()
            .find(SocketAddr::is_ipv4)
    }

    /// The IPv6 socket's address, if there is one.
    pub fn local_addr_v6(&self) -> Option<SocketAddr> {
        self.handle
            .addresses
            .iter()
            .copied()
            .find(SocketAddr::is_ipv6)
    }

    /// Ends all requests, of all clones, with `Closed`, and returns once the ports are free.
    ///
    /// Cancel-safe: once polled, the client closes even if the future is dropped.
    pub async fn close(&self) {
        self.handle.shared.close();
        let mut done = self.handle.done.clone();
        while done.changed().await.is_ok() {}
    }

    fn cancel_on_drop(&self, id: RequestId) -> CancelOnDrop<'_> {
        CancelOnDrop {
            shared: &self.handle.shared,
            id,
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.close();
    }
}

/// Nothing is left of a request whose future is gone.
struct CancelOnDrop<'a> {
    shared: &'a Shared,
    id: RequestId,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        self.shared.cancel(self.id);
    }
}

/// Binds a socket for each family that is wanted and available, and tells the core about those that are not.
fn bind_families(
    mut config: TrackerClientConfig,
) -> io::Result<(TrackerClientConfig, Vec<UdpSocket>)> {
    let mut sockets = Vec::new();
    let mut missing = None;
    if config.v4 {
        let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
        match bind(config.bind_v4.unwrap_or(any).into()) {
            Ok(socket) => sockets.push(socket),
            Err(error) if config.bind_v4.is_some() => return Err(error),
            Err(error) => (config, missing) = (config.without_v4(), Some(error)),
        }
    }
    if config.v6 {
        let any = SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0);
        match bind(config.bind_v6.unwrap_or(any).into()) {
            Ok(socket) => sockets.push(socket),
            Err(error) if config.bind_v6.is_some() => return Err(error),
            Err(error) => (config, missing) = (config.without_v6(), Some(error)),
        }
    }
    if sockets.is_empty() {
        return Err(missing.unwrap_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "no address family is wanted")
        }));
    }
    Ok((config, sockets))
}
