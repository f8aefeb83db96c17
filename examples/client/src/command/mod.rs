//! One file per subcommand.

mod bencode;
mod demo;
mod download;
mod magnet;
mod network;
mod seed;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Download(download::Download),
    Seed(seed::Seed),
    Show(show::Show),
    Magnet(magnet::Magnet),
    Bencode(bencode::Bencode),
    Demo(demo::Demo),
}

impl Command {
    pub(crate) async fn run(self) -> ExitCode {
        match self {
            Command::Download(command) => command.run().await,
            Command::Seed(command) => command.run().await,
            Command::Show(command) => command.run(),
            Command::Magnet(command) => command.run(),
            Command::Bencode(command) => command.run(),
            Command::Demo(command) => command.run().await,
        }
    }
}
