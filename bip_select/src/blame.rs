//! Who sent the bad block.

use std::collections::{BTreeMap, BTreeSet};

use crate::block::PeerKey;

/// Convictions remembered beyond a peer's leaving, for its blocks in pieces still open.
const MAX_CONVICTIONS: usize = 1_024;

/// Who is to blame for a piece that failed its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// This peer sent bad data: all blocks came from it, or it was convicted before and had its part here too.
    /// Close and ban it. It may have left already, so keep its address for as long as its blocks are unverified.
    Convicted(PeerKey),
    /// One of these sent bad data. The piece is now fetched from a single peer, so that the next failure convicts.
    Suspected(Vec<PeerKey>),
    /// No peer gave a block of this piece.
    Nobody,
}

#[derive(Debug, Default)]
pub(crate) struct Blame {
    /// Pieces to be fetched from a single peer, and who is suspected of having spoiled them.
    quarantine: BTreeMap<u32, Vec<PeerKey>>,
    suspected: BTreeSet<PeerKey>,
    convicted: BTreeSet<PeerKey>,
}

impl Blame {
    /// `is_connected` tells of whom suspicion is worth remembering.
    pub(crate) fn on_failed(
        &mut self,
        piece: u32,
        contributors: Vec<PeerKey>,
        is_connected: impl Fn(PeerKey) -> bool,
    ) -> Verdict {
        let known = contributors
            .iter()
            .find(|peer| self.convicted.contains(peer));
        if let Some(culprit) = known.copied() {
            return Verdict::Convicted(culprit);
        }
        match contributors[..] {
            [] => Verdict::Nobody,
            [culprit] => {
                self.convict(culprit);
                Verdict::Convicted(culprit)
            }
            _ => {
                let present = contributors.iter().filter(|peer| is_connected(**peer));
                self.suspected.extend(present);
                self.quarantine.insert(piece, contributors.clone());
                Verdict::Suspected(contributors)
            }
        }
    }

    pub(crate) fn on_verified(&mut self, piece: u32, contributors: &[PeerKey]) {
        self.quarantine.remove(&piece);
        for peer in contributors {
            self.suspected.remove(peer);
        }
    }

    /// The peer left; nobody asks any more whether it is suspected.
    pub(crate) fn on_peer_gone(&mut self, peer: PeerKey) {
        self.suspected.remove(&peer);
    }

    pub(crate) fn is_convicted(&self, peer: PeerKey) -> bool {
        self.convicted.contains(&peer)
    }

    pub(crate) fn is_suspected(&self, peer: PeerKey) -> bool {
        self.suspected.contains(&peer)
    }

    pub(crate) fn is_quarantined(&self, piece: u32) -> bool {
        self.quarantine.contains_key(&piece)
    }

    /// Whether the peer may have spoiled the piece before.
    pub(crate) fn is_suspected_of(&self, piece: u32, peer: PeerKey) -> bool {
        let suspects = self.quarantine.get(&piece);
        suspects.is_some_and(|suspects| suspects.contains(&peer))
    }

    pub(crate) fn quarantined(&self) -> impl Iterator<Item = u32> + '_ {
        self.quarantine.keys().copied()
    }

    fn convict(&mut self, peer: PeerKey) {
        self.suspected.remove(&peer);
        self.convicted.insert(peer);
        if self.convicted.len() > MAX_CONVICTIONS {
            self.convicted.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sole_contributor_is_convicted() {
        let mut blame = Blame::default();
        assert_eq!(blame.on_failed(0, vec![5], |_| true), Verdict::Convicted(5));
        assert!(blame.is_convicted(5) && !blame.is_quarantined(0));
    }

    #[test]
    fn several_contributors_are_suspects_until_a_piece_of_theirs_verifies() {
        let mut blame = Blame::default();
        assert_eq!(
            blame.on_failed(0, vec![5, 6], |_| true),
            Verdict::Suspected(vec![5, 6])
        );
        assert!(blame.is_suspected_of(0, 5) && !blame.is_suspected_of(0, 7));
        blame.on_verified(1, &[6]);
        assert!(blame.is_suspected(5) && !blame.is_suspected(6));
        blame.on_verified(0, &[7]);
        assert!(!blame.is_quarantined(0));
    }

    #[test]
    fn a_known_culprit_answers_for_others_pieces_too() {
        let mut blame = Blame::default();
        blame.on_failed(0, vec![5], |_| true);
        assert_eq!(
            blame.on_failed(1, vec![4, 5], |_| true),
            Verdict::Convicted(5)
        );
        assert!(!blame.is_suspected(4) && !blame.is_quarantined(1));
    }

    #[test]
    fn no_contributor_no_blame() {
        assert_eq!(
            Blame::default().on_failed(0, vec![], |_| true),
            Verdict::Nobody
        );
    }

    #[test]
    fn convictions_are_bounded_at_their_limit() {
        let mut blame = Blame::default();
        for peer in 0..MAX_CONVICTIONS as u64 {
            blame.on_failed(0, vec![peer], |_| true);
        }
        assert!(blame.is_convicted(0));
        blame.on_failed(0, vec![MAX_CONVICTIONS as u64], |_| true);
        assert!(!blame.is_convicted(0) && blame.is_convicted(1));
    }
}
