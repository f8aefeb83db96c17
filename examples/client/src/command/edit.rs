use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{EditError, InfoHashes, Metainfo, MetainfoEditor};
use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

use super::destination::{Destination, Existing};
use super::failure::Failure;
use super::values::{self, Tier};
use crate::output::Stdout;
use crate::swarm::Source;

/// Change a .torrent file
///
/// The info-hash stays what it is, and whatever is not named stays byte for byte. Only with --change-info-hash may also
/// be changed what it covers: what comes of that is another torrent, with a swarm of its own.
///
/// What is removed goes first, then what is replaced, then what is added; an empty text removes. Exit codes: 0 when the
/// file is written, 1 after an error, 2 when the command line cannot be understood.
///
/// Examples:
///   bip edit album.torrent --replace-tracker udp://old.test:1 udp://new.test:1
///   bip edit album.torrent -o mine.torrent --no-trackers -a udp://mine.test:6969 --comment ''
///   bip edit album.torrent --change-info-hash --private --source MINE
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

    #[command(flatten)]
    trackers: TrackerEdits,

    #[command(flatten)]
    seeds: SeedEdits,

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

    #[command(flatten)]
    info: InfoEdits,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
struct TrackerEdits {
    /// Remove all trackers
    #[arg(long)]
    no_trackers: bool,

    /// Remove this tracker from every tier; may be given several times
    #[arg(long = "remove-tracker", value_name = "URL")]
    removed: Vec<String>,

    /// Put the second tracker in the place of the first, in every tier
    #[arg(long = "replace-tracker", num_args = 2, value_names = ["OLD", "NEW"])]
    replaced: Vec<String>,

    /// Add a tier behind the others; commas part its trackers; may be given several times
    #[arg(short, long = "announce", value_name = "URL[,URL…]", value_parser = values::tier)]
    added: Vec<Tier>,
}

#[derive(Args, Debug)]
struct SeedEdits {
    /// Remove all web seeds (BEP 19)
    #[arg(long)]
    no_web_seeds: bool,

    /// Remove this web seed; may be given several times
    #[arg(long, value_name = "URL")]
    remove_web_seed: Vec<String>,

    /// Add a web seed; may be given several times
    #[arg(short, long, value_name = "URL")]
    web_seed: Vec<String>,

    /// Remove all HTTP seeds (BEP 17)
    #[arg(long)]
    no_http_seeds: bool,

    /// Remove this HTTP seed; may be given several times
    #[arg(long, value_name = "URL")]
    remove_http_seed: Vec<String>,

    /// Add an HTTP seed; may be given several times
    #[arg(long, value_name = "URL")]
    http_seed: Vec<String>,

    /// Remove all DHT nodes
    #[arg(long)]
    no_nodes: bool,

    /// Add a DHT node; may be given several times
    #[arg(long, value_name = "HOST:PORT", value_parser = values::node)]
    node: Vec<(String, u16)>,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("info_edit").multiple(true))]
struct InfoEdits {
    /// Allow what follows, and with it another info-hash; signatures are removed
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
}

impl Edit {
    pub(crate) fn run(self) -> ExitCode {
        match self.edit() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(self.json),
        }
    }

    fn edit(&self) -> Result<(), Failure> {
        let old = Source::load(&self.torrent)?;
        let (destination, existing) = match &self.output {
            Some(output) if !self.force => (output.as_os_str().into(), Existing::Keep),
            Some(output) => (output.as_os_str().into(), Existing::Replace),
            None => (Destination::File(self.torrent.clone()), Existing::Replace),
        };
        destination.check(existing)?;
        let new = self.edited(&old).map_err(|source| Failure::Edit {
            path: self.torrent.clone(),
            source,
        })?;
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
                    _ => {}
                }
            }
        }
        Ok(out.flush()?)
    }
}

impl TrackerEdits {
    fn apply<'m>(&self, mut editor: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        if self.no_trackers {
            editor = editor.trackers([[""; 0]; 0]);
        }
        for url in &self.removed {
            editor = editor.remove_tracker(url);
        }
        for pair in self.replaced.chunks_exact(2) {
            editor = editor.replace_tracker(&pair[0], &pair[1]);
        }
        let added = self.added.iter();
        added.fold(editor, |editor, tier| editor.append_tier(&tier.0))
    }
}

impl SeedEdits {
    fn apply<'m>(&self, mut editor: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        if self.no_web_seeds {
            editor = editor.web_seeds([""; 0]);
        }
        for url in &self.remove_web_seed {
            editor = editor.remove_web_seed(url);
        }
        for url in &self.web_seed {
            editor = editor.add_web_seed(url);
        }
        if self.no_http_seeds {
            editor = editor.http_seeds([""; 0]);
        }
        for url in &self.remove_http_seed {
            editor = editor.remove_http_seed(url);
        }
        for url in &self.http_seed {
            editor = editor.add_http_seed(url);
        }
        if self.no_nodes {
            editor = editor.nodes([("", 0); 0]);
        }
        for (host, port) in &self.node {
            editor = editor.add_node(host, *port);
        }
        editor
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
