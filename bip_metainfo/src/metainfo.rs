use bip_bencode::BencodeRefKind;

use crate::decode::decode;
use crate::error::MetainfoError;
use crate::host;
use crate::info::Info;
use crate::info_dict::{self, Surroundings, read_hash, read_text};
use crate::info_hash::InfoHash;
use crate::load_options::LoadOptions;
use crate::section::{DICT, Place, Section};
use crate::signature::{self, Signature, SignatureSpans};
use crate::tracker;
use crate::warning::{Warning, Warnings};

const URL: &str = "an address in UTF-8 without white space";

/// A `.torrent` file (BEP 3, "metainfo files"): an [`Info`], and where to find peers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metainfo {
    info: Info,
    announce: Option<String>,
    trackers: Vec<Vec<String>>,
    has_announce_list: bool,
    comment: Option<Box<str>>,
    created_by: Option<Box<str>>,
    creation_date: Option<i64>,
    encoding: Option<Box<str>>,
    url_list: Vec<String>,
    httpseeds: Vec<String>,
    nodes: Vec<(String, u16)>,
    similar: Vec<InfoHash>,
    collections: Vec<Box<str>>,
    signatures: Box<[SignatureSpans]>,
    warnings: Box<[Warning]>,
}

impl Metainfo {
    /// Reads a `.torrent` file with the default [`LoadOptions`].
    ///
    /// Optional keys of the wrong type count as absent, bencode that is not canonical is read nevertheless, and white
    /// space after the end is skipped; [`warnings`](Self::warnings) tell of each.
    ///
    /// # Errors
    /// See [`MetainfoError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MetainfoError> {
        Self::from_bytes_with(bytes, LoadOptions::default())
    }

    /// Reads a `.torrent` file as the options say: [`LoadOptions`], or [`LoadLimits`](crate::LoadLimits) or a
    /// [`PathPolicy`](crate::PathPolicy) alone.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_bytes_with(
        bytes: &[u8],
        options: impl Into<LoadOptions>,
    ) -> Result<Self, MetainfoError> {
        let options = options.into();
        let mut warnings = Warnings::default();
        let document = decode(bytes, &options.limits, &mut warnings)?;
        let root = document.root();
        let dict = root.dict().ok_or(MetainfoError::WrongType {
            key: "the file".to_owned(),
            expected: DICT,
        })?;

        let mut section = Section::new(dict, Place::Root, &mut warnings);
        let (value, dict) = section.required_dict("info")?;
        let surroundings = Surroundings {
            whole: bytes.into(),
            is_canonical: document.warnings().is_empty(),
            piece_layers: section.get("piece layers"),
            warnings: Warnings::default(),
        };
        let info = info_dict::read(value, dict, surroundings, &options)?;
        // Only now: what is wrong with the torrent tells more than what stands behind it.
        allow_trailing_space(bytes, root.raw().len(), section.warnings)?;
        let announce = section.items("announce", URL, read_url).into_iter().next();
        Ok(Self {
            info,
            trackers: read_tiers(&mut section, announce.as_ref()),
            has_announce_list: section.get("announce-list").is_some(),
            announce,
            comment: section.text("comment"),
            created_by: section.text("created by"),
            creation_date: read_date(&mut section),
            encoding: section.text("encoding"),
            url_list: section.items("url-list", "text in UTF-8", read_web_seed),
            httpseeds: section.items("httpseeds", "text in UTF-8", read_web_seed),
            nodes: read_nodes(&mut section),
            similar: section.items("similar", "20 bytes", read_hash),
            collections: section.items("collections", "text in UTF-8", read_text),
            signatures: signature::read(&mut section, &options.limits)?,
            warnings: warnings.finish(),
        })
    }

    /// The whole file as it was read, byte for byte, with all that is unknown and whatever white space follows.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.info.raw.whole
    }

    /// What is transferred.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The info dictionary alone, for whoever needs no more. It keeps the bytes of the whole file.
    #[must_use]
    pub fn into_info(self) -> Info {
        self.info
    }

    /// The main tracker. Superseded by [`trackers`](Self::trackers) (BEP 12), which has it where it is the only one.
    #[must_use]
    pub fn announce(&self) -> Option<&str> {
        self.announce.as_deref()
    }

    /// The trackers in tiers, in the file's order (BEP 12): of `announce-list`, or where that has none, of `announce`.
    /// No tier is empty. To shuffle within each tier is the caller's, as is which protocols it speaks.
    #[must_use]
    pub fn trackers(&self) -> &[Vec<String>] {
        &self.trackers
    }

    pub(crate) fn has_announce_list(&self) -> bool {
        self.has_announce_list
    }

    /// A remark for people.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// The program that made the file.
    #[must_use]
    pub fn created_by(&self) -> Option<&str> {
        self.created_by.as_deref()
    }

    /// When the file was made, in seconds since 1970, as it claims; any number.
    #[must_use]
    pub fn creation_date(&self) -> Option<i64> {
        self.creation_date
    }

    /// What the file says of its text. **Nothing is decoded by it**: what is no UTF-8 is shown as U+FFFD.
    #[must_use]
    pub fn encoding(&self) -> Option<&str> {
        self.encoding.as_deref()
    }

    /// Web servers that have the files (BEP 19), as written.
    #[must_use]
    pub fn url_list(&self) -> &[String] {
        &self.url_list
    }

    /// Web servers that have the pieces (BEP 17), as written.
    #[must_use]
    pub fn httpseeds(&self) -> &[String] {
        &self.httpseeds
    }

    /// DHT nodes to begin with: a host name or address literal (IPv6 without brackets), and a port that is not zero
    /// (BEP 5, "Torrent File Extensions").
    #[must_use]
    pub fn nodes(&self) -> &[(String, u16)] {
        &self.nodes
    }

    /// Torrents that may share files with this one (BEP 38): of the info dictionary, then of the file around it.
    pub fn similar(&self) -> impl Iterator<Item = InfoHash> {
        self.info.similar().iter().chain(&self.similar).copied()
    }

    /// Collections that this torrent belongs to (BEP 38): of the info dictionary, then of the file around it.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        self.info
            .collections()
            .chain(self.collections.iter().map(|collection| &**collection))
    }

    /// Who vouches for this torrent (BEP 35); nothing of it is verified.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = Signature<'_>> {
        self.signatures.iter().map(|spans| spans.of(self.raw()))
    }

    /// What is wrong, but was tolerated, the info dictionary's [warnings](Info::warnings) last. At most about two
    /// hundred.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.warnings.iter().chain(self.info.warnings())
    }
}

