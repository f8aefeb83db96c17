//! How many peers have each piece, and the pieces not begun yet in that order.

use rand::{Rng, RngExt};

use crate::piece_set::PieceSet;

const NOWHERE: u32 = u32::MAX;

/// Counts of copies, and the *listed* pieces (those not begun) ordered by them.
///
/// ```text
/// order   [ 7 2 9 | 4 | 1 0 8 6 | 3 5 ]      within a bucket the order is random
/// ends      0       3   4         8   10     ends[copies] is where the bucket of that many copies ends
/// ```
/// A piece that gains or loses a copy crosses one border: it is swapped to the edge of its bucket and the edge moves
/// over it. Seeds are only counted, since they change nobody's rank.
#[derive(Debug)]
pub(crate) struct Availability {
    /// Copies at peers that are no seeds.
    copies: Vec<u32>,
    seed_count: u32,
    order: Vec<u32>,
    /// Where in `order` a piece stands.
    position: Vec<u32>,
    ends: Vec<u32>,
    listed: PieceSet,
    /// Grows whenever a listed piece may have become rarer than before.
    epoch: u64,
}

impl Availability {
    pub(crate) fn new(piece_count: u32, rng: &mut impl Rng) -> Availability {
        let mut order: Vec<u32> = (0..piece_count).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, rng.random_range(0..=last));
        }
        let mut position = vec![NOWHERE; piece_count as usize];
        for (place, piece) in order.iter().enumerate() {
            position[*piece as usize] = place as u32;
        }
        Availability {
            copies: vec![0; piece_count as usize],
            seed_count: 0,
            ends: vec![piece_count],
            order,
            position,
            listed: PieceSet::full(piece_count),
            epoch: 0,
        }
    }

    /// Listed pieces, the rarest first.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(crate) fn listed(&self) -> &PieceSet {
        &self.listed
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Copies at peers that are no seeds: enough to compare pieces.
    pub(crate) fn rank(&self, piece: u32) -> u32 {
        self.copies[piece as usize]
    }

    /// Copies at all peers.
    pub(crate) fn copies(&self, piece: u32) -> u32 {
        self.copies[piece as usize] + self.seed_count
    }

    /// How many listed pieces somebody has.
    pub(crate) fn obtainable(&self) -> u32 {
        let nobody_has = if self.seed_count == 0 {
            self.ends[0]
        } else {
            0
        };
        self.order.len() as u32 - nobody_has
    }

    pub(crate) fn add_seed(&mut self) {
        self.seed_count += 1;
    }

    pub(crate) fn remove_seed(&mut self) {
        self.seed_count -= 1;
    }

    /// A peer that was counted piece by piece now has them all. Every piece loses one counted copy, so that the order
    /// stays and only the names of the buckets change.
    pub(crate) fn promote_to_seed(&mut self) {
        for copies in &mut self.copies {
            *copies -= 1;
        }
        self.ends.remove(0);
        if self.ends.is_empty() {
            self.ends.push(self.order.len() as u32);
        }
        self.seed_count += 1;
        self.epoch += 1;
    }

    pub(crate) fn gain_copy(&mut self, piece: u32, rng: &mut impl Rng) {
        let before = self.copies[piece as usize] as usize;
        self.copies[piece as usize] += 1;
        if !self.listed.contains(piece) {
            return;
        }
        self.reach(before + 1);
        self.ends[before] -= 1;
        self.swap(self.position[piece as usize], self.ends[before]);
        self.shuffle_in(piece, before + 1, rng);
    }

    pub(crate) fn lose_copy(&mut self, piece: u32, rng: &mut impl Rng) {
        let after = self.copies[piece as usize] as usize - 1;
        self.copies[piece as usize] -= 1;
        if !self.listed.contains(piece) {
            return;
        }
        self.epoch += 1;
        self.swap(self.position[piece as usize], self.ends[after]);
        self.ends[after] += 1;
        self.shuffle_in(piece, after, rng);
    }

    /// Lists a piece (again): it is not begun.
    pub(crate) fn list(&mut self, piece: u32, rng: &mut impl Rng) {
        if !self.listed.insert(piece) {
            return;
        }
        let copies = self.copies[piece as usize] as usize;
        self.reach(copies);
        self.epoch += 1;
        self.position[piece as usize] = self.order.len() as u32;
        self.order.push(piece);
        for bucket in (copies..self.ends.len()).rev() {
            // The piece stands just behind this bucket, which makes room for it.
            self.swap(self.position[piece as usize], self.ends[bucket]);
            self.ends[bucket] += 1;
        }
        self.shuffle_in(piece, copies, rng);
    }

    /// Takes a piece off the list: it is begun, or we have it.
    pub(crate) fn unlist(&mut self, piece: u32) {
        if !self.listed.contains(piece) {
            return;
        }
        self.listed.remove(piece);
        for bucket in self.copies[piece as usize] as usize..self.ends.len() {
            self.ends[bucket] -= 1;
            self.swap(self.position[piece as usize], self.ends[bucket]);
        }
        self.order.pop();
        self.position[piece as usize] = NOWHERE;
    }

    /// Makes the bucket of that many copies exist.
    fn reach(&mut self, copies: usize) {
        if self.ends.len() <= copies {
            self.ends.resize(copies + 1, self.order.len() as u32);
        }
    }

    /// Moves a piece at an edge of its bucket to a random place in it.
    fn shuffle_in(&mut self, piece: u32, bucket: usize, rng: &mut impl Rng) {
        let start = if bucket == 0 {
            0
        } else {
            self.ends[bucket - 1]
        };
        let place = rng.random_range(start..self.ends[bucket]);
        self.swap(self.position[piece as usize], place);
    }

    fn swap(&mut self, a: u32, b: u32) {
        self.order.swap(a as usize, b as usize);
        self.position[self.order[a as usize] as usize] = a;
        self.position[self.order[b as usize] as usize] = b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    impl Availability {
        fn check(&self, copies: &[u32], listed: &[bool]) {
            assert_eq!(self.copies, copies);
            assert!(self.order.is_sorted_by_key(|piece| self.rank(*piece)));
            let naive = listed.iter().filter(|listed| **listed).count();
            assert_eq!(self.order.len(), naive);
            for (piece, listed) in listed.iter().enumerate() {
                assert_eq!(self.listed.contains(piece as u32), *listed);
                let place = self.position[piece];
                assert_eq!(place != NOWHERE, *listed);
                assert!(!listed || self.order[place as usize] == piece as u32);
            }
            for (bucket, end) in self.ends.iter().enumerate() {
                let at_most = |piece: &&u32| self.rank(**piece) as usize <= bucket;
                assert_eq!(*end as usize, self.order.iter().filter(at_most).count());
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_plain_counting(
            piece_count in 1u32..12,
            steps in proptest::collection::vec((0u8..5, any::<u32>()), 0..200),
        ) {
            let mut rng = ChaCha8Rng::from_seed([1; 32]);
            let mut availability = Availability::new(piece_count, &mut rng);
            let mut copies = vec![0; piece_count as usize];
            let mut listed = vec![true; piece_count as usize];
            for (step, piece) in steps {
                let piece = piece % piece_count;
                let at = piece as usize;
                match step {
                    0 | 1 => { availability.gain_copy(piece, &mut rng); copies[at] += 1 }
                    2 if copies[at] > 0 => { availability.lose_copy(piece, &mut rng); copies[at] -= 1 }
                    3 => { availability.unlist(piece); listed[at] = false }
                    4 => { availability.list(piece, &mut rng); listed[at] = true }
                    _ => {}
                }
                availability.check(&copies, &listed);
                if copies.iter().all(|copies| *copies > 0) {
                    availability.promote_to_seed();
                    copies.iter_mut().for_each(|copies| *copies -= 1);
                    availability.check(&copies, &listed);
                }
            }
        }
    }

    #[test]
    fn equally_rare_pieces_stand_in_a_different_order_for_each_seed() {
        let order = |seed| {
            let mut rng = ChaCha8Rng::from_seed([seed; 32]);
            Availability::new(100, &mut rng).order
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }
}
