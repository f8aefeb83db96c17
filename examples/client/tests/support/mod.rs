//! What the tests of the `bip` program share: a payload with its torrent, the program as a child process, and a
//! seeder that follows a script, made of nothing but std so that it can also lie.
#![allow(dead_code, unused_imports, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod network;
mod payload;
mod program;
mod run;
mod scripted_seeder;

pub(crate) use network::Network;
pub(crate) use payload::Payload;
pub(crate) use program::Program;
pub(crate) use run::{Run, bip};
pub(crate) use scripted_seeder::{Honesty, ScriptedSeeder};
