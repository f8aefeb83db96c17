use std::time::{Duration, Instant};

/// Time in whole seconds since a moment before its owner began: 4 bytes instead of 12. Zero is before everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: Instant,
}

/// What the first second is called: late enough that "fifteen minutes ago" has a name.
const FIRST: u32 = 1 << 16;

impl Clock {
    pub(crate) fn new(now: Instant) -> Clock {
        Clock { start: now }
    }

    /// The second of `now`; a moment before the start counts as the start.
    pub(crate) fn seconds(&self, now: Instant) -> u32 {
        let passed = now.saturating_duration_since(self.start).as_secs();
        u32::try_from(passed)
            .unwrap_or(u32::MAX)
            .saturating_add(FIRST)
    }

    /// When the second begins.
    pub(crate) fn instant(&self, second: u32) -> Instant {
        let passed = Duration::from_secs(u64::from(second.saturating_sub(FIRST)));
        self.start.checked_add(passed).unwrap_or(self.start)
    }
}

/// A duration in whole seconds.
pub(crate) fn in_seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
