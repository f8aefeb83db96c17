use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::output::Stdout;
use crate::swarm::Source;

/// Show what a .torrent file holds
///
/// With --json, it is one object: `name`, `info_hash_v1` and `info_hash_v2` (one may be null), `piece_length`,
/// `piece_count`, `total_length`, `private`, `trackers` (a list of tiers), `web_seeds`, `nodes`, `comment`, `created_by`,
/// `creation_date` (seconds since 1970), `files` (each with `path`, `length`, `pad`, `symlink`, `root`), and more.
///
/// Exit codes: 0 when it is shown, 1 when it cannot be loaded, 2 when the command line cannot be understood.
///
/// Examples:
///   bip show album.torrent --tree
///   bip show album.torrent --json | jq -r '.info_hash_v1, .info_hash_v2'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Show {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,

    /// Print the files and folders as a tree, and nothing else
    #[arg(long, conflicts_with = "json")]
    tree: bool,
}

impl Show {
    pub(crate) fn run(self) -> ExitCode {
        match self.show() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(self.json),
        }
    }

    fn show(&self) -> Result<(), Failure> {
        let torrent = Source::load(&self.torrent)?;
        let mut out = Stdout::lock();
        if self.json {
            out.line(format_args!("{:#}", torrent.to_json()))?;
        } else if self.tree {
            out.text(torrent.info().to_tree())?;
        } else {
            out.text(&torrent)?;
        }
        Ok(out.flush()?)
    }
}