/// Editors and transfers in text mode leave line ends behind; anything else is another file than the one intended.
fn allow_trailing_space(
    bytes: &[u8],
    offset: usize,
    warnings: &mut Warnings,
) -> Result<(), MetainfoError> {
    match bytes.get(offset..) {
        None | Some([]) => Ok(()),
        Some(rest) if rest.iter().all(u8::is_ascii_whitespace) => {
            warnings.push(Warning::TrailingSpace { offset });
            Ok(())
        }
        Some(_) => Err(MetainfoError::TrailingBytes { offset }),
    }
}

fn read_url(bytes: &[u8]) -> Option<String> {
    tracker::clean(std::str::from_utf8(bytes).ok()?).map(str::to_owned)
}

fn read_web_seed(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

fn read_tiers(section: &mut Section<'_, '_, '_>, announce: Option<&String>) -> Vec<Vec<String>> {
    let mut tiers = Vec::new();
    let mut is_flat = false;
    for tier in section
        .list("announce-list")
        .into_iter()
        .flat_map(|list| list.iter())
    {
        // Some files list addresses where tiers should be: each is a tier then.
        let addresses: Vec<_> = match tier.kind() {
            BencodeRefKind::List(list) => list.iter().collect(),
            BencodeRefKind::Bytes(address) => {
                is_flat |= !address.is_empty();
                vec![tier]
            }
            _ => vec![tier],
        };
        let mut read = Vec::with_capacity(addresses.len());
        for address in addresses {
            match address.bytes().map(|bytes| (bytes, read_url(bytes))) {
                Some((_, Some(url))) => read.push(url),
                Some((b"", None)) => {}
                _ => section.ignored("announce-list", URL),
            }
        }
        if !read.is_empty() {
            tiers.push(read);
        }
    }
    if is_flat {
        section.warnings.push(Warning::FlatAnnounceList);
    }
    if tiers.is_empty() {
        tiers.extend(announce.map(|announce| vec![announce.clone()]));
    }
    tiers
}

fn read_date(section: &mut Section<'_, '_, '_>) -> Option<i64> {
    let date = section.int("creation date")?.to_i64().ok();
    if date.is_none() {
        section.ignored("creation date", "a number of 64 bits");
    }
    date
}

fn read_nodes(section: &mut Section<'_, '_, '_>) -> Vec<(String, u16)> {
    let mut nodes = Vec::new();
    for node in section
        .list("nodes")
        .into_iter()
        .flat_map(|list| list.iter())
    {
        let pair = node.list().and_then(|pair| {
            let host = pair.get(0)?.str().filter(|host| host::is_host(host))?;
            let port = u16::try_from(pair.get(1)?.int()?.to_u64().ok()?)
                .ok()
                .filter(|port| *port != 0)?;
            Some((host.to_owned(), port))
        });
        match pair {
            Some(pair) => nodes.push(pair),
            None => section.ignored("nodes", "a host and a port"),
        }
    }
    nodes
}
