//! What is asked for, and the way from a folder to its torrent; what is told of it, and what the
//! settings mean, have files of their own.

mod report;
mod settings;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{
    Accessor as _, FileAccessor, HashOptions, Metainfo, MetainfoBuilder, PieceLength,
};
use clap::{ArgAction, Args, ValueEnum};

use self::report::Report;
use super::destination::{Destination, Existing};
use super::failure::Failure;
use super::values::{self, Tier};
use crate::output::{Hashing, Looking};
use crate::stop::StopFlag;
use crate::swarm::Source;

/// Make a .torrent file of a file or folder
///
/// Without anything else, the torrent is a hybrid of version 1 and 2 (BEP 52), which every client can load. The same
/// folder makes the same info-hash on any machine. The file is written when everything is hashed, to NAME.torrent in
/// the current folder unless told otherwise; Ctrl-C before that leaves nothing behind.
///
/// Sizes are bytes, or have a unit of 1024: 16384, 16KiB, 4M. Patterns have `*`, `?`, `[a-z]` and `{one,other}`, and
/// `**` across folders; without a slash, they are tried on the name alone.
///
/// With --reuse, files are known by their paths below the folder, and not compared with the old torrent: where they may
/// have been changed since, ask `bip verify` first. It costs nothing then to make a torrent anew for another tracker, or
/// with a few files more; of version 1 alone, only the pieces before the first change are known.
///
/// Exit codes: 0 when the torrent is written, 1 after an error, 2 when the command line cannot be understood, 130 when
/// Ctrl-C ended it.
///
/// Examples:
///   bip create album -a udp://tracker.test:6969 -a https://other.test/announce
///   bip create album --dry-run --piece-length 1M
///   bip create album --reuse album.torrent --force --private --source OTHER -a https://other.test/announce
///   bip create album --v1 --exclude '*.nfo' -o - | ssh seedbox 'cat > album.torrent'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Create {
    /// The file or folder
    #[arg(value_name = "PATH")]
    content: PathBuf,

    /// Write the torrent to this file; `-` is standard output [default: NAME.torrent]
    #[arg(short, long, value_name = "FILE|-")]
    output: Option<OsString>,

    /// Replace the output file if it exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    version: Version,

    /// How long pieces are: a size, `auto` (at most 2,000 pieces), `file-size` (at most 1,000), `transfer` (at most 3,000)
    #[arg(short = 'l', long, value_name = "SIZE|POLICY", default_value = "auto", value_parser = values::piece_length)]
    piece_length: PieceLength,

    /// The longest pieces that are chosen where --piece-length is no size [default: 16MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::short_size)]
    max_piece_length: Option<u32>,

    /// Choose pieces so long that the .torrent file is at most of this size
    #[arg(long, value_name = "SIZE", value_parser = values::size, conflicts_with = "piece_length")]
    target_size: Option<u64>,

    /// Take the hashes of files that have the same path and length in this .torrent file, and read only the others; the
    /// version (unless given) and the length of the pieces are its own
    #[arg(
        long,
        value_name = "OLD.torrent",
        conflicts_with_all = ["piece_length", "max_piece_length", "target_size"]
    )]
    reuse: Option<PathBuf>,

    /// Announce to this tracker; each -a is a tier of its own, commas part the trackers of one
    #[arg(short, long = "announce", value_name = "URL[,URL…]", value_parser = values::tier)]
    announce: Vec<Tier>,

    /// A web server that has the files (BEP 19); may be given several times
    #[arg(short, long = "web-seed", value_name = "URL")]
    web_seeds: Vec<String>,

    /// A web server that has the pieces (BEP 17); may be given several times
    #[arg(long = "http-seed", value_name = "URL")]
    http_seeds: Vec<String>,

    /// A DHT node to begin with; may be given several times
    #[arg(long = "node", value_name = "HOST:PORT", value_parser = values::node)]
    nodes: Vec<(String, u16)>,

    /// Allow only the torrent's own trackers to be asked for peers (BEP 27)
    #[arg(short, long)]
    private: bool,

    /// The tracker that a private torrent is made for, which gives it an info-hash of its own
    #[arg(short, long, value_name = "TEXT")]
    source: Option<String>,

    /// A remark for people
    #[arg(short, long, value_name = "TEXT")]
    comment: Option<String>,

    /// The program that made the torrent [default: bip and its version]
    #[arg(long, value_name = "TEXT")]
    created_by: Option<String>,

    /// Do not name the program
    #[arg(long, conflicts_with = "created_by")]
    no_created_by: bool,

    /// When it was made, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    date: Option<i64>,

    /// Do not say when it was made
    #[arg(long, conflicts_with = "date")]
    no_date: bool,

    /// Call the torrent so [default: the name of the file or folder]
    #[arg(short, long)]
    name: Option<String>,

    /// Take only files that match; may be given several times
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,

    /// Leave out files and folders that match, whatever is included; may be given several times
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,

    /// Take hidden files and folders too
    #[arg(long)]
    hidden: bool,

    /// Take what file managers leave behind too (.DS_Store, Thumbs.db and the like)
    #[arg(long)]
    junk: bool,

    /// Have the torrent say which files are executable or hidden (BEP 47)
    #[arg(long)]
    attributes: bool,

    /// What becomes of symbolic links
    #[arg(long, value_enum, default_value = "follow")]
    symlinks: LinkChoice,

    /// Hash on this many threads [default: all that the system can run at once]
    #[arg(
        short,
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    threads: usize,

    /// Print the magnet link and nothing else
    #[arg(short, long, conflicts_with_all = ["dry_run", "json"])]
    magnet: bool,

    /// Tell what the torrent would be, and read and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
