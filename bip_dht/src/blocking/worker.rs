use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use super::now;
use super::resolve::resolve;
use crate::front::limits::{MAX_DATAGRAM_LENGTH, MAX_SLEEP};
use crate::front::{Cache, CacheFile, Front, NodeEvent};

/// One thread for each socket. Each sends whatever the core has to send, by the socket of its family; the first one
/// also looks after the time, the routers and the cache.
pub(super) struct Worker {
    pub(super) front: Arc<Front>,
    pub(super) sockets: Arc<Sockets>,
    /// Which of the sockets it reads.
    pub(super) index: usize,
    /// The first worker's.
    pub(super) cache: Option<Cache>,
}

/// The sockets, and how to wake the threads that wait for them.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) sockets: Vec<UdpSocket>,
}

impl Worker {
    /// Carries datagrams and time to and from the core until the node is closed.
    pub(super) fn run(mut self) {
        let mut incoming = vec![0; MAX_DATAGRAM_LENGTH];
        let mut outgoing = Vec::new();
        let waker = Waker::from(Arc::clone(&self.sockets));
        while self.send_all(&mut outgoing) {
            if self.listens_for_calls(&waker) {
                self.receive(&mut incoming);
            }
            if let Some(mut cache) = self.cache.take() {
                self.look_after(&mut cache);
                self.cache = Some(cache);
            }
        }
        // The other thread, if there is one, may be waiting for a datagram.
        self.sockets.wake_all();
        if let Some(file) = self.cache.take().and_then(Cache::into_file) {
            save(&self.front, &file);
        }
    }

    /// Whether there is nothing to do before the next datagram; from then on a command wakes the thread.
    fn listens_for_calls(&self, waker: &Waker) -> bool {
        if self.cache.is_none() {
            return true;
        }
        let called = pin!(self.front.called());
        called.poll(&mut Context::from_waker(waker)) == Poll::Pending
    }

    fn receive(&self, buffer: &mut [u8]) {
        let Some(socket) = self.sockets.sockets.get(self.index) else {
            return;
        };
        // Zero would be no timeout at all.
        let patience = self.patience().max(Duration::from_millis(1));
        if socket.set_read_timeout(Some(patience)).is_err() {
            return;
        }
        // An error is a time that has passed, or is caused by a datagram sent earlier (Windows tells them here).
        if let Ok((length, from)) = socket.recv_from(buffer)
            && let Some(datagram) = buffer.get(..length)
            && !datagram.is_empty()
        {
            let mut desk = self.front.lock();
            let before = desk.poll_timeout();
            desk.core.handle_datagram(now(), from, datagram);
            let after = desk.poll_timeout();
            let is_sooner = after.is_some_and(|after| before.is_none_or(|before| after < before));
            // The first thread may be asleep for longer than that.
            if is_sooner && self.cache.is_none() {
                desk.call_carrier();
            }
        }
    }

    fn patience(&self) -> Duration {
        let Some(cache) = &self.cache else {
            return MAX_SLEEP;
        };
        let timeouts = [self.front.lock().poll_timeout(), cache.poll_timeout()];
        let next = timeouts.into_iter().flatten().min();
        next.map_or(MAX_SLEEP, |next: Instant| {
            next.saturating_duration_since(now()).min(MAX_SLEEP)
        })
    }

    fn look_after(&self, cache: &mut Cache) {
        let names = {
            let mut desk = self.front.lock();
            desk.core.handle_timeout(now());
            desk.turn_to_given(now())
        };
        resolve(&self.front, names);
        if let Some(file) = cache.poll(now()) {
            save(&self.front, &file);
        }
    }

    /// Sends what the core has to send and hands out what it has to tell; false once the node is closed.
    fn send_all(&self, buffer: &mut Vec<u8>) -> bool {
        loop {
            let transmit = {
                let mut desk = self.front.lock();
                desk.deliver(now());
                if desk.is_closed() {
                    return false;
                }
                desk.core.poll_transmit(buffer)
            };
            let Some(transmit) = transmit else {
                return true;
            };
            self.sockets.send(transmit.destination, buffer);
        }
    }
}

impl Sockets {
    /// Sends by the socket of the destination's family. What the system does not take is lost, as on the way.
    fn send(&self, destination: SocketAddr, datagram: &[u8]) {
        for socket in &self.sockets {
            if socket
                .local_addr()
                .is_ok_and(|address| address.is_ipv4() == destination.is_ipv4())
            {
                let _ = socket.send_to(datagram, destination);
            }
        }
    }

    /// Wakes whoever waits for a datagram by an empty one, which means nothing to anybody. Should a firewall keep even
    /// that from us, the threads wake by themselves after [`MAX_SLEEP`].
    fn wake_all(&self) {
        for socket in &self.sockets {
            if let Ok(address) = socket.local_addr() {
                let _ = socket.send_to(&[], reachable(address));
            }
        }
    }
}

impl Wake for Sockets {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

/// By which address we reach our own socket.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn save(front: &Front, file: &CacheFile) {
    let bytes = front.lock().core.save();
    if let Err(error) = file.write(&bytes) {
        let error = error.to_string();
        front.lock().tell(NodeEvent::CacheFailed { error });
    }
}
