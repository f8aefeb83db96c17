//! Which piece next.

mod availability;
mod choice;
mod holding;

pub(crate) use availability::Availability;
pub(crate) use choice::{Shortlist, choose_first, choose_random, choose_rarest};
pub(crate) use holding::Holding;
