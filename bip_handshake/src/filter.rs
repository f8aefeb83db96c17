use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::facts::HandshakeFacts;

/// Decides which attempts go on. Implemented by the application.
///
/// A filter is asked up to three times in the course of an attempt, each time with all that is known by then (the
/// table at [`HandshakeFacts`]), and decides over all fields together. It is called between two packets of the
/// handshaker: it must be quick and not block. A filter that panics counts as [`FilterDecision::Block`].
///
/// ```
/// use bip_handshake::{Direction, FilterDecision, HandshakeFacts, HandshakeFilter};
///
/// /// Nobody dials us from outside this machine.
/// struct OnlyLocalInbound;
///
/// impl HandshakeFilter for OnlyLocalInbound {
///     fn decide(&self, facts: &HandshakeFacts) -> FilterDecision {
///         match facts.direction {
///             Direction::Inbound if !facts.address.ip().is_loopback() => FilterDecision::Block,
///             _ => FilterDecision::Pass,
///         }
///     }
/// }
/// ```
pub trait HandshakeFilter: Send + Sync {
    /// What this filter wants, going by what is known now.
    fn decide(&self, facts: &HandshakeFacts) -> FilterDecision;
}

/// What one filter wants. Of several filters' decisions at one moment the strongest counts:
/// `Allow`, then `NeedData`, then `Block`, then `Pass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "filters combine by a closed order")]
pub enum FilterDecision {
    /// Nothing against it.
    Pass,
    /// End the attempt, unless another filter says `Allow` or `NeedData`.
    Block,
    /// Cannot be told yet: the attempt goes on although other filters would block it, and all are asked again when
    /// more is known. Once all is known it counts as `Pass`.
    NeedData,
    /// Admit the attempt whatever other filters say. No filter is asked about it again, at whichever field this was
    /// decided: an address that is allowed is allowed with every info-hash and peer id.
    ///
    /// The handshaker's own rules stand above it: the registered info-hashes, the expected peer id, ourselves.
    Allow,
}

/// What all filters together want at one moment of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an attempt goes on, is exempt, or ends"
)]
pub enum Ruling {
    /// Go on, and ask again when more is known.
    Proceed,
    /// Go on, and do not ask again: a filter allowed the attempt.
    Exempt,
    /// End the attempt.
    Refuse,
}

/// Names a filter that was added, to remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilterId(u64);

/// A set of filters and the rule by which they combine. Clones share the filters, not the set.
#[derive(Clone, Default)]
pub struct Filters {
    next: u64,
    filters: Vec<(FilterId, Arc<dyn HandshakeFilter>)>,
}

impl Filters {
    /// No filter: every attempt proceeds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a filter.
    pub fn add(&mut self, filter: impl HandshakeFilter + 'static) -> FilterId {
        let id = FilterId(self.next);
        self.next += 1;
        self.filters.push((id, Arc::new(filter)));
        id
    }

    /// Takes a filter out; `false` when it is not there.
    pub fn remove(&mut self, id: FilterId) -> bool {
        let before = self.filters.len();
        self.filters.retain(|(present, _)| *present != id);
        self.filters.len() < before
    }

    /// Takes all filters out.
    pub fn clear(&mut self) {
        self.filters.clear();
    }

    /// How many filters there are.
    pub fn len(&self) -> usize {
        self.filters.len()
    }

    /// Whether there is no filter.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// Asks every filter; stops at the first `Allow`.
    pub fn judge(&self, facts: &HandshakeFacts) -> Ruling {
        let mut strongest = FilterDecision::Pass;
        for (_, filter) in &self.filters {
            let decision = match ask(filter.as_ref(), facts) {
                FilterDecision::Allow => return Ruling::Exempt,
                FilterDecision::NeedData if facts.peer_id.is_some() => FilterDecision::Pass,
                decision => decision,
            };
            strongest = strongest.max(decision);
        }
        match strongest {
            FilterDecision::Block => Ruling::Refuse,
            _ => Ruling::Proceed,
        }
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.filters.iter().map(|(id, _)| id))
            .finish()
    }
}

/// The application's code runs inside our task: its panic must not leave attempts without their end.
fn ask(filter: &dyn HandshakeFilter, facts: &HandshakeFacts) -> FilterDecision {
    catch_unwind(AssertUnwindSafe(|| filter.decide(facts))).unwrap_or(FilterDecision::Block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::direction::Direction;
    use crate::peer_id::PeerId;
    use crate::protocol::Protocol;

    struct Always(FilterDecision);

    impl HandshakeFilter for Always {
        fn decide(&self, _: &HandshakeFacts) -> FilterDecision {
            self.0
        }
    }

    fn facts() -> HandshakeFacts {
        HandshakeFacts::new(
            Direction::Inbound,
            ([127, 0, 0, 1], 1).into(),
            Protocol::default(),
        )
    }

    /// The rulings when the least and when all is known.
    fn check(decisions: &[FilterDecision], first: Ruling, last: Ruling) {
        let mut filters = Filters::new();
        for decision in decisions {
            filters.add(Always(*decision));
        }
        let mut facts = facts();
        assert_eq!(filters.judge(&facts), first, "{decisions:?} at first");
        facts.peer_id = Some(PeerId::from_bytes([1; 20]));
        assert_eq!(filters.judge(&facts), last, "{decisions:?} at last");
    }

    #[test]
    fn the_strongest_decision_counts_in_any_order() {
        use FilterDecision::{Allow, Block, NeedData, Pass};
        use Ruling::{Exempt, Proceed, Refuse};
        let cases: [(&[FilterDecision], Ruling, Ruling); 11] = [
            (&[], Proceed, Proceed),
            (&[Pass], Proceed, Proceed),
            (&[Block], Refuse, Refuse),
            (&[NeedData], Proceed, Proceed),
            (&[Allow], Exempt, Exempt),
            (&[Pass, Block], Refuse, Refuse),
            (&[Pass, NeedData], Proceed, Proceed),
            (&[Block, NeedData], Proceed, Refuse),
            (&[Block, Allow], Exempt, Exempt),
            (&[NeedData, Allow], Exempt, Exempt),
            (&[Pass, Block, NeedData, Allow], Exempt, Exempt),
        ];
        for (decisions, first, last) in cases {
            check(decisions, first, last);
            let reversed: Vec<_> = decisions.iter().rev().copied().collect();
            check(&reversed, first, last);
        }
    }

    #[test]
    fn a_removed_filter_is_not_asked() {
        let mut filters = Filters::new();
        let id = filters.add(Always(FilterDecision::Block));
        assert_eq!(filters.judge(&facts()), Ruling::Refuse);
        assert!(filters.remove(id));
        assert!(!filters.remove(id));
        assert_eq!(filters.judge(&facts()), Ruling::Proceed);
        filters.add(Always(FilterDecision::Block));
        filters.clear();
        assert!(filters.is_empty());
    }

    #[test]
    fn a_filter_that_panics_blocks() {
        struct Broken;
        impl HandshakeFilter for Broken {
            fn decide(&self, _: &HandshakeFacts) -> FilterDecision {
                panic!("a filter that panics, as its test wants")
            }
        }
        let mut filters = Filters::new();
        filters.add(Broken);
        assert_eq!(filters.judge(&facts()), Ruling::Refuse);
    }
}
