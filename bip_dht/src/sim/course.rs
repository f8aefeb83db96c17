use std::time::Duration;

use super::agenda::Entry;
use super::host::Program;
use super::network::{HostId, Network};
use crate::DhtEvent;

/// What one node of the network has to tell.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NodeEvent {
    /// When, since the network began.
    pub at: Duration,
    /// Which node.
    pub node: HostId,
    /// What.
    pub event: DhtEvent,
}

/// How many datagrams a socket of a test keeps; the oldest makes room.
pub(super) const MAX_INBOX: usize = 4096;

/// A node is woken no sooner than this after it was last woken by its timer, as by a system's timers.
const TIMER_RESOLUTION: Duration = Duration::from_millis(1);

/// The course of events.
impl Network {
    /// Runs on, and returns what the nodes told meanwhile.
    pub fn run_for(&mut self, duration: Duration) -> Vec<NodeEvent> {
        let deadline = self.elapsed + duration;
        std::iter::from_fn(|| self.next_event(deadline)).collect()
    }

    /// Runs on until a node tells something, or until `deadline`, a time since the network began.
    pub fn next_event(&mut self, deadline: Duration) -> Option<NodeEvent> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.agenda.next_at() {
                Some(at) if at <= deadline => self.step(),
                _ => break,
            }
        }
        self.elapsed = self.elapsed.max(deadline);
        None
    }

    /// Lets the next thing happen.
    fn step(&mut self) {
        let Some((at, entry)) = self.agenda.next() else {
            return;
        };
        self.elapsed = self.elapsed.max(at);
        match entry {
            Entry::Arrival(place) => self.arrive(place),
            Entry::Wake(host) => self.wake(at, host),
            Entry::Departure(host) => self.depart(HostId(host)),
            Entry::Return(host) => self.come_back(HostId(host)),
        }
    }

    fn arrive(&mut self, place: u32) {
        let datagram = self.agenda.take(place);
        let (from, to, bytes) = (datagram.from, datagram.to, &datagram.bytes);
        let now = self.now();
        let host = self.host_at(to.ip());
        let reached = host.filter(|host| self.hosts[*host as usize].admits(self.elapsed, from, to));
        if let Some(number) = reached {
            self.stats.delivered += 1;
            self.log.record(self.elapsed, from, to, bytes);
            match &mut self.hosts[number as usize].program {
                Program::Node(core, _) => core.handle_datagram(now, from, bytes),
                Program::Socket(inbox) => {
                    if inbox.len() >= MAX_INBOX {
                        inbox.pop_front();
                    }
                    inbox.push_back((from, bytes.clone()));
                }
                Program::Impostor(_) => self.deceive(number, from, bytes),
                Program::Gone(_) => {}
            }
            self.drain(number);
        } else {
            self.stats.unreachable += 1;
        }
        self.agenda.recycle(place, datagram.bytes);
    }

    fn wake(&mut self, at: Duration, number: u32) {
        let now = self.now();
        let host = &mut self.hosts[number as usize];
        // A wake that an earlier one has overtaken.
        if host.wake != Some(at) {
            return;
        }
        host.wake = None;
        let Some(core) = host.core_mut() else {
            return;
        };
        if core.poll_timeout().is_some_and(|timeout| timeout <= now) {
            core.handle_timeout(now);
            self.stats.wakes += 1;
        }
        self.drain(number);
    }

    /// Takes everything that a node has to send and to tell, and plans when to wake it.
    pub(super) fn drain(&mut self, number: u32) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let now = self.elapsed;
        loop {
            let host = &mut self.hosts[number as usize];
            let transmit = host
                .core_mut()
                .and_then(|core| core.poll_transmit(&mut buffer));
            let Some(transmit) = transmit else { break };
            if let Some(source) = host.source(now, transmit.destination) {
                self.send(source, transmit.destination, &buffer);
            }
        }
        self.buffer = buffer;
        let host = &mut self.hosts[number as usize];
        let Some(core) = host.core_mut() else { return };
        while let Some(event) = core.poll_event() {
            self.events.push_back(NodeEvent {
                at: now,
                node: HostId(number),
                event,
            });
        }
        if let Some(timeout) = core.poll_timeout() {
            let at = timeout.saturating_duration_since(self.epoch);
            let at = at.max(now + TIMER_RESOLUTION);
            if host.wake.is_none_or(|wake| at < wake) {
                host.wake = Some(at);
                self.agenda.plan(at, Entry::Wake(number));
            }
        }
    }
}
