//! What can be asked for, by what it is about.

use std::path::PathBuf;

use bip_metainfo::PieceLength;
use clap::{ArgAction, Args, ValueEnum};

use super::super::values::{self, Tier};

#[derive(Args, Debug)]
#[command(next_help_heading = "Versions and pieces")]
pub(super) struct Pieces {
    #[command(flatten)]
    pub(super) version: Version,

    /// How long pieces are: a size, `auto` (at most 2,000 pieces), `file-size` (at most 1,000), `transfer` (at most 3,000)
    #[arg(short = 'l', long, value_name = "SIZE|POLICY", default_value = "auto", value_parser = values::piece_length)]
    pub(super) piece_length: PieceLength,

    /// The longest pieces that are chosen where --piece-length is no size [default: 16MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::short_size)]
    pub(super) max_piece_length: Option<u32>,

    /// Choose pieces so long that the .torrent file is at most of this size
    #[arg(long, value_name = "SIZE", value_parser = values::size, conflicts_with = "piece_length")]
    pub(super) target_size: Option<u64>,

    /// Take the hashes of files that have the same path and length in this .torrent file, and read only the others; the
    /// version (unless given) and the length of the pieces are its own
    #[arg(
        long,
        value_name = "OLD.torrent",
        conflicts_with_all = ["piece_length", "max_piece_length", "target_size"]
    )]
    pub(super) reuse: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "What the torrent says")]
pub(super) struct Texts {
    /// Announce to this tracker; each -a is a tier of its own, commas part the trackers of one
    #[arg(short, long = "announce", value_name = "URL[,URL…]", value_parser = values::tier)]
    pub(super) announce: Vec<Tier>,

    /// A web server that has the files (BEP 19); may be given several times
    #[arg(short, long = "web-seed", value_name = "URL")]
    pub(super) web_seeds: Vec<String>,

    /// A web server that has the pieces (BEP 17); may be given several times
    #[arg(long = "http-seed", value_name = "URL")]
    pub(super) http_seeds: Vec<String>,

    /// A DHT node to begin with; may be given several times
    #[arg(long = "node", value_name = "HOST:PORT", value_parser = values::node)]
    pub(super) nodes: Vec<(String, u16)>,

    /// Allow only the torrent's own trackers to be asked for peers (BEP 27)
    #[arg(short, long)]
    pub(super) private: bool,

    /// The tracker that a private torrent is made for, which gives it an info-hash of its own
    #[arg(short, long, value_name = "TEXT")]
    pub(super) source: Option<String>,

    /// A remark for people
    #[arg(short, long, value_name = "TEXT")]
    pub(super) comment: Option<String>,

    /// The program that made the torrent [default: bip and its version]
    #[arg(long, value_name = "TEXT")]
    pub(super) created_by: Option<String>,

    /// Do not name the program
    #[arg(long, conflicts_with = "created_by")]
    pub(super) no_created_by: bool,

    /// When it was made, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(super) date: Option<i64>,

    /// Do not say when it was made
    #[arg(long, conflicts_with = "date")]
    pub(super) no_date: bool,

    /// Call the torrent so [default: the name of the file or folder]
    #[arg(short, long)]
    pub(super) name: Option<String>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Which files")]
pub(super) struct Choice {
    /// Take only files that match; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,

    /// Leave out files and folders that match, whatever is included; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,

    /// Take hidden files and folders too
    #[arg(long)]
    pub(super) hidden: bool,

    /// Take what file managers leave behind too (.DS_Store, Thumbs.db and the like)
    #[arg(long)]
    pub(super) junk: bool,

    /// Have the torrent say which files are executable or hidden (BEP 47)
    #[arg(long)]
    pub(super) attributes: bool,

    /// What becomes of symbolic links
    #[arg(long, value_enum, default_value = "follow")]
    pub(super) symlinks: LinkChoice,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct Version {
    /// Make it of version 1 only, the smallest, for programs of any age
    #[arg(long, action = ArgAction::SetTrue)]
    pub(super) v1: bool,

    /// Make it of version 2 only (BEP 52)
    #[arg(long, action = ArgAction::SetTrue)]
    pub(super) v2: bool,

    /// Make it of both versions; this is the default
    #[arg(long, action = ArgAction::SetTrue)]
    pub(super) hybrid: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LinkChoice {
    /// What they point to stands in their place
    Follow,
    /// They are links in the torrent too (BEP 47)
    Keep,
    /// They are left out
    Skip,
}
