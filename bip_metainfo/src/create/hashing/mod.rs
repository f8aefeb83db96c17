//! From content to hashes, on several threads: what creating and verifying share.
//!
//! Whoever hashes lays the content out as a [`Row`] of stretches (files, and the zeros of pad files), and makes of it
//! some [`Work`]: how to open a file, which hashes are wanted of which piece, and what to do with each [hashed](hasher::Hashed) piece.
//! [`hash`] runs it under [`HashOptions`](crate::HashOptions). Pieces come in any order, from any thread, each wanted one
//! once; one that cannot be read comes as a [`ReadFault`], and the others come nevertheless. `each` ends the work early
//! by breaking.
//!
//! There is one thread more than may hash at once, so that somebody reads while all others hash. Each has a buffer of its
//! own and hashes what it has read, since that is in the cache of its processor and would have to be fetched by another.
//! The [desk](desk::Desk) gives out pieces and turns. A single large file keeps all threads as busy as many small ones.

mod desk;
mod engine;
mod hasher;
mod options;
mod progress;
mod reader;
mod row;
#[cfg(test)]
mod tests;

pub use options::HashOptions;
pub use progress::Progress;
pub use reader::Source;

pub(crate) use engine::{Wanted, Work, hash};
pub(crate) use hasher::Hashes;
pub(crate) use reader::ReadFault;
pub(crate) use row::{Row, Stretch};
