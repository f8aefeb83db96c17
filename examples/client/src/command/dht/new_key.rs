use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use bip_dht::SecretKey;
use clap::Args;
use serde_json::json;

use super::failure::{Failure, end};
use super::tell::Tell;
use crate::output::to_hex;

/// Make a secret key for `bip dht put --key`, and print its public key
///
/// An existing file is left alone. Whoever can read the file can put values in your name.
#[derive(Args, Debug)]
pub(super) struct NewKey {
    /// Write the key to this new file
    #[arg(value_name = "FILE")]
    path: PathBuf,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl NewKey {
    pub(super) fn run(self) -> ExitCode {
        let tell = Tell::new(self.json);
        end(self.make(tell), tell)
    }

    fn make(&self, tell: Tell) -> Result<(), Failure> {
        let seed: [u8; 32] = rand::random();
        self.write(&to_hex(&seed))
            .map_err(|source| Failure::Write {
                path: self.path.clone(),
                source,
            })?;
        let public_key = to_hex(SecretKey::from_seed(&seed).public_key());
        let event = json!({"event": "key", "public_key": public_key});
        tell.found(&public_key, &event)
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        writeln!(options.open(&self.path)?, "{text}")
    }
}
