use std::fmt;

use super::date::Date;
use super::shown::Shown;
use super::size::Size;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;

/// A table for people: what the torrent is, where its peers are, its files. Nothing in it acts on a terminal.
impl fmt::Display for Metainfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table { f };
        table.content(self)?;
        table.about(self)?;
        table.sources(self)?;
        table.files(self)
    }
}

struct Table<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
}

impl Table<'_, '_> {
    fn content(&mut self, torrent: &Metainfo) -> fmt::Result {
        let info = torrent.info();
        self.text("name", Some(info.name()))?;
        self.row(
            "version",
            match info.version() {
                MetaVersion::V1 => "1",
                MetaVersion::V2 => "2",
                MetaVersion::Hybrid => "1 and 2",
            },
        )?;
        if let Some(hash) = info.info_hash_v1() {
            self.row("info-hash", hash)?;
        }
        if let Some(hash) = info.info_hash_v2() {
            self.row("info-hash 2", hash)?;
        }
        self.row("size", Exactly(info.total_length()))?;
        let padding: u64 = info
            .files()
            .iter()
            .filter(|file| file.is_pad())
            .map(|file| file.length())
            .sum();
        if padding > 0 {
            self.row("padding", Exactly(padding))?;
        }
        let (count, length) = (info.piece_count(), Size(info.piece_length().into()));
        self.row("pieces", format_args!("{count} of {length}"))?;
        if info.is_private() {
            self.row("private", "yes")?;
        }
        self.text("source", info.source())
    }

    fn about(&mut self, torrent: &Metainfo) -> fmt::Result {
        self.text("comment", torrent.comment())?;
        self.text("created by", torrent.created_by())?;
        if let Some(date) = torrent.creation_date() {
            self.row("created", Date(date))?;
        }
        self.text("encoding", torrent.encoding())?;
        self.text("update url", torrent.info().update_url())?;
        for collection in torrent.collections() {
            self.text("collection", Some(collection))?;
        }
        for hash in torrent.similar() {
            self.row("similar", hash)?;
        }
        for signature in torrent.signatures() {
            let name = Shown(signature.name());
            self.row("signature", format_args!("{name} (not verified)"))?;
        }
        let mut warnings = torrent.warnings();
        warnings.try_for_each(|warning| self.text("warning", Some(&warning.to_string())))
    }

    fn sources(&mut self, torrent: &Metainfo) -> fmt::Result {
        for (tier, trackers) in torrent.trackers().iter().enumerate() {
            for (number, tracker) in trackers.iter().enumerate() {
                let label = if number == 0 {
                    &format!("tier {}", tier + 1)
                } else {
                    ""
                };
                self.text(label, Some(tracker))?;
            }
        }
        for url in torrent.url_list() {
            self.text("web seed", Some(url))?;
        }
        for url in torrent.httpseeds() {
            self.text("http seed", Some(url))?;
        }
        for (host, port) in torrent.nodes() {
            self.row("node", format_args!("{} {port}", Shown::text(host)))?;
        }
        Ok(())
    }

    fn files(&mut self, torrent: &Metainfo) -> fmt::Result {
        let files = torrent.info().files().iter().filter(|file| !file.is_pad());
        for (number, file) in files.enumerate() {
            let label = if number == 0 { "files" } else { "" };
            let (size, path) = (Size(file.length()), Shown::text(&file.path));
            self.row(label, format_args!("{size:>10}  {path}"))?;
        }
        Ok(())
    }

    fn text(&mut self, label: &str, text: Option<&str>) -> fmt::Result {
        text.map_or(Ok(()), |text| self.row(label, Shown::text(text)))
    }

    fn row(&mut self, label: &str, value: impl fmt::Display) -> fmt::Result {
        writeln!(self.f, "{label:>13}  {value}")
    }
}

/// A size, and all its digits.
struct Exactly(u64);

impl fmt::Display for Exactly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..1024 => write!(f, "{}", Size(self.0)),
            bytes => write!(f, "{} ({bytes} bytes)", Size(bytes)),
        }
    }
}
