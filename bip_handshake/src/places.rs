use std::collections::BTreeSet;

/// The places of inbound attempts in progress, and who gives way when all are taken.
///
/// When a connection comes and no place is free, the *oldest* attempt gives way. Closing the newcomer instead would let
/// silent peers lock everyone out: they take all places once and keep them until the timeout. This way a
/// peer that is honest is only lost if as many others as there are places connect during its two round trips. That an
/// attempt has sent something earns it nothing, or one byte would buy a silent peer a better place than a newcomer's.
///
/// One attempt gives way at a time, so that an application which is slow to take events makes us accept less instead of
/// dropping more.
#[derive(Debug, Clone)]
pub struct Places {
    limit: usize,
    /// Keys rise with time: the smallest is the oldest.
    taken: BTreeSet<u64>,
    giving_way: Option<u64>,
}

/// Whether a newcomer finds a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a place is free, made free, or awaited"
)]
pub enum Room {
    /// There is a place: [`Places::take`] it.
    Free,
    /// End this attempt, call [`Places::leave`] when it is gone, and ask again.
    Displace(u64),
    /// An attempt is about to leave; ask again when it is gone.
    Wait,
}

impl Places {
    /// So many places, at least one.
    pub fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            taken: BTreeSet::new(),
            giving_way: None,
        }
    }

    /// Whether all places are taken.
    pub fn is_full(&self) -> bool {
        self.taken.len() >= self.limit
    }

    /// Whether a newcomer finds a place, and if not, who gives way.
    pub fn room(&mut self) -> Room {
        if !self.is_full() {
            return Room::Free;
        }
        match (self.giving_way, self.taken.first()) {
            (None, Some(oldest)) => {
                self.giving_way = Some(*oldest);
                Room::Displace(*oldest)
            }
            _ => Room::Wait,
        }
    }

    /// Takes a place. Keys rise: the smallest present is the oldest.
    pub fn take(&mut self, key: u64) {
        self.taken.insert(key);
    }

    /// Frees a place, for whatever reason the attempt ended. Of keys that are not there, nothing happens.
    pub fn leave(&mut self, key: u64) {
        self.taken.remove(&key);
        if self.giving_way == Some(key) {
            self.giving_way = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way_when_one_more_than_the_limit_comes() {
        let mut places = Places::new(2);
        for key in [1, 2] {
            assert_eq!(places.room(), Room::Free);
            places.take(key);
        }
        assert_eq!(places.room(), Room::Displace(1));
        assert_eq!(places.room(), Room::Wait, "one at a time");
        places.leave(1);
        assert_eq!(places.room(), Room::Free);
        places.take(3);
        assert_eq!(places.room(), Room::Displace(2));
    }

    #[test]
    fn a_place_that_frees_itself_ends_nobody_elses_leave() {
        let mut places = Places::new(2);
        places.take(1);
        places.take(2);
        assert_eq!(places.room(), Room::Displace(1));
        places.leave(2);
        assert_eq!(places.room(), Room::Free);
        places.take(3);
        assert_eq!(places.room(), Room::Wait, "the first has still not left");
    }

    #[test]
    fn there_is_always_one_place() {
        assert_eq!(Places::new(0).room(), Room::Free);
    }
}
