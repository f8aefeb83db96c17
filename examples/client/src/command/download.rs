use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::network::NetworkArguments;
use crate::stop::{INTERRUPTED, Stop};
use crate::swarm::{AfterComplete, Outcome, Source, Swarm, SwarmOptions};

/// Download a torrent, by its file or by a magnet link
///
/// What already lies in the folder is checked first and kept, so the same command goes on where it was stopped or
/// killed. All files are fetched, also where a link asks for some of them (`so`), which is told. A link with a public key
/// (`xs=urn:btpk:…`) leads to the torrent that `bip dht publish` named last. The first Ctrl-C says `stopped` to the tracker
/// and saves; the second leaves at once.
///
/// Examples:
///   bip download debian.torrent -o ~/Downloads
///   bip download 'magnet:?xt=urn:btih:…' --peer 192.0.2.7:6881
///   bip download debian.torrent --json | jq 'select(.event == "progress")'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Download {
    /// A .torrent file or a magnet link
    #[arg(value_name = "FILE.torrent|MAGNET")]
    source: String,

    /// Store the payload in this folder
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,

    /// Go on seeding when everything is there, until Ctrl-C
    #[arg(long)]
    seed: bool,

    #[command(flatten)]
    network: NetworkArguments,
}

impl Download {
    pub(crate) async fn run(self) -> ExitCode {
        let mut output = self.network.output();
        let stop = Stop::on_signals();
        let source = match Source::parse(&self.source) {
            Ok(source) => source,
            Err(error) => {
                output.fail(&error);
                return ExitCode::FAILURE;
            }
        };
        let after = if self.seed {
            AfterComplete::Seed
        } else {
            AfterComplete::End
        };
        let options = SwarmOptions::new(self.output, self.network.listen)
            .dht(self.network.dht())
            .peers(self.network.peers)
            .trackers(self.network.trackers)
            .after_complete(after);
        match Swarm::run(source, options, &mut output, stop).await {
            Ok(Outcome::Complete) => ExitCode::SUCCESS,
            Ok(Outcome::Stopped) => ExitCode::from(INTERRUPTED),
            Err(error) => {
                output.fail(&error);
                ExitCode::FAILURE
            }
        }
    }
}
