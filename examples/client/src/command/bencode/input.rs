use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use bip_bencode::DEFAULT_MAX_INPUT_LENGTH;

use super::failure::Failure;

/// A file, or `-` for standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File(PathBuf),
}

impl From<OsString> for Input {
    fn from(words: OsString) -> Input {
        if words == "-" {
            Input::Stdin
        } else {
            Input::File(words.into())
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Stdin => f.write_str("standard input"),
            // A file may have been named by somebody else.
            Input::File(path) => path.display().to_string().chars().try_for_each(|char| {
                if char.is_control() {
                    write!(f, "{}", char.escape_default())
                } else {
                    f.write_char(char)
                }
            }),
        }
    }
}

impl Input {
    /// All of it, but no more than one byte beyond what the decoder takes, so that it finds the input too long and an
    /// endless one ends.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        let read = match self {
            Input::Stdin => read_limited(io::stdin().lock(), 0),
            Input::File(path) => File::open(path).and_then(|file| {
                let length = file.metadata().map_or(0, |metadata| metadata.len());
                read_limited(file, length)
            }),
        };
        read.map_err(|source| Failure::Read {
            input: self.clone(),
            source,
        })
    }
}

fn read_limited(source: impl Read, expected_length: u64) -> io::Result<Vec<u8>> {
    let limit = DEFAULT_MAX_INPUT_LENGTH as u64 + 1;
    let mut bytes = Vec::with_capacity(expected_length.min(limit) as usize);
    source.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
