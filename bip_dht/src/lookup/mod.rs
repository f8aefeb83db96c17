//! The search for the nodes closest to a place: whom to ask next, and when to stop. It sends nothing itself.

#[cfg(test)]
mod bounds;
mod candidate;
mod closest;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use self::candidate::{Candidate, State};
use self::closest::Standards;
use crate::limits::{K, LOOKUP_PARALLELISM, MAX_CANDIDATES, MAX_NODES_TAKEN, MAX_WIDENING};
use crate::node_id::NodeId;
use crate::table::Node;

/// A lookup in one network (BEP 5, "Routing Table" and "get_peers").
///
/// Candidates stand by their distance to the target, one for each /24 (/64 of IPv6), so that who owns a network does
/// not own a lookup. Of the closest, up to [`LOOKUP_PARALLELISM`] are asked at once. Who has not answered after a while, or
/// was overtaken by closer ones, is waited for still, but no longer counted, so that others are asked beside. It ends when
/// the [`K`] closest that were not given up have answered, and a few more where some are silent.
#[derive(Debug)]
pub(crate) struct Lookup {
    target: NodeId,
    own: NodeId,
    /// The estimated number of nodes in the network.
    network_size: Option<f64>,
    /// By distance; those whose id is unknown stand last.
    candidates: Vec<Candidate>,
    answered: u32,
    dead: u32,
}

impl Lookup {
    pub(crate) fn new(target: NodeId, own: NodeId, network_size: Option<f64>) -> Lookup {
        Lookup {
            target,
            own,
            network_size,
            candidates: Vec::new(),
            answered: 0,
            dead: 0,
        }
    }

    pub(crate) fn target(&self) -> NodeId {
        self.target
    }

