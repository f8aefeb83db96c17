#![doc = include_str!("../README.md")]

mod blame;
mod block;
mod candidates;
mod choking;
mod config;
mod error;
mod geometry;
mod limits;
mod picker;
mod piece_set;
mod queueing;
mod revelation;
mod selection;

pub use block::{BLOCK_LENGTH, BlockId, PeerKey};
pub use config::{PickOrder, PickerConfig};
pub use error::{FactError, GeometryError};
pub use picker::{BlockOutcome, BlockVerdict, Picker};

pub use blame::Verdict;
pub use revelation::{Opening, Revelation, Show};

pub use choking::{ChokeChanges, Choker, ChokerConfig, PeerFacts, Phase};

pub use candidates::{Candidates, CandidatesConfig, Refusal, Source};

pub use limits::{
    DEFAULT_ASKERS_PER_BLOCK, DEFAULT_CANDIDATES, DEFAULT_OPEN_BLOCKS, DEFAULT_RANDOM_FIRST_PIECES,
    DEFAULT_UNCHOKE_SLOTS, MAX_ASKERS_PER_BLOCK, MAX_BANNED_ADDRESSES, MAX_BLOCKS_PER_PIECE,
    MAX_OWN_ADDRESSES, MAX_PIECES,
};
