//! The next piece to begin for one peer.

use rand::{Rng, RngExt};

use super::{Availability, Holding};
use crate::limits::{SHORTLIST_LENGTH, WALK_STEPS};
use crate::piece_set::{PieceSet, bits};

/// Pieces of one peer that a scan found to be its rarest, for its next picks.
///
/// They all had `rank` copies. As long as no piece became rarer (`epoch`) and the peer gained no rarer one, those that
/// still have `rank` copies are still its rarest: what happened meanwhile can only have made pieces less rare.
#[derive(Debug, Default)]
pub(crate) struct Shortlist {
    pieces: Vec<u32>,
    rank: u32,
    epoch: u64,
}

impl Shortlist {
    /// The peer has one more piece, of that rank.
    pub(crate) fn on_have(&mut self, rank: u32) {
        if rank < self.rank {
            self.pieces.clear();
        }
    }

    fn next(&mut self, availability: &Availability, skip: &impl Fn(u32) -> bool) -> Option<u32> {
        if self.epoch != availability.epoch() {
            self.pieces.clear();
        }
        while let Some(piece) = self.pieces.pop() {
            let is_still_rarest =
                availability.listed().contains(piece) && availability.rank(piece) == self.rank;
            if is_still_rarest && !skip(piece) {
                return Some(piece);
            }
        }
        None
    }

    /// Looks at every listed piece of the peer: a word of 64 at a time, then only the peer's own.
    fn scan(
        &mut self,
        set: &PieceSet,
        availability: &Availability,
        rng: &mut impl Rng,
        skip: &impl Fn(u32) -> bool,
    ) {
        self.pieces.clear();
        self.rank = u32::MAX;
        self.epoch = availability.epoch();
        let mut found = 0u32;
        for piece in common(set, availability.listed()) {
            let rank = availability.rank(piece);
            if rank > self.rank || skip(piece) {
                continue;
            }
            if rank < self.rank {
                self.pieces.clear();
                self.rank = rank;
                found = 0;
            }
            found += 1;
            // Each of the equals stays with the same chance, however many there are.
            if self.pieces.len() < SHORTLIST_LENGTH {
                self.pieces.push(piece);
            } else if let Some(kept) = self.pieces.get_mut(rng.random_range(0..found) as usize) {
                *kept = piece;
            }
        }
        if !self.pieces.is_empty() {
            let last = self.pieces.len() - 1;
            self.pieces.swap(last, rng.random_range(0..=last));
        }
    }
}

/// The piece with the fewest copies among those the peer has.
pub(crate) fn choose_rarest(
    availability: &Availability,
    holding: &Holding,
    shortlist: &mut Shortlist,
    rng: &mut impl Rng,
    skip: impl Fn(u32) -> bool,
) -> Option<u32> {
    let order = availability.order();
    match holding {
        Holding::Nothing => None,
        Holding::All => order.iter().copied().find(|piece| !skip(*piece)),
        Holding::Some(set) => {
            if let Some(piece) = shortlist.next(availability, &skip) {
                return Some(piece);
            }
            let near = order.iter().take(WALK_STEPS).copied();
            let mut wanted = near.filter(|piece| set.contains(*piece) && !skip(*piece));
            if let Some(piece) = wanted.next() {
                return Some(piece);
            }
            if order.len() <= WALK_STEPS {
                return None;
            }
            shortlist.scan(set, availability, rng, &skip);
            shortlist.next(availability, &skip)
        }
    }
}

/// The piece with the lowest index among those the peer has.
pub(crate) fn choose_first(
    availability: &Availability,
    holding: &Holding,
    skip: impl Fn(u32) -> bool,
) -> Option<u32> {
    let listed = availability.listed();
    match holding {
        Holding::Nothing => None,
        Holding::All => listed.iter().find(|piece| !skip(*piece)),
        Holding::Some(set) => common(set, listed).find(|piece| !skip(*piece)),
    }
}

/// Any piece the peer has.
pub(crate) fn choose_random(
    availability: &Availability,
    holding: &Holding,
    rng: &mut impl Rng,
    skip: impl Fn(u32) -> bool,
) -> Option<u32> {
    let order = availability.order();
    if order.is_empty() {
        return None;
    }
    let (before, after) = order.split_at(rng.random_range(0..order.len()));
    let mut around = after.iter().chain(before).copied();
    around.find(|piece| holding.contains(*piece) && !skip(*piece))
}

