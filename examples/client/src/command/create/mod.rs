//! The way from a folder to its torrent.

mod arguments;
mod report;
mod settings;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{Accessor as _, FileAccessor, HashOptions, Metainfo, MetainfoBuilder};
use clap::Args;

use self::arguments::{Choice, Pieces, Texts};
use self::report::Report;
use super::destination::{Destination, Existing};
use super::failure::Failure;
use crate::output::{Hashing, Looking};
use crate::stop::StopFlag;
use crate::swarm::Source;

/// Make a .torrent file of a file or folder
///
/// Without anything else, the torrent is a hybrid of version 1 and 2 (BEP 52): programs that know either can load it. Some
/// of those that know only version 1 refuse all else, as Transmission 3.00 does: for them, there is --v1. The same folder
/// makes the same info-hash on any machine. The file is written when everything is hashed, to NAME.torrent in the
/// current folder unless told otherwise; Ctrl-C before that leaves nothing behind.
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

    #[command(flatten)]
    pieces: Pieces,

    #[command(flatten)]
    texts: Texts,

    #[command(flatten)]
    files: Choice,
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
        let existing = self.pieces.reuse.as_deref().map(Source::load).transpose()?;
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
                let name = match &self.texts.name {
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
