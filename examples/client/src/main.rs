//! `bip`: a BitTorrent client made of the bip crates. This program is the only place where they meet: a peer's event
//! becomes a picker's fact here, and a picker's decision becomes a request.
#![allow(
    clippy::disallowed_methods,
    reason = "the program is the driver of its cores: it reads the clock and the system's randomness for them"
)]
#![allow(
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    reason = "the comments of commands and arguments are what --help prints, where neither is markup"
)]

mod command;
mod event;
mod output;
mod stop;
mod swarm;

use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;

/// Downloads, seeds, creates, edits and verifies torrents.
///
/// Each command explains itself, with examples: `bip help create`, or in short `bip create -h`.
///
/// Exit codes: 0 when everything asked for is done (a download: complete and verified), 1 after an error or where
/// something is found to be wrong, 2 when the command line cannot be understood, 130 when Ctrl-C ended it before that.
///
/// With --json, results are JSON on stdout, and an error is one JSON object on stderr. Of commands on .torrent files, it
/// has: `error`, the words; `kind`, a name that stays, as `missing_key`; `place`, the key, file or byte at fault, as
/// `info.pieces`; `offset`, that byte as a number, or null.
///
/// Examples:
///   bip create album -a udp://tracker.test:6969
///   bip show album.torrent
///   bip verify album.torrent ~/Music
///   bip download album.torrent -o ~/Downloads
#[derive(Debug, Parser)]
#[command(
    name = "bip",
    verbatim_doc_comment,
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread for the network: peers wait far more than they compute, and hashing has the disk's own thread.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("bip: the runtime cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(arguments.command.run())
}