    /// Adds nodes that we know ourselves.
    pub(crate) fn begin_at(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.insert(Candidate::new(Some(node.id), node.address, 1));
        }
    }

    /// Adds a node of which only the address is known.
    pub(crate) fn begin_at_address(&mut self, address: SocketAddr) {
        self.insert(Candidate::new(None, address, 0));
    }

    /// Whether there is anybody to ask, or was.
    pub(crate) fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Who should be asked now, if anybody; it counts as asked from now on.
    ///
    /// Only those under way that are closer count against the parallelism: an answer that names four closer nodes has
    /// them asked at once, since what is under way to the others can hardly matter any more.
    pub(crate) fn next(&mut self) -> Option<(Option<NodeId>, SocketAddr)> {
        let standards = self.standards();
        let (mut places, mut under_way) = (self.breadth(standards), 0);
        for candidate in &mut self.candidates {
            if places == 0 || under_way == LOOKUP_PARALLELISM {
                return None;
            }
            if !standards.admit(candidate) {
                continue;
            }
            match candidate.state {
                State::Fresh => {
                    candidate.state = State::Asked;
                    return Some((candidate.id, candidate.address));
                }
                State::Asked => {
                    places -= 1;
                    under_way += 1;
                }
                State::Answered => places -= 1,
                // They may answer yet, but nobody should wait for it before asking the next.
                State::Stalled | State::Dead => {}
            }
        }
        None
    }

    /// Notes that a node is slow: another may be asked beside it. Returns whether it should be asked once more.
    ///
    /// Who is no longer among the closest is waited for and not asked again, but for the first time whom we know
    /// ourselves, or we would not learn whether it is there.
    pub(crate) fn on_stalled(&mut self, address: SocketAddr) -> bool {
        let standards = self.standards();
        let mut places = K;
        for candidate in &mut self.candidates {
            if candidate.address == address {
                let was = candidate.state;
                if candidate.is_waited_for() {
                    candidate.state = State::Stalled;
                }
                let is_overtaken = places == 0;
                let is_ours = candidate.hops <= 1;
                return match was {
                    State::Asked => is_ours || !is_overtaken,
                    State::Stalled => !is_overtaken,
                    State::Fresh | State::Answered | State::Dead => false,
                };
            }
            let is_counted = matches!(candidate.state, State::Asked | State::Answered);
            if is_counted && standards.admit(candidate) {
                places = places.saturating_sub(1);
            }
        }
        false
    }

    /// Notes that a node was given up, or answered under another id than it was named with.
    pub(crate) fn on_dead(&mut self, address: SocketAddr) {
        if let Some(candidate) = self.find(address)
            && candidate.is_waited_for()
        {
            candidate.state = State::Dead;
            self.dead += 1;
        }
    }

    /// Takes the answer of a node and the nodes it names.
    pub(crate) fn on_answer(
        &mut self,
        from: Node,
        token: Option<&[u8]>,
        nodes: impl Iterator<Item = Node>,
    ) {
        let Some(at) = self
            .candidates
            .iter()
            .position(|candidate| candidate.address == from.address && candidate.is_waited_for())
        else {
            return;
        };
        let mut candidate = self.candidates.remove(at);
        candidate.state = State::Answered;
        candidate.token = token.map(Box::from);
        self.answered += 1;
        let hops = candidate.hops + 1;
        // Where only the address was known, the place is known now.
        candidate.identify(from.id);
        self.place(candidate);
        for node in nodes.take(MAX_NODES_TAKEN) {
            if node.id != self.own {
                self.insert(Candidate::new(Some(node.id), node.address, hops));
            }
        }
    }

    /// Whether the closest have answered, or nobody is left who could. Those asked beyond the [`K`] closest have the time
    /// of a slot for it.
    pub(crate) fn is_finished(&self) -> bool {
        let standards = self.standards();
        let closest = self
            .candidates
            .iter()
            .filter(|candidate| candidate.state != State::Dead && standards.admit(candidate));
        closest
            .take(self.breadth(standards))
            .enumerate()
            .all(|(rank, candidate)| match candidate.state {
                State::Answered => true,
                State::Stalled => rank >= K,
                State::Fresh | State::Asked | State::Dead => false,
            })
    }

    /// How many of the closest should answer: one more for each that is silent among them, up to a limit. A node names
    /// no more than [`K`], and where some of these are dead, who stands behind them is known only to those farther away.
    fn breadth(&self, standards: Standards) -> usize {
        let admitted = self
            .candidates
            .iter()
            .filter(|candidate| standards.admit(candidate));
        let (mut others, mut silent) = (0, 0);
        for candidate in admitted {
            match candidate.state {
                State::Stalled | State::Dead => silent += 1,
                State::Fresh | State::Asked | State::Answered => others += 1,
            }
            if others == K || silent == MAX_WIDENING {
                break;
            }
        }
        K + silent
    }

    fn find(&mut self, address: SocketAddr) -> Option<&mut Candidate> {
        self.candidates
            .iter_mut()
            .find(|candidate| candidate.address == address)
    }

    /// Adds a candidate, unless it is known or another of its network stands for it.
    fn insert(&mut self, candidate: Candidate) {
        let rival = self.candidates.iter().position(|known| {
            known.address == candidate.address
                || known.state != State::Dead && known.shares_network_with(&candidate)
        });
        if let Some(rival) = rival {
            let known = &self.candidates[rival];
            let is_same = known.address == candidate.address;
            if is_same || known.state != State::Fresh || !self.is_better(&candidate, known) {
                return;
            }
            self.candidates.remove(rival);
        }
        self.place(candidate);
        if self.candidates.len() > MAX_CANDIDATES {
            let farthest = self
                .candidates
                .iter()
                .rposition(|candidate| !candidate.is_waited_for());
            if let Some(farthest) = farthest {
                self.candidates.remove(farthest);
            }
        }
    }

    /// Of two in one network, the one whose id fits its address, and then the closer one.
    fn is_better(&self, candidate: &Candidate, than: &Candidate) -> bool {
        let rank =
            |candidate: &Candidate| (!candidate.is_compliant, candidate.distance_to(&self.target));
        rank(candidate) < rank(than)
    }

    fn place(&mut self, candidate: Candidate) {
        let distance = candidate.distance_to(&self.target);
        let place = self
            .candidates
            .partition_point(|known| known.distance_to(&self.target) <= distance);
        self.candidates.insert(place, candidate);
    }
}
