use std::process::ExitCode;

use bip_bencode::{BRefAccess as _, Irregularity};
use clap::Args;

use super::failure::Failure;
use super::input::Input;
use super::tell;
use super::warnings::{lenient, tell_warnings};
use crate::output::Stdout;

/// Turn bencode into JSON, from which `from-json` makes the same bencode again
///
/// Text is a JSON string, and so are keys; other byte strings are "hex:00ff…", text that itself begins like a mark is
/// "text:…", integers beyond 64 bits are "int:…". What is irregular is told on stderr, and lost: `from-json` writes
/// canonical bencode.
///
/// Examples:
///   bip bencode json debian.torrent | jq -r .info.name
///   bip bencode json --compact - < message.bin
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Json {
    /// A bencode file, or - for standard input
    #[arg(value_name = "FILE|-")]
    input: Input,

    /// Write everything on one line
    #[arg(long)]
    compact: bool,
}

impl Json {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let bytes = self.input.read()?;
        let document = lenient().decode(&bytes).map_err(|source| Failure::Decode {
            input: self.input.clone(),
            source,
        })?;
        let json = document.root().to_json();
        let mut out = Stdout::lock();
        if self.compact {
            out.line(json)?;
        } else {
            out.line(format_args!("{json:#}"))?;
        }
        out.flush()?;
        tell_warnings(&self.input, &document, 0);
        let is_rest_lost = (document.warnings().iter())
            .any(|warning| warning.irregularity == Irregularity::TrailingBytes);
        if is_rest_lost {
            tell("bip: only the first value became JSON; `bip bencode print` shows all");
        }
        Ok(ExitCode::SUCCESS)
    }
}
