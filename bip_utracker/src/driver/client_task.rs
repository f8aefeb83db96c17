use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::UdpSocket;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;

use super::now;
use super::socket::{readable, receive};
use crate::client::{AnnounceResponse, ScrapeResponse, TrackerClientCore};
use crate::error::{AnnounceError, ScrapeError};
use crate::event::{RequestId, TrackerClientEvent};

/// The longest UDP payload there is, so that no answer is ever cut.
const DATAGRAM_LENGTH: usize = 65_535;

/// What the handles and the task have in common. The lock is never held over an await.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Tells the task that there may be something to send, or that it is over.
    wake: Notify,
}

/// The core, and who waits for what. As many waiters as the core admits requests.
pub(super) struct State {
    pub(super) core: TrackerClientCore,
    pub(super) announces:
        BTreeMap<RequestId, oneshot::Sender<Result<AnnounceResponse, AnnounceError>>>,
    pub(super) scrapes: BTreeMap<RequestId, oneshot::Sender<Result<ScrapeResponse, ScrapeError>>>,
    closed: bool,
}

impl Shared {
    pub(super) fn new(core: TrackerClientCore) -> Shared {
        let state = State {
            core,
            announces: BTreeMap::new(),
            scrapes: BTreeMap::new(),
            closed: false,
        };
        Shared {
            state: Mutex::new(state),
            wake: Notify::new(),
        }
    }

    /// Gives the core a command and wakes the task to carry it out.
    pub(super) fn with<T>(&self, command: impl FnOnce(&mut State) -> T) -> T {
        let result = command(&mut self.lock());
        self.wake.notify_one();
        result
    }

    pub(super) fn cancel(&self, id: RequestId) {
        let mut state = self.lock();
        state.core.cancel(id);
        state.announces.remove(&id);
        state.scrapes.remove(&id);
        drop(state);
        // The task may be asleep until a time that has become pointless.
        self.wake.notify_one();
    }

    /// Ends every request at once, even if the task does not run any more.
    pub(super) fn close(&self) {
        self.with(|state| {
            state.closed = true;
            state.core.close();
            state.deliver();
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Hands every ended request to who waits for it; who went away meanwhile does not want it.
    fn deliver(&mut self) {
        while let Some(event) = self.core.poll_event() {
            match event {
                TrackerClientEvent::Announced { id, result } => {
                    self.announces.remove(&id).map(|waiter| waiter.send(result));
                }
                TrackerClientEvent::Scraped { id, result } => {
                    self.scrapes.remove(&id).map(|waiter| waiter.send(result));
                }
            }
        }
    }
}

/// Carries datagrams and time to and from the core until the client is closed. `alive` goes last, after the sockets.
pub(super) async fn run(guard: CloseOnDrop, sockets: Vec<UdpSocket>, alive: watch::Sender<()>) {
    let shared = Arc::clone(&guard.0);
    let mut incoming = vec![0; DATAGRAM_LENGTH];
    let mut outgoing = Vec::new();
    while send_all(&shared, &sockets, &mut outgoing).await {
        let timeout = shared.lock().core.poll_timeout();
        let due = async {
            match timeout {
                Some(timeout) => tokio::time::sleep_until(Instant::from_std(timeout)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shared.wake.notified() => {}
            () = due => {}
            () = readable(&sockets) => {}
        }
        let mut state = shared.lock();
        for socket in &sockets {
            receive(socket, &mut incoming, |from, datagram| {
                state.core.handle_input(now(), from, datagram)
            });
        }
        state.core.handle_timeout(now());
    }
    drop(sockets);
    drop(guard);
    drop(alive);
}

/// Sends what the core has to send and hands out what has ended; false once the client is closed.
async fn send_all(shared: &Shared, sockets: &[UdpSocket], buffer: &mut Vec<u8>) -> bool {
    loop {
        let transmit = {
            let mut state = shared.lock();
            state.deliver();
            if state.closed {
                return false;
            }
            state.core.poll_transmit(buffer)
        };
        let Some(transmit) = transmit else {
            return true;
        };
        if let Err(error) = send(sockets, transmit.destination, buffer).await
            && is_refusal(error.kind())
        {
            shared.lock().core.handle_unreachable(transmit.destination);
        }
    }
}

async fn send(sockets: &[UdpSocket], destination: SocketAddr, datagram: &[u8]) -> io::Result<()> {
    for socket in sockets {
        if socket.local_addr()?.is_ipv4() == destination.is_ipv4() {
            socket.send_to(datagram, destination).await?;
        }
    }
    Ok(())
}

/// Whether the system said that it cannot send there at all; after anything else the datagram counts as lost on the way.
fn is_refusal(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        AddrNotAvailable, HostUnreachable, InvalidInput, NetworkDown, NetworkUnreachable,
        PermissionDenied,
    };
    matches!(
        kind,
        AddrNotAvailable
            | HostUnreachable
            | InvalidInput
            | NetworkDown
            | NetworkUnreachable
            | PermissionDenied
    )
}

/// Whoever still waits hears of it when the task is dropped with its runtime, even before it ran.
pub(super) struct CloseOnDrop(pub(super) Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
