use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often a line about the progress is written where nobody watches a bar.
const INTERVAL: Duration = Duration::from_secs(2);

/// When the next line about the progress is due.
#[derive(Debug)]
pub(super) struct Pace(Mutex<Instant>);

impl Pace {
    /// The first line is due after a while.
    pub(super) fn new() -> Pace {
        Pace(Mutex::new(Instant::now()))
    }

    /// Whether it is now; then the next one is due after a while.
    pub(super) fn is_due(&self) -> bool {
        let Ok(mut told) = self.0.lock() else {
            return false;
        };
        let is_due = told.elapsed() >= INTERVAL;
        if is_due {
            *told = Instant::now();
        }
        is_due
    }
}
