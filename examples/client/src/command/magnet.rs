use std::path::Path;
use std::process::ExitCode;

use bip_metainfo::{FileSelection, Magnet as Link, Metainfo};
use clap::Args;
use indicatif::BinaryBytes;
use serde_json::{Map, Value, json};

use super::failure::Failure;
use crate::output::{Stdout, to_hex};
use crate::swarm::Source;

/// Explain a magnet link, or make one of a .torrent file
///
/// Of a file, the link is printed and nothing else; of a link, what it says, what is odd about it and how it is best
/// written. With --json both are one object, in which `select_only` is the text of BEP 53 ("0,2-4") or null.
///
/// Exit codes: 0 when the link is printed or explained, 1 when it or the file cannot be used, 2 when the command line
/// cannot be understood. What is odd about a link is a warning, and no error.
///
/// Examples:
///   bip magnet 'magnet:?xt=urn:btih:…'
///   bip magnet debian.torrent --peer 192.0.2.7:6881 --select 0,2-4
///   bip magnet debian.torrent --json | jq -r .link
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Magnet {
    /// A magnet link or a .torrent file
    #[arg(value_name = "MAGNET|FILE.torrent")]
    source: String,

    /// Leave the trackers out of the link
    #[arg(long)]
    no_trackers: bool,

    /// Add this peer to the link (HOST:PORT); may be given several times
    #[arg(long = "peer", value_name = "ADDR", value_parser = host_and_port)]
    peers: Vec<String>,

    /// Have the link download these files only, by their index from 0, pad files not counted: 0,2-4
    #[arg(long, value_name = "LIST")]
    select: Option<FileSelection>,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl Magnet {
    pub(crate) fn run(self) -> ExitCode {
        match self.explain() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(self.json),
        }
    }

    fn explain(&self) -> Result<(), Failure> {
        let link = self.link()?;
        let mut out = Stdout::lock();
        if self.json {
            out.line(format_args!("{:#}", as_json(&link)))?;
        } else if Source::is_magnet(&self.source) {
            out.text(as_text(&link))?;
        } else {
            out.line(&link)?;
        }
        Ok(out.flush()?)
    }

    fn link(&self) -> Result<Link, Failure> {
        let mut link = if Source::is_magnet(&self.source) {
            Source::parse_magnet(&self.source)?
        } else {
            let torrent = Source::load(Path::new(&self.source))?;
            self.check_selection(&torrent)?;
            torrent.magnet()
        };
        if self.no_trackers {
            link = link.without_trackers();
        }
        if let Some(selection) = &self.select {
            link = link.with_select_only(selection.clone());
        }
        let peers = self.peers.iter();
        Ok(peers.fold(link, |link, peer| link.with_peer(peer)))
    }

    fn check_selection(&self, torrent: &Metainfo) -> Result<(), Failure> {
        let files = torrent.info().files();
        let count = files.iter().filter(|file| !file.is_pad()).count();
        let last = self.select.as_ref().and_then(|some| some.ranges().last());
        match last.map(|range| *range.end()) {
            Some(asked) if asked as usize >= count => Err(Failure::NoSuchFile { asked, count }),
            _ => Ok(()),
        }
    }
}

/// By the rule of the links themselves, which leave out what is none.
fn host_and_port(text: &str) -> Result<String, &'static str> {
    match Link::new([1; 20].into()).with_peer(text).peers() {
        [] => Err("neither NAME:PORT, IPV4:PORT nor [IPV6]:PORT with a port of 1 to 65535"),
        _ => Ok(text.to_owned()),
    }
}

fn as_json(link: &Link) -> Value {
    // A name may come more than once.
    let mut other = Map::new();
    for (name, value) in link.other() {
        let values = other.entry(name).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    let warnings = link.warnings().iter();
    let warnings: Vec<_> = warnings
        .map(|one| format!("{}: {one}", one.kind().name()))
        .collect();
    json!({
        "link": link.to_string(),
        "info_hash_v1": link.info_hash_v1().map(|hash| hash.to_string()),
        "info_hash_v2": link.info_hash_v2().map(|hash| hash.to_string()),
        "public_key": link.public_key().map(|key| to_hex(key)),
        "salt": link.salt().map(to_hex),
        "other_topics": link.other_topics(),
        "name": link.name(),
        "length": link.length(),
        "trackers": link.trackers(),
        "web_seeds": link.web_seeds(),
        "exact_sources": link.exact_sources(),
        "acceptable_sources": link.acceptable_sources(),
        "keywords": link.keywords(),
        "peers": link.peers(),
        "select_only": link.select_only().map(|selection| selection.to_string()),
        "other": other,
        "warnings": warnings,
    })
}

fn as_text(link: &Link) -> String {
    let mut text = String::new();
    let mut rows = |label: &str, values: &[String]| {
        for value in values {
            // A link comes from strangers: it shall not steer the terminal.
            let value = value.replace(char::is_control, "\u{fffd}");
            text.push_str(&format!("{label:>15}  {value}\n"));
        }
    };
    let some = |value: Option<String>| Vec::from_iter(value);
    rows("name", &some(link.name().map(str::to_owned)));
    rows(
        "info-hash v1",
        &some(link.info_hash_v1().map(|hash| hash.to_string())),
    );
    rows(
        "info-hash v2",
        &some(link.info_hash_v2().map(|hash| hash.to_string())),
    );
    rows(
        "public key",
        &some(link.public_key().map(|key| to_hex(key))),
    );
    rows("salt", &some(link.salt().map(to_hex)));
    rows("other topic", link.other_topics());
    let size = |bytes| format!("{} ({bytes} bytes)", BinaryBytes(bytes));
    rows("size", &some(link.length().map(size)));
    rows("tracker", link.trackers());
    rows("web seed", link.web_seeds());
    rows("exact source", link.exact_sources());
    rows("other source", link.acceptable_sources());
    rows("keyword", link.keywords());
    rows("peer", link.peers());
    rows(
        "only files",
        &some(link.select_only().map(|selection| selection.to_string())),
    );
    let other = |(name, value)| format!("{name}={value}");
    rows("other", &link.other().map(other).collect::<Vec<_>>());
    let warnings = link.warnings().iter().map(|one| one.to_string());
    rows("warning", &warnings.collect::<Vec<_>>());
    rows("link", &[link.to_string()]);
    text
}
