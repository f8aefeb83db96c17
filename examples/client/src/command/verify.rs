use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use bip_metainfo::{FileFault, HashOptions, LinkPolicy, Verification, VerifiedFile};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::failure::Failure;
use super::found::Found;
use crate::output::{Hashing, Looking, Stdout, visible};
use crate::stop::{INTERRUPTED, StopFlag};
use crate::swarm::Source;

/// Ranges told of one file, where people read it.
const SHOWN_RANGES: usize = 8;

/// Compare files on disk with a .torrent file
///
/// PATH is the torrent's file or folder, under whatever name, or the folder that it is in. Everything is read and
/// compared with the hashes; of a hybrid, with those of both versions. What is wrong is told file by file, as exactly as
/// the hashes can tell: a piece of version 1 may be part of several files, each of which is then told.
///
/// A symbolic link may lead to what somebody else can change while it is read; only those that stay below PATH are
/// followed, unless --symlinks says otherwise. PATH itself may always be one, and links that are in the torrent are
/// compared as links.
///
/// With --json, `right` is the outcome, and each of `files` has `fault` (null, `missing`, `too_short`, `too_long`,
/// `not_a_file`, `behind_link`, `not_a_link`, `other_target` or `unreadable`), `bad_ranges` and `unproven_ranges` (the
/// first byte, and the one behind the last).
///
/// Exit codes: 0 when all is there and right, 1 when it is not or after an error, 2 when the command line cannot be
/// understood, 130 when Ctrl-C ended it before anything was known to be wrong.
///
/// Examples:
///   bip verify album.torrent ~/Music
///   bip verify album.torrent ~/Music/my-album --quick --extra
///   bip verify album.torrent /srv/links --symlinks anywhere
///   bip verify album.torrent --json | jq -r '.files[] | select(.proven | not) | .path'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Verify {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// What is compared with it
    #[arg(value_name = "PATH", default_value = ".")]
    content: PathBuf,

    /// Read no content: compare only which files are there, and how long they are
    #[arg(short, long)]
    quick: bool,

    /// Tell also what is in the torrent's folders and not in the torrent; it is no fault
    #[arg(short, long)]
    extra: bool,

    /// Which symbolic links are followed, of those that stand in the place of the torrent's files and folders
    #[arg(long, value_name = "WHICH", value_enum, default_value = "inside")]
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

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinkChoice {
    /// None: what is behind a link is not there
    Never,
    /// Those that lead to a place below PATH
    Inside,
    /// All, wherever they lead
    Anywhere,
}

impl Verify {
    pub(crate) async fn run(self) -> ExitCode {
        StopFlag::watch(move |stop| {
            self.verify(stop)
                .unwrap_or_else(|failure| failure.tell(self.json))
        })
        .await
    }

    fn verify(&self, stop: &StopFlag) -> Result<ExitCode, Failure> {
        let torrent = Source::load(&self.torrent)?;
        let (looking, hashing) = (Looking::new(self.json), Hashing::new(self.json));
        let options = HashOptions::default()
            .threads(self.threads)
            .on_look(|_| {
                looking.tell();
                stop.flow()
            })
            .on_progress(|progress| {
                looking.clear();
                hashing.tell(progress.bytes_done, progress.bytes_total);
                stop.flow()
            });
        let mut verifier = Found::look(torrent.info(), &self.content, stop).verifier;
        verifier = verifier.links(match self.symlinks {
            LinkChoice::Never => LinkPolicy::Never,
            LinkChoice::Inside => LinkPolicy::Inside,
            LinkChoice::Anywhere => LinkPolicy::Anywhere,
        });
        if self.quick {
            verifier = verifier.quick();
        }
        if self.extra {
            verifier = verifier.list_extras();
        }
        let found = verifier.verify(&options);
        looking.clear();
        hashing.clear();
        let found = found.map_err(|source| Failure::verify(&self.content, source))?;
        self.print(&found)?;
        Ok(if self.is_right(&found) {
            ExitCode::SUCCESS
        } else if found.is_cancelled() && !found.is_faulty() {
            ExitCode::from(INTERRUPTED)
        } else {
            ExitCode::FAILURE
        })
    }

