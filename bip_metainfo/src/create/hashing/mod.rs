//! From content to hashes, on several threads: what creating and verifying share.
//!
//! Whoever hashes lays the content out as a [`Row`] of stretches (files, and the zeros of pad files), and makes of it
//! some [`Work`]: how to open a file, which hashes are wanted of which piece, and what to do with each [hashed](hasher::Hashed) piece.
//! [`hash`] runs it under [`HashOptions`](crate::HashOptions). Pieces come in any order, from any thread, each wanted one
//! once; one that cannot be read comes as a [`ReadFault`], and the others come nevertheless. `each` ends the work early
//! by breaking.
//!
//! There is one thread more than hash, so that somebody reads while all others hash. All take turns at one
//! [desk](desk::Desk): whoever is free hashes what has been read, the newest first since it is still in the cache, and
//! reads where nothing is. Nobody waits for a thread to wake while there is work, and a single large file keeps all of
//! them as busy as many small ones.

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
