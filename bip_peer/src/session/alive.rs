use std::time::{Duration, Instant};

/// Keep-alives and silence (BEP 3: "peers generally send keep-alives once every two minutes").
#[derive(Debug)]
pub(super) struct Alive {
    heard: Instant,
    spoke: Instant,
    interval: Duration,
    timeout: Duration,
    /// The input is not read at present, so that silence says nothing.
    paused: bool,
}

impl Alive {
    pub(super) fn new(now: Instant, interval: Duration, timeout: Duration) -> Alive {
        Alive {
            heard: now,
            spoke: now,
            interval,
            timeout,
            paused: false,
        }
    }

    pub(super) fn on_heard(&mut self, now: Instant) {
        self.heard = now;
    }

    pub(super) fn on_spoke(&mut self, now: Instant) {
        self.spoke = now;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused
    }

    pub(super) fn pause(&mut self) {
        self.paused = true;
    }

    pub(super) fn resume(&mut self, now: Instant) {
        self.paused = false;
        self.heard = now;
    }

    pub(super) fn is_dead(&self, now: Instant) -> bool {
        !self.paused && self.heard + self.timeout <= now
    }

    pub(super) fn is_keep_alive_due(&self, now: Instant) -> bool {
        self.spoke + self.interval <= now
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        let speak = self.spoke + self.interval;
        if self.paused {
            speak
        } else {
            speak.min(self.heard + self.timeout)
        }
    }
}
