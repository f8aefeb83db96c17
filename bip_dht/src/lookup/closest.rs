use std::net::SocketAddr;

use super::Lookup;
use super::candidate::{Candidate, State};
use crate::limits::{DENSITY_ALARM, K};
use crate::node_id::NodeId;
use crate::operation::LookupReport;
use crate::table::Node;

/// Whom a lookup counts among the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standards {
    /// Everybody.
    Any,
    /// Only nodes whose id fits their address (BEP 42), because there are enough, or because somebody seems to have
    /// placed nodes around the target, which with fitting ids takes an address for each try.
    Compliant,
}

impl Standards {
    pub(super) fn admit(self, candidate: &Candidate) -> bool {
        self == Standards::Any || candidate.is_compliant || candidate.id.is_none()
    }
}

impl Lookup {
    /// Enough are compliant when they are at least half of the closest; in a network where few are, the others keep
    /// what we search, and cannot be left out.
    pub(super) fn standards(&self) -> Standards {
        let compliant = self
            .known()
            .filter(|candidate| candidate.is_compliant)
            .count();
        if compliant < K {
            return Standards::Any;
        }
        let among_closest = self
            .known()
            .take(2 * K)
            .filter(|candidate| candidate.is_compliant)
            .count();
        let is_crowded = || {
            self.density(self.known())
                .is_some_and(|density| density >= DENSITY_ALARM)
        };
        if among_closest >= K || is_crowded() {
            Standards::Compliant
        } else {
            Standards::Any
        }
    }

    /// Those of the closest that answered, closest first, with what they gave to announce or put with.
    pub(crate) fn closest(&self) -> impl Iterator<Item = (Node, Option<&[u8]>)> {
        let standards = self.standards();
        self.candidates
            .iter()
            .filter(move |candidate| {
                candidate.state == State::Answered && standards.admit(candidate)
            })
            .filter_map(|candidate| {
                let node = Node {
                    id: candidate.id?,
                    address: candidate.address,
                };
                Some((node, candidate.token.as_deref()))
            })
    }

    /// What this node gave to announce or put with.
    pub(crate) fn token(&self, address: SocketAddr) -> Option<&[u8]> {
        let mut candidates = self.candidates.iter();
        let candidate = candidates.find(|candidate| candidate.address == address)?;
        candidate.token.as_deref()
    }

    /// Adds how this lookup went to what is reported of its operation.
    pub(crate) fn report(&self, report: &mut LookupReport) {
        let closest = || {
            self.candidates
                .iter()
                .filter(|candidate| candidate.state == State::Answered)
                .take(K)
        };
        let mut networks: Vec<_> = closest().map(Candidate::network).collect();
        networks.sort_unstable();
        networks.dedup();
        report.answered += self.answered;
        report.dead += self.dead;
        report.subnets += u32::try_from(networks.len()).unwrap_or(u32::MAX);
        let hops = closest().next().map_or(0, |first| u32::from(first.hops));
        report.hops = report.hops.max(hops);
        // Those that were passed over because they crowd around the target count as well: they are what is reported.
        let density = self.density(self.known());
        report.density = match (report.density, density) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        report
            .closest
            .extend(self.closest().take(K).map(|(node, _)| node));
    }

    /// Those that are not known to be dead, closest first.
    fn known(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates
            .iter()
            .filter(|candidate| candidate.state != State::Dead && candidate.id.is_some())
    }

    /// How many answered.
    pub(crate) fn answered(&self) -> u32 {
        self.answered
    }

    /// By which factor the first [`K`] of these stand denser around the target than a network of the estimated size
    /// lets expect.
    fn density<'c>(&self, candidates: impl Iterator<Item = &'c Candidate>) -> Option<f64> {
        let size = self.network_size?;
        let mut found = 0.0;
        let mut farthest = 0.0;
        for candidate in candidates.take(K) {
            found += 1.0;
            farthest = fraction(candidate.id?, self.target);
        }
        // In a network of little more than that many nodes, those are everybody there is.
        let expected = found / size;
        (found as usize == K && expected < 0.25 && farthest > 0.0).then(|| expected / farthest)
    }
}

/// The distance as a fraction of the key space.
fn fraction(id: NodeId, target: NodeId) -> f64 {
    let distance = id.distance(&target);
    let leading = distance.as_bytes()[..8]
        .iter()
        .fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    (leading as f64 + 1.0) / 2f64.powi(64)
}
