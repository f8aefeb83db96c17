use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bip_dht::{Body, DhtConfig, DhtCore, DhtEvent, MessageDecoder, Role, Status};

/// The longest that a node sleeps, so that it sees when it is to end.
const NAP: Duration = Duration::from_millis(100);

/// Nodes of ours, each the core on a thread with a socket of its own, whose owner hears every query that comes in.
pub(super) struct Network {
    addresses: Vec<SocketAddr>,
    shared: Arc<Shared>,
    ready: Receiver<()>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    heard: Mutex<Vec<Heard>>,
    is_over: AtomicBool,
}

/// A query as it came.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    from: SocketAddr,
    pub(super) call: String,
    /// The bytes of the transaction id.
    pub(super) id_length: usize,
}

impl Network {
    pub(super) fn start(count: u8) -> Network {
        let bind = |_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let sockets: Vec<UdpSocket> = (0..count).map(bind).collect();
        let addresses: Vec<SocketAddr> = (sockets.iter())
            .map(|socket| socket.local_addr().unwrap())
            .collect();
        let shared = Arc::new(Shared::default());
        let (tell_ready, ready) = channel();
        let known = [addresses[0], addresses[1]];
        let threads = (1..).zip(sockets).map(|(seed, socket)| {
            let (shared, ready) = (Arc::clone(&shared), tell_ready.clone());
            thread::spawn(move || run(&socket, [seed; 32], known, &shared, &ready))
        });
        Network {
            threads: threads.collect(),
            addresses,
            shared,
            ready,
        }
    }

    pub(super) fn wait_until_ready(&self, patience: Duration) {
        for _ in &self.addresses {
            self.ready.recv_timeout(patience).unwrap();
        }
    }

    /// Where others begin.
    pub(super) fn first(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// The queries that came from this port.
    pub(super) fn heard_of(&self, port: u16) -> Vec<Heard> {
        let mut heard = self.shared.heard.lock().unwrap().clone();
        heard.retain(|query| query.from.port() == port);
        heard
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn run(
    socket: &UdpSocket,
    seed: [u8; 32],
    known: [SocketAddr; 2],
    shared: &Shared,
    ready: &Sender<()>,
) {
    let config = DhtConfig::default().role(Role::Server).without_v6();
    let mut core = DhtCore::new(Instant::now(), config, seed);
    let own = socket.local_addr().unwrap();
    for node in known.into_iter().filter(|node| *node != own) {
        core.add_node(Instant::now(), node);
    }
    let (mut out, mut input) = (Vec::new(), [0; 2048]);
    while !shared.is_over.load(Ordering::Relaxed) {
        while let Some(transmit) = core.poll_transmit(&mut out) {
            // A datagram may be lost.
            let _ = socket.send_to(&out, transmit.destination);
        }
        while let Some(event) = core.poll_event() {
            if matches!(event, DhtEvent::Status(Status::Ready { .. })) {
                // Only the first time is waited for.
                let _ = ready.send(());
            }
        }
        let timeout = core.poll_timeout();
        let left = timeout.map_or(NAP, |at| at.saturating_duration_since(Instant::now()));
        let nap = left.clamp(Duration::from_millis(1), NAP);
        socket.set_read_timeout(Some(nap)).unwrap();
        if let Ok((length, from)) = socket.recv_from(&mut input) {
            let datagram = &input[..length];
            shared
                .heard
                .lock()
                .unwrap()
                .extend(Heard::read(from, datagram));
            core.handle_datagram(Instant::now(), from, datagram);
        }
        if timeout.is_some_and(|at| at <= Instant::now()) {
            core.handle_timeout(Instant::now());
        }
    }
}

impl Heard {
    /// Nothing if it is no query.
    fn read(from: SocketAddr, datagram: &[u8]) -> Option<Heard> {
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(datagram).ok()?;
        let Body::Query(query) = message.body else {
            return None;
        };
        Some(Heard {
            from,
            call: String::from_utf8_lossy(query.call.name()).into_owned(),
            id_length: message.transaction.len(),
        })
    }
}