    /// Of what was asked for.
    fn is_right(&self, found: &Verification<'_>) -> bool {
        match self.quick {
            true => !found.is_faulty() && !found.is_cancelled(),
            false => found.is_proven(),
        }
    }

    fn is_file_right(&self, file: &VerifiedFile<'_>) -> bool {
        match self.quick {
            true => file.is_looked_at() && !file.is_faulty(),
            false => file.is_proven(),
        }
    }

    fn print(&self, found: &Verification<'_>) -> Result<(), Failure> {
        let mut out = Stdout::lock();
        if self.json {
            out.line(format_args!("{:#}", self.as_json(found)))?;
        } else {
            let files = found.files().filter(|file| !file.file().is_pad());
            // That the rest was not read is told once.
            let is_told = |file: &VerifiedFile<'_>| match found.is_cancelled() {
                true => file.is_faulty(),
                false => !self.is_file_right(file),
            };
            for file in files.filter(is_told) {
                out.line(in_words(&file))?;
            }
            for path in found.extras() {
                out.line(format_args!(
                    "{}: is not in the torrent",
                    visible(path.display())
                ))?;
            }
            out.line(self.summary(found))?;
        }
        Ok(out.flush()?)
    }

    fn summary(&self, found: &Verification<'_>) -> String {
        let files = || found.files().filter(|file| !file.file().is_pad());
        let right = files().filter(|file| self.is_file_right(file)).count();
        let files = format!("{right} of {} files", files().count());
        let cancelled = match (found.is_cancelled(), self.quick) {
            (false, _) => "",
            (true, false) => "; the rest was not read",
            (true, true) => "; the rest was not looked at",
        };
        if self.quick {
            return format!("{files} are there and as long as they should be{cancelled}");
        }
        let (good, pieces) = (found.good_count(), found.pieces().len());
        format!("{files} and {good} of {pieces} pieces are right{cancelled}")
    }

    fn as_json(&self, found: &Verification<'_>) -> Value {
        let extras = found.extras().iter().map(|path| path.display().to_string());
        let files = found.files().filter(|file| !file.file().is_pad());
        json!({
            "right": self.is_right(found),
            "proven": found.is_proven(),
            "faulty": found.is_faulty(),
            "cancelled": found.is_cancelled(),
            "piece_count": found.pieces().len(),
            "good_pieces": found.good_count(),
            "files": files.map(|file| file_as_json(&file)).collect::<Value>(),
            "extras": extras.collect::<Value>(),
        })
    }
}

fn in_words(file: &VerifiedFile<'_>) -> String {
    let mut parts = Vec::new();
    if let Some(fault) = file.fault() {
        parts.push(visible(fault));
    }
    let bad = file.bad_ranges();
    if !bad.is_empty() {
        parts.push(format!("is wrong in bytes {}", ranges_in_words(&bad)));
    }
    // What is not there cannot be compared, and that it is not there is told already.
    let unproven = file.unproven_ranges();
    if !unproven.is_empty() && !matches!(file.fault(), Some(FileFault::Missing)) {
        parts.push(format!(
            "cannot be compared in bytes {}",
            ranges_in_words(&unproven)
        ));
    }
    format!(
        "{}: {}",
        visible(file.file().path().display()),
        parts.join("; ")
    )
}

/// With the last byte, as people count.
fn ranges_in_words(ranges: &[Range<u64>]) -> String {
    let shown = ranges.iter().take(SHOWN_RANGES);
    let shown: Vec<String> = shown
        .map(|range| format!("{}-{}", range.start, range.end - 1))
        .collect();
    match ranges.len().saturating_sub(SHOWN_RANGES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more ranges", shown.join(", ")),
    }
}

fn file_as_json(file: &VerifiedFile<'_>) -> Value {
    let ranges = |ranges: Vec<Range<u64>>| -> Value {
        ranges
            .iter()
            .map(|range| json!([range.start, range.end]))
            .collect()
    };
    json!({
        "path": file.file().path(),
        "length": file.file().length(),
        "proven": file.is_proven(),
        "fault": file.fault().map(FileFault::name),
        "reason": file.fault().map(ToString::to_string),
        "bad_ranges": ranges(file.bad_ranges()),
        "unproven_ranges": ranges(file.unproven_ranges()),
    })
}
