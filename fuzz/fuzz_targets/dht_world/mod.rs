//! A node and all that it has been through, for the target `dht_node`.

mod asked;
mod checks;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use bip_dht::{
    BeginError, Body, DhtConfig, DhtCore, DhtEvent, Family, Key, LeaseId, MessageDecoder, NodeId,
    OperationId, Role,
};

/// Fewer than the node would allow, so that the limit is met.
const MAX_OPERATIONS: usize = 6;

/// How many of the node's last queries can be answered.
const REMEMBERED: usize = 64;

/// What is left of the bytes.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next byte; 0 behind the last.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// As many bytes as the next one says.
    pub fn take_some(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

/// Some addresses: of strangers, of neighbours, of both families, and such as nobody has.
pub fn address(choice: u8) -> SocketAddr {
    let host = choice / 16 + 1;
    let ip: IpAddr = match choice % 16 {
        0..=5 => [8, choice, 1, host].into(),
        6 | 7 => [10, 0, 0, host].into(),
        8..=10 => [
            0x2001,
            0xdb8,
            u16::from(choice),
            0,
            0,
            0,
            0,
            u16::from(host),
        ]
        .into(),
        11 => [0, 0, 0, 0, 0, 0xffff, 0x0801, u16::from(host)].into(),
        12 => [224, 0, 0, host].into(),
        13 => [0, 0, 0, 0].into(),
        14 => [255, 255, 255, 255].into(),
        _ => [0xff02, 0, 0, 0, 0, 0, 0, u16::from(host)].into(),
    };
    let port = if choice % 32 == 21 {
        0
    } else {
        6000 + u16::from(host)
    };
    SocketAddr::new(ip, port)
}

pub fn key(choice: u8) -> Key {
    Key::of_name([choice % 8])
}

pub fn node_id(choice: u8) -> NodeId {
    NodeId::from(Key::of_name([choice, 1]))
}

/// A value, bencoded; some of the greatest length.
pub fn value(choice: u8) -> Vec<u8> {
    let length = if choice % 4 == 3 {
        994
    } else {
        usize::from(choice % 4)
    };
    let text = String::from_utf8_lossy(&vec![b'a' + choice % 16; length]).into_owned();
    format!("{length}:{text}").into_bytes()
}

pub struct World {
    core: DhtCore,
    config: DhtConfig,
    now: Instant,
    /// Whether what the node has to say is taken at once.
    pub is_drained: bool,
    /// The last queries of the node that were not answered yet.
    queries: VecDeque<(SocketAddr, Vec<u8>)>,
    /// The last token that the node gave.
    token: Vec<u8>,
    operations: BTreeSet<OperationId>,
    leases: Vec<LeaseId>,
    /// The newest version that was told of a lease.
    versions: HashMap<LeaseId, i64>,
    /// Who may have proven its address.
    proven: HashSet<SocketAddr>,
    restarts: u8,
}

impl World {
    pub fn new(choice: u8) -> World {
        let role =
            [Role::Server, Role::Server, Role::Auto, Role::ReadOnly][usize::from(choice % 4)];
        let config = DhtConfig::default()
            .role(role)
            .max_operations(MAX_OPERATIONS);
        let config = match choice / 4 % 4 {
            0 => config.without_v4(),
            1 => config.without_v6(),
            2 => config.id(Family::V4, node_id(choice)),
            _ => config,
        };
        let now = Instant::now();
        World {
            core: DhtCore::new(now, config.clone(), [choice; 32]),
            config,
            now,
            is_drained: true,
            queries: VecDeque::new(),
            token: Vec::new(),
            operations: BTreeSet::new(),
            leases: Vec::new(),
            versions: HashMap::new(),
            proven: HashSet::new(),
            restarts: 0,
        }
    }

    /// Gives the node a datagram and checks what it says to it.
    pub fn receive(&mut self, from: SocketAddr, datagram: &[u8]) {
        // What was said before is no answer to it.
        self.drain(None);
        self.core.handle_datagram(self.now, from, datagram);
        let canonical = SocketAddr::new(from.ip().to_canonical(), from.port());
        self.drain(Some((canonical, datagram)));
    }

    pub fn add_node(&mut self, node: SocketAddr) {
        self.core.add_node(self.now, node);
        self.settle();
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        self.expire();
    }

    /// Goes on to when the node has something to do.
    pub fn wake(&mut self) {
        if let Some(timeout) = self.core.poll_timeout() {
            self.now = self.now.max(timeout);
            self.expire();
        }
    }

    /// Time goes on: nothing stays due at one moment.
    fn expire(&mut self) {
        for _ in 0..8 {
            self.core.handle_timeout(self.now);
            self.settle();
            if self
                .core
                .poll_timeout()
                .is_none_or(|timeout| timeout > self.now)
            {
                return;
            }
        }
        panic!("something stays due");
    }

    pub fn begin(
        &mut self,
        command: impl FnOnce(&mut DhtCore, Instant) -> Result<OperationId, BeginError>,
    ) {
        if let Ok(id) = command(&mut self.core, self.now) {
            assert!(self.operations.insert(id), "an id was given twice");
        }
        self.settle();
    }

    pub fn cancel(&mut self, choice: u8) {
        let at = usize::from(choice) % self.operations.len().max(1);
        if let Some(id) = self.operations.iter().nth(at).copied() {
            // What has ended before may still be told.
            self.drain(None);
            self.operations.remove(&id);
            self.core.cancel(id);
        }
        self.settle();
    }

    pub fn lease(
        &mut self,
        begin: impl FnOnce(&mut DhtCore, Instant) -> Result<LeaseId, BeginError>,
    ) {
        self.leases.extend(begin(&mut self.core, self.now).ok());
        assert!(self.leases.len() <= MAX_OPERATIONS);
        self.settle();
    }

    pub fn release(&mut self) {
        if let Some(lease) = self.leases.pop() {
            self.core.release(lease);
            // What was told of it before stays in the queue.
            self.drain(None);
        }
    }

    /// Ends the node and begins another with what it saved.
    pub fn restart(&mut self) {
        let saved = self.core.save();
        assert!(saved.len() <= bip_dht::MAX_SAVED_LENGTH);
        let ids = Family::ALL.map(|family| self.core.id(family));
        self.restarts = self.restarts.wrapping_add(1);
        let mut core = DhtCore::new(self.now, self.config.clone(), [self.restarts; 32]);
        core.restore(self.now, &saved).expect("what was saved");
        assert_eq!(ids, Family::ALL.map(|family| core.id(family)));
        self.core = core;
        self.queries.clear();
        self.operations.clear();
        self.leases.clear();
        self.proven.clear();
        self.settle();
    }

    /// Gives the node state that it may never have saved.
    pub fn restore(&mut self, saved: &[u8]) {
        let before = self.core.save();
        if self.core.restore(self.now, saved).is_err() {
            assert_eq!(self.core.save(), before);
        }
        self.settle();
    }

    /// Time alone ends every operation, though nobody answers any more.
    pub fn finish(&mut self) {
        self.is_drained = true;
        self.leases
            .drain(..)
            .for_each(|lease| self.core.release(lease));
        self.drain(None);
        for _ in 0..20_000 {
            if self.operations.is_empty() {
                return;
            }
            assert!(
                self.core.poll_timeout().is_some(),
                "operations wait for nothing"
            );
            self.wake();
        }
        panic!("operations do not end");
    }

    /// Takes what the node has to say, unless nobody does at the moment.
    fn settle(&mut self) {
        if self.is_drained {
            self.drain(None);
        }
        self.check_stats();
    }

    /// Takes everything that the node has to send and to tell. `asked` is the datagram that it was just given.
    fn drain(&mut self, asked: Option<(SocketAddr, &[u8])>) {
        let mut buffer = Vec::new();
        let mut answers = 0;
        while let Some(transmit) = self.core.poll_transmit(&mut buffer) {
            let to = transmit.destination;
            checks::sent(to, &buffer);
            let mut decoder = MessageDecoder::new();
            let message = decoder.decode(&buffer).expect("what we send is a message");
            if let Body::Query(_) = message.body {
                if self.queries.len() == REMEMBERED {
                    self.queries.pop_front();
                }
                self.queries.push_back((to, buffer.clone()));
                continue;
            }
            answers += 1;
            assert_eq!(answers, 1, "one datagram has one answer");
            let (from, datagram) = asked.expect("nothing is answered but a datagram");
            assert_eq!(from, to);
            let is_known = self.proven.contains(&to) || checks::is_local(to.ip());
            checks::answer(datagram, &message, buffer.len(), is_known);
            if let Body::Response(response) = message.body
                && let Some(token) = response.token
            {
                self.token = token.to_vec();
            }
        }
        self.take_events();
        self.check_stats();
    }

    fn take_events(&mut self) {
        let mut count = 0;
        while let Some(event) = self.core.poll_event() {
            count += 1;
            match event {
                DhtEvent::Ended { id, .. } => {
                    assert!(self.operations.remove(&id), "ended without being under way");
                }
                DhtEvent::Peers { peers, .. } | DhtEvent::LeasePeers { peers, .. } => {
                    assert!(!peers.is_empty());
                    peers.iter().for_each(|peer| checks::destination(*peer));
                }
                DhtEvent::LeaseItem { lease, item } => {
                    let before = self.versions.insert(lease, item.seq());
                    assert!(before.is_none_or(|before| before < item.seq()), "{item:?}");
                }
                _ => {}
            }
        }
        assert!(count <= 4096 + MAX_OPERATIONS, "{count} events waited");
    }
}