struct Version {
    /// Make it of version 1 only, the smallest, for programs of any age
    #[arg(long, action = ArgAction::SetTrue)]
    v1: bool,

    /// Make it of version 2 only (BEP 52)
    #[arg(long, action = ArgAction::SetTrue)]
    v2: bool,

    /// Make it of both versions; this is the default
    #[arg(long, action = ArgAction::SetTrue)]
    hybrid: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinkChoice {
    /// What they point to stands in their place
    Follow,
    /// They are links in the torrent too (BEP 47)
    Keep,
    /// They are left out
    Skip,
}

impl Create {
    pub(crate) async fn run(self) -> ExitCode {
        StopFlag::watch(move |stop| match self.create(stop) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(self.json),
        })
        .await
    }

    fn create(&self, stop: &StopFlag) -> Result<(), Failure> {
        let failed = |error| Failure::create(&self.content, error);
        let existing = self.reuse.as_deref().map(Source::load).transpose()?;
        let content = self.look(stop)?;
        let destination = self.destination(&content);
        let builder = self.builder(existing.as_ref());
        let plan = builder.plan(&content).map_err(failed)?;
        let mut report = Report::new(&plan, &content);
        if self.dry_run {
            return report.print(self.json);
        }
        self.check_destination(&destination)?;
        let torrent = self.hash(&builder, &content, stop)?;
        destination.write(torrent.raw())?;
        report.finish(&torrent, &destination);
        match (&destination, self.magnet) {
            // There the torrent itself is.
            (Destination::Stdout, _) => Ok(()),
            (Destination::File(_), true) => report.print_link(),
            (Destination::File(_), false) => report.print(self.json),
        }
    }

    fn look(&self, stop: &StopFlag) -> Result<FileAccessor, Failure> {
        let looking = Looking::new(self.json);
        let content = FileAccessor::watched(&self.content, &self.file_options(), |_| {
            looking.tell();
            stop.flow()
        });
        looking.clear();
        content.map_err(|error| Failure::create(&self.content, error))
    }

    fn hash(
        &self,
        builder: &MetainfoBuilder,
        content: &FileAccessor,
        stop: &StopFlag,
    ) -> Result<Metainfo, Failure> {
        let hashing = Hashing::new(self.json);
        let options = HashOptions::default()
            .threads(self.threads)
            .on_progress(|progress| {
                hashing.tell(progress.bytes_done, progress.bytes_total);
                stop.flow()
            });
        let torrent = builder.build(content, &options);
        hashing.clear();
        torrent.map_err(|error| Failure::create(&self.content, error))
    }

    fn destination(&self, content: &FileAccessor) -> Destination {
        match &self.output {
            Some(output) => output.as_os_str().into(),
            None => {
                let name = match &self.name {
                    Some(name) => name.as_bytes(),
                    None => content.name(),
                };
                // A name from the command line may hold what leads elsewhere.
                let name = String::from_utf8_lossy(name).replace(['/', '\\'], "_");
                Destination::File(format!("{name}.torrent").into())
            }
        }
    }

    fn check_destination(&self, destination: &Destination) -> Result<(), Failure> {
        let existing = match self.force {
            true => Existing::Replace,
            false => Existing::Keep,
        };
        destination.check(existing)?;
        match destination.path() {
            Some(path) if is_below(path, &self.content) => Err(Failure::InsideContent {
                path: path.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// Whether a file, which may not be there yet, is in a folder or is that file.
fn is_below(path: &Path, folder: &Path) -> bool {
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let real = path.canonicalize().or_else(|_| parent.canonicalize());
    match (real, folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}
