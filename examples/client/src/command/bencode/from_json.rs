use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use bip_bencode::{DEFAULT_MAX_INPUT_LENGTH, from_json};
use clap::Args;

use super::failure::Failure;
use super::input::Input;
use crate::output::{Stdout, replace};

/// Turn JSON, as `json` writes it, into bencode
///
/// Strings become text, or what their mark says: "hex:00ff…" bytes, "int:…" an integer of any size, "text:…" the text
/// behind the mark. Keys may stand in any order. Floats, null, true and false are errors: bencode has none. A file named
/// with -o is there as a whole or not at all.
///
/// Examples:
///   bip bencode from-json edited.json -o edited.torrent
///   echo '{"t": "aa", "y": "q", "q": "ping", "a": {"id": "hex:00"}}' | bip bencode from-json - | xxd
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct FromJson {
    /// A JSON file, or - for standard input
    #[arg(value_name = "FILE|-")]
    input: Input,

    /// Write to this file instead of standard output, and replace it if it exists
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl FromJson {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        if self.output.is_none() && std::io::stdout().is_terminal() {
            return Err(Failure::Terminal);
        }
        let bencode = self.bencode()?;
        match self.output {
            Some(path) => {
                replace(&path, &bencode).map_err(|source| Failure::Write { path, source })?
            }
            None => {
                let mut out = Stdout::lock();
                out.bytes(&bencode)?;
                out.flush()?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn bencode(&self) -> Result<Vec<u8>, Failure> {
        let bytes = self.input.read()?;
        let input = || self.input.clone();
        if bytes.len() > DEFAULT_MAX_INPUT_LENGTH {
            return Err(Failure::TooLong {
                input: input(),
                limit: DEFAULT_MAX_INPUT_LENGTH,
            });
        }
        let text = String::from_utf8(bytes).map_err(|error| Failure::NotText {
            input: input(),
            offset: error.utf8_error().valid_up_to(),
        })?;
        let value = from_json(&text).map_err(|source| Failure::Json {
            input: input(),
            source,
        })?;
        Ok(value.encode())
    }
}
