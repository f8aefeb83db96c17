use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::Duration;

/// All that will happen, by time and then by the order in which it was planned.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BinaryHeap<Reverse<(Duration, u64, Entry)>>,
    planned: u64,
    datagrams: Vec<Datagram>,
    /// Places in `datagrams` that have arrived, whose buffers the next datagrams use.
    free: Vec<u32>,
}

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    /// The datagram at this place arrives.
    Arrival(u32),
    /// This host asked to be woken.
    Wake(u32),
    /// This host's session ends.
    Departure(u32),
    /// This host comes back.
    Return(u32),
}

/// A datagram under way.
#[derive(Debug)]
pub(super) struct Datagram {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) bytes: Vec<u8>,
}

impl Agenda {
    pub(super) fn plan(&mut self, at: Duration, entry: Entry) {
        self.entries.push(Reverse((at, self.planned, entry)));
        self.planned += 1;
    }

    /// Plans the arrival of a copy of these bytes.
    pub(super) fn send(&mut self, at: Duration, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                self.datagrams.push(Datagram {
                    from,
                    to,
                    bytes: Vec::new(),
                });
                (self.datagrams.len() - 1) as u32
            }
        };
        let datagram = &mut self.datagrams[place as usize];
        (datagram.from, datagram.to) = (from, to);
        datagram.bytes.clear();
        datagram.bytes.extend_from_slice(bytes);
        self.plan(at, Entry::Arrival(place));
    }

    pub(super) fn next_at(&self) -> Option<Duration> {
        self.entries.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes what comes first, with its time.
    pub(super) fn next(&mut self) -> Option<(Duration, Entry)> {
        self.entries
            .pop()
            .map(|Reverse((at, _, entry))| (at, entry))
    }

    /// Takes an arrived datagram out of its place; its buffer comes back by [`recycle`](Self::recycle).
    pub(super) fn take(&mut self, place: u32) -> Datagram {
        let datagram = &mut self.datagrams[place as usize];
        Datagram {
            from: datagram.from,
            to: datagram.to,
            bytes: std::mem::take(&mut datagram.bytes),
        }
    }

    pub(super) fn recycle(&mut self, place: u32, bytes: Vec<u8>) {
        self.datagrams[place as usize].bytes = bytes;
        self.free.push(place);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Agenda, Entry};

    #[test]
    fn entries_come_by_time_and_then_in_the_order_they_were_planned() {
        let mut agenda = Agenda::default();
        let at = Duration::from_secs;
        agenda.plan(at(2), Entry::Wake(1));
        agenda.plan(at(1), Entry::Wake(9));
        agenda.plan(at(1), Entry::Arrival(3));
        let order: Vec<Entry> = std::iter::from_fn(|| agenda.next())
            .map(|next| next.1)
            .collect();
        assert_eq!(order, [Entry::Wake(9), Entry::Arrival(3), Entry::Wake(1)]);
    }

    #[test]
    fn buffers_of_arrived_datagrams_are_used_again() {
        let mut agenda = Agenda::default();
        let (from, to) = ("1.1.1.1:1".parse().unwrap(), "2.2.2.2:2".parse().unwrap());
        for round in 0..100 {
            agenda.send(Duration::from_secs(round), from, to, &[round as u8; 300]);
            let Some((_, Entry::Arrival(place))) = agenda.next() else {
                panic!("a datagram was sent");
            };
            let datagram = agenda.take(place);
            assert_eq!((datagram.from, datagram.to), (from, to));
            assert_eq!(datagram.bytes, [round as u8; 300]);
            agenda.recycle(place, datagram.bytes);
        }
        assert_eq!(agenda.datagrams.len(), 1);
    }
}
