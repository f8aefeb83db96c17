//! The driver: one task that owns the core, one thread that executes its operations, and a second one that takes part
//! in background operations, so that a check is not slower than hashing and a sync holds nobody up.
#![allow(
    clippy::disallowed_methods,
    reason = "a driver may use what a core may not"
)]

mod events;
mod manager;
mod queue;
mod task;

pub use events::DiskEvents;
pub use manager::DiskManager;
