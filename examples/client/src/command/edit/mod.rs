//! What is asked for, and the way from a torrent to the edited one.

mod around;
mod upgrade;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{EditError, InfoHashes, Metainfo, MetainfoEditor};
use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

use self::around::{SeedEdits, TrackerEdits};
use self::upgrade::upgrade;
use super::destination::{Destination, Existing};
use super::failure::Failure;
use crate::output::Stdout;
use crate::stop::StopFlag;
use crate::swarm::Source;

/// Change a .torrent file
///
/// The info-hash stays what it is, and whatever is not named stays byte for byte. Only with --change-info-hash may also
/// be changed what it covers: what comes of that is another torrent, with a swarm of its own.
///
/// --upgrade makes a hybrid of a torrent of version 1. The content is first verified, then read once more. It can be done
/// where every file begins with a piece: where there is one file only, or pad files between them. Of all others, make the
/// hybrid anew: `bip create`.
///
/// What is removed goes first, then what is replaced, then what is added; an empty text removes.
///
/// Exit codes: 0 when the file is written, 1 after an error, 2 when the command line cannot be understood, 130 when Ctrl-C
/// ended it.
///
/// Examples:
///   bip edit album.torrent --replace-tracker udp://old.test:1 udp://new.test:1
///   bip edit album.torrent -o mine.torrent --no-trackers -a udp://mine.test:6969 --comment ''
///   bip edit album.torrent --change-info-hash --private --source MINE
///   bip edit album.torrent -o hybrid.torrent --change-info-hash --upgrade ~/Music/album
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Edit {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// Write to this file, and leave the other as it is; `-` is standard output
    #[arg(short, long, value_name = "FILE|-")]
    output: Option<OsString>,

    /// Replace the output file if it exists
    #[arg(long)]
    force: bool,

    /// Set the remark for people
    #[arg(short, long, value_name = "TEXT")]
    comment: Option<String>,

    /// Set the program that made the torrent
    #[arg(long, value_name = "TEXT")]
    created_by: Option<String>,

    /// Set when it was made, in seconds since 1970
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    date: Option<i64>,

    /// Do not say when it was made
    #[arg(long, conflicts_with = "date")]
    no_date: bool,

    /// Remove any other key beside `info`; may be given several times
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    trackers: TrackerEdits,

    #[command(flatten)]
    seeds: SeedEdits,

    #[command(flatten)]
    info: InfoEdits,
}

#[derive(Args, Debug)]
#[command(
    next_help_heading = "What the info-hash covers",
    group = ArgGroup::new("info_edit").multiple(true)
)]
struct InfoEdits {
    /// Allow what is below, which makes another info-hash and removes signatures
    #[arg(long, requires = "info_edit")]
    change_info_hash: bool,

    /// Allow only the torrent's own trackers to be asked for peers (BEP 27)
    #[arg(short, long, group = "info_edit", requires = "change_info_hash")]
    private: bool,

    /// Allow peers to be found anywhere
    #[arg(
        long,
        group = "info_edit",
        requires = "change_info_hash",
        conflicts_with = "private"
    )]
    public: bool,

    /// Set the tracker that a private torrent is made for
    #[arg(
        short,
        long,
        value_name = "TEXT",
        group = "info_edit",
        requires = "change_info_hash"
    )]
    source: Option<String>,

    /// Set the torrent's name
    #[arg(short, long, group = "info_edit", requires = "change_info_hash")]
    name: Option<String>,

    /// Add the half of version 2 (BEP 52), from this content: the torrent's file or folder, or the folder that it is in
    #[arg(
        long,
        value_name = "PATH",
        group = "info_edit",
        requires = "change_info_hash"
    )]
    upgrade: Option<PathBuf>,
}

impl Edit {
    pub(crate) async fn run(self) -> ExitCode {
        StopFlag::watch(move |stop| match self.edit(stop) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(self.json),
        })
        .await
    }

    fn edit(&self, stop: &StopFlag) -> Result<(), Failure> {
        let old = Source::load(&self.torrent)?;
        let (destination, existing) = match &self.output {
            Some(output) if !self.force => (output.as_os_str().into(), Existing::Keep),
            Some(output) => (output.as_os_str().into(), Existing::Replace),
            None => (Destination::File(self.torrent.clone()), Existing::Replace),
        };
        destination.check(existing)?;
        let mut new = self.edited(&old).map_err(|source| Failure::Edit {
            path: self.torrent.clone(),
            source,
        })?;
        if let Some(content) = &self.info.upgrade {
            // Last, since it takes long.
            new = upgrade(&new, old.info(), content, self.json, stop)?;
        }
        destination.write(new.raw())?;
        match destination.path() {
            // There the torrent itself is.
            None => Ok(()),
            Some(path) => self.report(path, &old, &new),
        }
    }

    fn edited(&self, old: &Metainfo) -> Result<Metainfo, EditError> {
        let around = self.edit_around(old.edit()).apply()?;
        if !self.info.change_info_hash {
            return Ok(around);
        }
        let mut editor = around.edit_info();
        if self.info.private {
            editor = editor.make_private();
        }
        if self.info.public {
            editor = editor.make_public();
        }
        if let Some(source) = &self.info.source {
            editor = editor.source(some(source));
        }
        if let Some(name) = &self.info.name {
            editor = editor.name(name);
        }
        Ok(editor.apply()?.torrent)
    }

    fn edit_around<'m>(&self, mut editor: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        editor = self.remove.iter().fold(editor, MetainfoEditor::remove);
        editor = self.trackers.apply(editor);
        editor = self.seeds.apply(editor);
        if let Some(comment) = &self.comment {
            editor = editor.comment(some(comment));
        }
        if let Some(program) = &self.created_by {
            editor = editor.created_by(some(program));
        }
        if self.no_date || self.date.is_some() {
            editor = editor.creation_date(self.date);
        }
        editor
    }

    fn report(&self, path: &Path, old: &Metainfo, new: &Metainfo) -> Result<(), Failure> {
        let hashes = [old, new].map(|torrent| InfoHashes::from(torrent.info()));
        let mut out = Stdout::lock();
        if self.json {
            let mut fields = Map::new();
            fields.insert("torrent".to_owned(), json!(path.display().to_string()));
            fields.insert("changed".to_owned(), json!(old.raw() != new.raw()));
            for (prefix, hashes) in ["old_", ""].into_iter().zip(&hashes) {
                for (version, hash) in texts(hashes) {
                    fields.insert(format!("{prefix}info_hash_{version}"), json!(hash));
                }
            }
            out.line(format_args!("{:#}", Value::Object(fields)))?;
        } else if old.raw() == new.raw() {
            out.line(format_args!("{}: nothing to change", path.display()))?;
        } else {
            out.line(format_args!("{} is written", path.display()))?;
            let [old, new] = hashes.map(|hashes| texts(&hashes));
            for ((_, old), (version, new)) in old.into_iter().zip(new) {
                match (old, new) {
                    (Some(old), Some(new)) if old != new => {
                        out.line(format_args!("info-hash {version}: {old} is now {new}"))?;
                    }
                    (None, Some(new)) => {
                        out.line(format_args!("info-hash {version}: {new} is new"))?;
                    }
                    _ => {}
                }
            }
        }
        Ok(out.flush()?)
    }
}

/// On the command line, nothing is written as an empty text.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn texts(hashes: &InfoHashes) -> [(&'static str, Option<String>); 2] {
    [
        ("v1", hashes.v1.map(|hash| hash.to_string())),
        ("v2", hashes.v2.map(|hash| hash.to_string())),
    ]
}
