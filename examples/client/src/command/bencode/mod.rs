//! One file per action, and what they share.

mod check;
mod failure;
mod from_json;
mod input;
mod json;
mod print;
mod warnings;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::output::chain;

/// Look into bencode files, check them, and turn them into JSON and back
///
/// Examples:
///   bip bencode print debian.torrent
///   bip bencode check --json debian.torrent | jq .error
///   bip bencode json debian.torrent | jq '.comment = "mine"' | bip bencode from-json - -o mine.torrent
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Bencode {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Print(print::Print),
    Json(json::Json),
    FromJson(from_json::FromJson),
    Check(check::Check),
}

impl Bencode {
    pub(crate) fn run(self) -> ExitCode {
        let done = match self.action {
            Action::Print(print) => print.run(),
            Action::Json(json) => json.run(),
            Action::FromJson(from_json) => from_json.run(),
            Action::Check(check) => check.run(),
        };
        done.unwrap_or_else(|failure| {
            tell(&format!("bip: {}", chain(&failure)));
            ExitCode::FAILURE
        })
    }
}

/// Writes a line to stderr. Nobody reading it is no reason to fail, as `eprintln` would.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
