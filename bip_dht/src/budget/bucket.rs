/// So many per second in the long run, and `burst` at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) per_second: u32,
    pub(crate) burst: u32,
}

/// What was spent and has not drained away yet, in thousandths, as of a millisecond since the start.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    level: u32,
    at: u32,
}

const ONE: u32 = 1000;

impl Bucket {
    pub(super) fn has_room(&self, now: u32, rate: Rate) -> bool {
        self.level_at(now, rate) + u64::from(ONE) <= u64::from(rate.burst) * u64::from(ONE)
    }

    /// Counts one; where there is no room, the bucket is full.
    pub(super) fn fill(&mut self, now: u32, rate: Rate) {
        self.rise(now, rate, 1, rate.burst);
    }

    /// Counts so many at once, beyond the burst where they find no room in it.
    pub(super) fn owe(&mut self, now: u32, rate: Rate, count: u32) {
        self.rise(now, rate, count, rate.burst.saturating_add(count));
    }

    /// Counts so many, up to `most`; what is owed already stays.
    fn rise(&mut self, now: u32, rate: Rate, count: u32, most: u32) {
        let in_thousandths = |count| u64::from(count) * u64::from(ONE);
        let level = self.level_at(now, rate);
        let risen = level + in_thousandths(count);
        let level = risen.min(in_thousandths(most).max(level));
        self.level = u32::try_from(level).unwrap_or(u32::MAX);
        self.at = now;
    }

    /// A rate per second drains as many thousandths in each millisecond.
    fn level_at(&self, now: u32, rate: Rate) -> u64 {
        let drained = u64::from(now.wrapping_sub(self.at)) * u64::from(rate.per_second);
        u64::from(self.level).saturating_sub(drained)
    }
}
