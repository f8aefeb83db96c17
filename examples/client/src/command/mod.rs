//! One file per subcommand.

mod bencode;
mod completions;
mod create;
mod demo;
mod destination;
mod dht;
mod download;
mod edit;
mod failure;
mod lint;
mod magnet;
mod network;
mod seed;
mod show;
mod sign;
mod values;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Download(download::Download),
    Seed(seed::Seed),
    Create(create::Create),
    Show(show::Show),
    Edit(edit::Edit),
    Verify(verify::Verify),
    Lint(lint::Lint),
    Sign(sign::Sign),
    Magnet(magnet::Magnet),
    Bencode(bencode::Bencode),
    Dht(dht::Dht),
    Demo(demo::Demo),
    Completions(completions::Completions),
}

impl Command {
    pub(crate) async fn run(self) -> ExitCode {
        match self {
            Command::Download(command) => command.run().await,
            Command::Seed(command) => command.run().await,
            Command::Create(command) => command.run().await,
            Command::Show(command) => command.run(),
            Command::Edit(command) => command.run(),
            Command::Verify(command) => command.run().await,
            Command::Lint(command) => command.run(),
            Command::Sign(command) => command.run(),
            Command::Magnet(command) => command.run(),
            Command::Bencode(command) => command.run(),
            Command::Dht(command) => command.run().await,
            Command::Demo(command) => command.run().await,
            Command::Completions(command) => command.run(),
        }
    }
}
