use std::time::{Duration, Instant};

use super::Ended;
use crate::core::task::{Goal, Newest, Task};
use crate::error::OperationError;
use crate::item::MutableItem;
use crate::key::Key;
use crate::limits::{ITEM_RENEWAL, LEASE_RETRY, MAX_FOLLOW_INTERVAL, MIN_FOLLOW_INTERVAL};
use crate::operation::Outcome;

/// An item whose new versions are waited for, and which is kept alive meanwhile (BEP 46, "Consuming content").
#[derive(Debug)]
pub(in crate::core) struct Followed {
    public_key: [u8; 32],
    salt: Box<[u8]>,
    every: Duration,
    newest: Option<MutableItem>,
    /// When to put the newest version again; `None` before there is one.
    put_at: Option<Instant>,
}

/// How much too early an item may be put: waits are spread by a tenth.
const EARLY: Duration = Duration::from_secs(ITEM_RENEWAL.as_secs() / 8);

impl Followed {
    pub(super) fn new(public_key: [u8; 32], salt: &[u8], every: Duration) -> Followed {
        Followed {
            public_key,
            salt: salt.into(),
            every: every.clamp(MIN_FOLLOW_INTERVAL, MAX_FOLLOW_INTERVAL),
            newest: None,
            put_at: None,
        }
    }

    pub(super) fn key(&self) -> Key {
        Key::of_mutable(&self.public_key, &self.salt)
    }

    /// To put an item is to look for newer ones, too.
    pub(super) fn next_goal(&self, now: Instant) -> Goal {
        match &self.newest {
            Some(item) if self.put_at.is_some_and(|at| at <= now + EARLY) => {
                Goal::put_mutable(item.clone(), None)
            }
            _ => Goal::GetMutable(Box::new(Newest::new(self.public_key, &self.salt))),
        }
    }

    pub(super) fn on_ended(
        &mut self,
        now: Instant,
        task: &Task,
        result: &Result<Outcome, OperationError>,
    ) -> Ended {
        if result.is_ok() && task.stores() {
            self.put_at = Some(now + ITEM_RENEWAL);
        }
        let found = match result {
            Ok(Outcome::Mutable { item, .. }) => Some(item.clone()),
            _ => task.newer_version(),
        };
        let known = self.newest.as_ref().map(MutableItem::seq);
        match found {
            Some(item) if known.is_none_or(|known| known < item.seq()) => {
                self.newest = Some(item.clone());
                self.put_at.get_or_insert(now + ITEM_RENEWAL);
                Ended::Newer(self.rest(now), item)
            }
            // That nobody has it is an answer, too.
            _ if matches!(result, Ok(_) | Err(OperationError::NotFound)) => {
                Ended::Well(self.rest(now))
            }
            _ => Ended::Failed,
        }
    }

    /// How long there is nothing to do: to be kept alive an item may need more than its follower asks.
    fn rest(&self, now: Instant) -> Duration {
        let put_in = self.put_at.map(|at| at.saturating_duration_since(now));
        let put_in = put_in.map_or(self.every, |put_in| put_in.max(LEASE_RETRY));
        self.every.min(put_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_asked_for_every_ten_seconds_at_most_and_every_day_at_least() {
        const MOMENT: Duration = Duration::from_nanos(1);
        let (least, most) = (MIN_FOLLOW_INTERVAL, MAX_FOLLOW_INTERVAL);
        let every = |asked| Followed::new([7; 32], b"", asked).every;
        for asked in [least, least + MOMENT, most - MOMENT, most] {
            assert_eq!(every(asked), asked);
        }
        assert_eq!(every(least - MOMENT), least);
        assert_eq!(every(most + MOMENT), most);
    }
}