fn common<'a>(set: &'a PieceSet, listed: &'a PieceSet) -> impl Iterator<Item = u32> + 'a {
    bits(set.words().iter().zip(listed.words()).map(|(a, b)| a & b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    #[test]
    fn a_scan_gives_every_equally_rare_piece_its_chance() {
        const PIECES: u32 = 2_000;
        let mut rng = ChaCha8Rng::from_seed([3; 32]);
        let mut availability = Availability::new(PIECES, &mut rng);
        let mut set = PieceSet::empty(PIECES);
        for piece in 0..PIECES / 2 {
            set.insert(piece);
            availability.gain_copy(piece, &mut rng);
        }
        // The rarer half is what the peer lacks, so that the walk finds nothing and the scan is what answers.
        let mut hits = [0; 10];
        for _ in 0..2_000 {
            let mut shortlist = Shortlist::default();
            shortlist.scan(&set, &availability, &mut rng, &|_| false);
            let piece = shortlist.next(&availability, &|_| false).unwrap();
            hits[(piece / 100) as usize] += 1;
        }
        assert!(
            hits.iter().all(|hits| (120..280).contains(hits)),
            "{hits:?}"
        );
    }

    #[test]
    fn a_shortlist_is_dropped_when_a_rarer_piece_appears() {
        const PIECES: u32 = 1_000;
        let mut rng = ChaCha8Rng::from_seed([4; 32]);
        let mut availability = Availability::new(PIECES, &mut rng);
        let mut set = PieceSet::empty(PIECES);
        for piece in 0..400 {
            set.insert(piece);
            availability.gain_copy(piece, &mut rng);
            availability.gain_copy(piece, &mut rng);
        }
        let mut holding = Holding::from_set(set.clone());
        let mut shortlist = Shortlist::default();
        let mut choose = |availability: &Availability, holding: &Holding, shortlist: &mut _| {
            choose_rarest(availability, holding, shortlist, &mut rng, |_| false).unwrap()
        };
        choose(&availability, &holding, &mut shortlist);
        assert_eq!(shortlist.pieces.len(), SHORTLIST_LENGTH - 1);
        let mut moves = ChaCha8Rng::from_seed([5; 32]);
        availability.lose_copy(17, &mut moves);
        assert_eq!(choose(&availability, &holding, &mut shortlist), 17);
        availability.unlist(17);
        set.insert(900);
        shortlist.on_have(availability.rank(900));
        holding = Holding::from_set(set);
        assert_eq!(choose(&availability, &holding, &mut shortlist), 900);
    }

    /// One peer that lacks the rarest 300 pieces, so that the walk fails and the shortlist decides.
    #[test]
    fn every_choice_is_the_rarest_while_the_swarm_changes() {
        const PIECES: u32 = 900;
        for seed in 0..30 {
            let mut rng = ChaCha8Rng::from_seed([seed; 32]);
            let mut availability = Availability::new(PIECES, &mut rng);
            let mut set = PieceSet::empty(PIECES);
            for piece in 300..PIECES {
                (0..rng.random_range(6..12)).for_each(|_| availability.gain_copy(piece, &mut rng));
                if piece % 3 > 0 {
                    set.insert(piece);
                }
            }
            let mut holding = Holding::Some(set);
            let mut shortlist = Shortlist::default();
            for _ in 0..500 {
                let piece = rng.random_range(0..PIECES);
                match rng.random_range(0..20) {
                    0 => availability.list(piece, &mut rng),
                    1 if availability.rank(piece) > 0 => availability.lose_copy(piece, &mut rng),
                    2 if piece > 300 => {
                        let Holding::Some(set) = &mut holding else {
                            unreachable!()
                        };
                        if set.insert(piece) {
                            availability.gain_copy(piece, &mut rng);
                            shortlist.on_have(availability.rank(piece));
                        }
                    }
                    _ => availability.gain_copy(piece.max(300), &mut rng),
                }
                let naive = availability
                    .order()
                    .iter()
                    .filter(|piece| holding.contains(**piece));
                let naive = naive.map(|piece| availability.rank(*piece)).min();
                let chosen =
                    choose_rarest(&availability, &holding, &mut shortlist, &mut rng, |_| false);
                assert_eq!(chosen.map(|piece| availability.rank(piece)), naive);
                chosen
                    .into_iter()
                    .for_each(|piece| availability.unlist(piece));
            }
        }
    }
}
