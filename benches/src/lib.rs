//! Corpora for the benchmarks: generated, and the same on every machine.
//!
//! | corpus | what it stands for |
//! |---|---|
//! | `a_big` | one large `.torrent`: 4,000 files, 200,000 pieces (nearly all bytes are one string) |
//! | `b_files100k` | a `.torrent` of 100,000 files with paths of three components (small values) |
//! | `c_dht` | 12,000 separate DHT messages of about 160 bytes |
//! | `d_nested` | 5,000 values nested 44 deep, lists and dictionaries in turn |
//! | `e_v2tree20k` | a version 2 `.torrent`: 20,000 files in a tree, and their piece layers |

mod cell;
#[cfg(feature = "rivals")]
mod clients;
mod corpora;
mod dependencies;
mod random;
mod torrents;

pub use cell::{Ended, PANIC_CODE, run_cell};
#[cfg(feature = "rivals")]
pub use clients::meet_mainline;
pub use corpora::{Corpus, all};
pub use dependencies::{Package, packages};
pub use torrents::{torrents, write_content};
