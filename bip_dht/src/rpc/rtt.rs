use std::time::Duration;

use crate::limits::{FIRST_SLOT_TIME, MAX_SLOT_TIME, MIN_SLOT_TIME, SILENCE_BACKOFF};

/// How long answers take here: a smoothed mean and deviation as TCP keeps them (RFC 6298), over all nodes together,
/// since most nodes are asked once.
#[derive(Debug, Default)]
pub(crate) struct RttEstimate {
    smoothed: Option<Smoothed>,
    silent: u32,
}

#[derive(Debug)]
struct Smoothed {
    mean: Duration,
    deviation: Duration,
}

impl RttEstimate {
    /// Takes the time that an answer took.
    pub(crate) fn sample(&mut self, rtt: Duration) {
        self.silent = 0;
        match &mut self.smoothed {
            None => {
                self.smoothed = Some(Smoothed {
                    mean: rtt,
                    deviation: rtt / 2,
                })
            }
            Some(smoothed) => {
                let difference = rtt.abs_diff(smoothed.mean);
                smoothed.deviation = (smoothed.deviation * 15 + difference) / 16;
                smoothed.mean = (smoothed.mean * 15 + rtt) / 16;
            }
        }
    }

    /// Notes that somebody did not answer at all.
    pub(crate) fn missed(&mut self) {
        self.silent = self.silent.saturating_add(1);
    }

    /// The mean, once there is one.
    pub(crate) fn mean(&self) -> Option<Duration> {
        self.smoothed.as_ref().map(|smoothed| smoothed.mean)
    }

    /// How long a node may take until somebody else is asked beside it: what nearly all answers need. `known` is what
    /// this node took before.
    ///
    /// Where many in a row were silent the wait doubles, or a way that has become slow would never be measured again.
    pub(crate) fn slot_time(&self, known: Option<Duration>) -> Duration {
        let doublings = (self.silent / SILENCE_BACKOFF).min(3);
        let general = self.smoothed.as_ref().map_or(FIRST_SLOT_TIME, |smoothed| {
            (smoothed.mean * 5 / 2).max(smoothed.mean + smoothed.deviation * 3)
        });
        let wanted = known.map_or(general, |known| general.min(known * 3));
        (wanted.clamp(MIN_SLOT_TIME, FIRST_SLOT_TIME.max(general)) * (1 << doublings))
            .min(MAX_SLOT_TIME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_wait_follows_what_answers_take() {
        let mut estimate = RttEstimate::default();
        assert_eq!(estimate.slot_time(None), FIRST_SLOT_TIME);
        for _ in 0..100 {
            estimate.sample(ms(60));
        }
        assert_eq!(estimate.slot_time(None).as_millis(), 150);
        assert_eq!(estimate.slot_time(Some(ms(40))), ms(120));
        assert_eq!(estimate.slot_time(Some(ms(1))), MIN_SLOT_TIME);
        for _ in 0..100 {
            estimate.sample(ms(5_000));
        }
        assert_eq!(estimate.slot_time(None), MAX_SLOT_TIME);
    }

    #[test]
    fn the_wait_doubles_while_nobody_answers() {
        let mut estimate = RttEstimate::default();
        estimate.sample(ms(100));
        let before = estimate.slot_time(None);
        for _ in 0..SILENCE_BACKOFF {
            assert_eq!(estimate.slot_time(None), before);
            estimate.missed();
        }
        assert_eq!(estimate.slot_time(None), before * 2);
        estimate.sample(ms(100));
        assert!(estimate.slot_time(None) <= before);
    }
}
