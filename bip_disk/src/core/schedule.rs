//! Which operation is next, and how many are under way.
//!
//! Each class has places of its own, so that none starves another: a read waits at most behind the writes that were
//! handed out before it, and checks run beside both. Where several classes have a free place, it goes to preparing and
//! releasing first, then to reads, then to writes, then to checks.

use std::collections::VecDeque;

use super::operation::Operation;
use crate::limits::{CHECKS_IN_FLIGHT, READS_IN_FLIGHT, WRITE_BYTES_IN_FLIGHT, WRITES_IN_FLIGHT};

/// What an operation occupies while it is under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) class: Class,
    /// Bytes that are written, 0 for other classes.
    pub(crate) bytes: usize,
}

impl Slot {
    pub(crate) fn of(class: Class) -> Self {
        Self { class, bytes: 0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Control,
    Read,
    Write,
    Check,
}

#[derive(Debug, Default)]
pub(crate) struct Schedule {
    control: Line,
    reads: Line,
    writes: Line,
    checks_in_flight: usize,
}

/// Operations of one class.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Operation>,
    in_flight: usize,
    bytes_in_flight: usize,
}

/// Whether what makes events may be handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventRoom {
    Free,
    Full,
}

impl Schedule {
    pub(crate) fn push(&mut self, operation: Operation) {
        match operation.slot.class {
            Class::Control => self.control.waiting.push_back(operation),
            Class::Read => self.reads.waiting.push_back(operation),
            Class::Write => self.writes.waiting.push_back(operation),
            // Checks are made when there is a place for them.
            Class::Check => debug_assert!(false, "a check is not queued"),
        }
    }

    pub(crate) fn next(&mut self, events: EventRoom) -> Option<Operation> {
        let writes_have_place = self.writes.in_flight < 2
            || (self.writes.in_flight < WRITES_IN_FLIGHT
                && self.writes.bytes_in_flight < WRITE_BYTES_IN_FLIGHT);
        if let Some(operation) = self.control.take() {
            return Some(operation);
        }
        if self.reads.in_flight < READS_IN_FLIGHT
            && let Some(operation) = self.reads.take()
        {
            return Some(operation);
        }
        if writes_have_place && events == EventRoom::Free {
            return self.writes.take();
        }
        None
    }

    pub(crate) fn has_place_for_check(&self) -> bool {
        self.checks_in_flight < CHECKS_IN_FLIGHT
    }

    pub(crate) fn check_started(&mut self) {
        self.checks_in_flight += 1;
    }

    pub(crate) fn finished(&mut self, slot: Slot) {
        match slot.class {
            Class::Control => self.control.finished(slot),
            Class::Read => self.reads.finished(slot),
            Class::Write => self.writes.finished(slot),
            Class::Check => self.checks_in_flight -= 1,
        }
    }

    pub(crate) fn pending_reads(&self) -> usize {
        self.reads.waiting.len() + self.reads.in_flight
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.checks_in_flight == 0
            && [&self.control, &self.reads, &self.writes]
                .iter()
                .all(|line| line.waiting.is_empty() && line.in_flight == 0)
    }
}

impl Line {
    fn take(&mut self) -> Option<Operation> {
        let operation = self.waiting.pop_front()?;
        self.in_flight += 1;
        self.bytes_in_flight += operation.slot.bytes;
        Some(operation)
    }

    fn finished(&mut self, slot: Slot) {
        self.in_flight -= 1;
        self.bytes_in_flight -= slot.bytes;
    }
}
