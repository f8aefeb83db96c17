use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};

use super::now;
use super::resolve::resolve;
use super::shared_socket::Inlet;
use super::socket::{readable, receive, send, try_send};
use crate::front::{Cache, CacheFile, Front, NodeEvent};

/// What a node's task owns.
pub(super) struct Task {
    pub(super) guard: CloseOnDrop,
    pub(super) sockets: Vec<Arc<UdpSocket>>,
    pub(super) cache: Cache,
    /// Takes the datagrams of the other protocol, where a socket is shared.
    pub(super) inlet: Option<Inlet>,
    /// Goes last, after the sockets.
    pub(super) alive: watch::Sender<()>,
}

/// Whoever still waits hears of it when the task is dropped with its runtime, even before it ran.
#[derive(Debug)]
pub(super) struct CloseOnDrop(pub(super) Arc<Front>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Task {
    /// Carries datagrams and time to and from the core until the node is closed.
    pub(super) async fn run(mut self) {
        let front = Arc::clone(&self.guard.0);
        let mut outgoing = Vec::new();
        let mut resolving = JoinSet::new();
        let mut writing = JoinSet::new();
        while self.send_all(&mut outgoing).await {
            let timeout = front.lock().poll_timeout();
            tokio::select! {
                () = front.called() => {}
                () = sleep_until(timeout.into_iter().chain(self.cache.poll_timeout()).min()) => {}
                () = readable(&self.sockets) => self.receive_all(),
                Some(_) = resolving.join_next() => {}
                Some(_) = writing.join_next() => {}
            }
            let names = {
                let mut desk = front.lock();
                desk.core.handle_timeout(now());
                desk.turn_to_given(now())
            };
            resolve(&front, &mut resolving, names);
            if let Some(file) = self.cache.poll(now()) {
                let front = Arc::clone(&front);
                writing.spawn(async move { save(&front, file).await });
            }
        }
        self.end(writing).await;
    }

    fn receive_all(&self) {
        let mut desk = self.guard.0.lock();
        let now = now();
        for socket in &self.sockets {
            receive(socket, |from, datagram| match &self.inlet {
                Some(inlet) if !is_message(datagram) => inlet.push(from, datagram),
                _ => desk.core.handle_datagram(now, from, datagram),
            });
        }
    }

    /// Sends what the core has to send and hands out what it has to tell; false once the node is closed.
    async fn send_all(&self, buffer: &mut Vec<u8>) -> bool {
        loop {
            let waiting = {
                let mut desk = self.guard.0.lock();
                desk.deliver(now());
                if desk.is_closed() {
                    return false;
                }
                self.send_until_full(|buffer| desk.core.poll_transmit(buffer), buffer)
            };
            let Some(destination) = waiting else {
                return true;
            };
            send(&self.sockets, destination, buffer).await;
        }
    }

    /// The destination of the datagram in `buffer` that has to wait, if one has to.
    fn send_until_full(
        &self,
        mut poll_transmit: impl FnMut(&mut Vec<u8>) -> Option<crate::event::Transmit>,
        buffer: &mut Vec<u8>,
    ) -> Option<SocketAddr> {
        while let Some(transmit) = poll_transmit(buffer) {
            if try_send(&self.sockets, transmit.destination, buffer).is_pending() {
                return Some(transmit.destination);
            }
        }
        None
    }

    async fn end(self, mut writing: JoinSet<()>) {
        // One after the other, so that what is written last is what was known last.
        while writing.join_next().await.is_some() {}
        drop(self.sockets);
        drop(self.inlet);
        if let Some(file) = self.cache.into_file() {
            save(&self.guard.0, file).await;
        }
        drop(self.guard);
        drop(self.alive);
    }
}

/// Whether it can be a message of the DHT: those are dictionaries (BEP 5, "KRPC Protocol").
fn is_message(datagram: &[u8]) -> bool {
    datagram.first() == Some(&b'd')
}

async fn sleep_until(timeout: Option<Instant>) {
    match timeout {
        Some(timeout) => tokio::time::sleep_until(timeout.into()).await,
        None => std::future::pending().await,
    }
}

async fn save(front: &Arc<Front>, file: CacheFile) {
    let bytes = front.lock().core.save();
    let written = spawn_blocking(move || file.write(&bytes)).await;
    if let Ok(Err(error)) = written {
        let error = error.to_string();
        front.lock().tell(NodeEvent::CacheFailed { error });
    }
}
