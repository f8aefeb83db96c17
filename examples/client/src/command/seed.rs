use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::network::NetworkArguments;
use crate::stop::Stop;
use crate::swarm::{AfterComplete, Missing, Source, Swarm, SwarmOptions};

/// Seed what is already on disk, until Ctrl-C
///
/// The data is checked first. A seed whose data is incomplete ends with an error: `bip download --seed` fetches what
/// is missing.
#[derive(Args, Debug)]
pub(crate) struct Seed {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// The folder that holds the torrent's file or folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    #[command(flatten)]
    network: NetworkArguments,
}

impl Seed {
    pub(crate) async fn run(self) -> ExitCode {
        let mut output = self.network.output();
        let stop = Stop::on_signals();
        let source = match Source::from_file(&self.torrent) {
            Ok(source) => source,
            Err(error) => {
                output.fail(&error);
                return ExitCode::FAILURE;
            }
        };
        let options = SwarmOptions::new(self.data, self.network.listen)
            .dht(self.network.dht())
            .peers(self.network.peers)
            .trackers(self.network.trackers)
            .after_complete(AfterComplete::Seed)
            .missing(Missing::IsAnError);
        match Swarm::run(source, options, &mut output, stop).await {
            // Ctrl-C is how a seeder is meant to end.
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => {
                output.fail(&error);
                ExitCode::FAILURE
            }
        }
    }
}
