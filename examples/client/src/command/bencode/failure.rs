use std::io;
use std::path::PathBuf;

use bip_bencode::{DecodeError, JsonError};

use super::input::Input;
use crate::output::StdoutError;

/// Why a file could not be shown or turned into another.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{input} cannot be read")]
    Read { input: Input, source: io::Error },
    #[error("{input} is no bencode")]
    Decode { input: Input, source: DecodeError },
    #[error("{input} has more than {limit} bytes, which is too much to turn into bencode")]
    TooLong { input: Input, limit: usize },
    #[error("{input} is no JSON: not UTF-8 at byte {offset}")]
    NotText { input: Input, offset: usize },
    #[error("{input} cannot become bencode")]
    Json { input: Input, source: JsonError },
    #[error(
        "bencode is binary and would garble the terminal; name a file with -o FILE, or send the output elsewhere"
    )]
    Terminal,
    #[error(transparent)]
    Stdout(#[from] StdoutError),
    #[error("{} cannot be written", path.display())]
    Write { path: PathBuf, source: io::Error },
}
