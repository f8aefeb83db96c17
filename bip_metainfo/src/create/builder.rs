use bip_bencode::BencodeMut;

use super::accessor::{Accessor, IntoAccessor};
use super::content_hashes::hash_content;
use super::draft::Draft;
use super::error::CreateError;
use super::hashing::HashOptions;
use super::info_builder::InfoBuilder;
use super::known_pieces::KnownPieces;
use super::layout::Layout;
use super::listing::Listing;
use super::pairs::Pairs;
use super::piece_length::Choice;
use super::plan::Plan;
use crate::error::MetainfoError;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;
use crate::warning::Warning;

/// Makes a new torrent of files, or of whatever an [`Accessor`] has.
///
/// Setters replace what was set before; `None` or nothing removes it. The same content and settings make the same
/// bytes, on any machine: no clock is looked at, and files are sorted by the bytes of their names.
///
/// ```
/// use bip_metainfo::{DirectAccessor, HashOptions, InfoBuilder, MetainfoBuilder, PieceLength};
///
/// let torrent = MetainfoBuilder::from(InfoBuilder::new().piece_length(PieceLength::Custom(1 << 18)))
///     .trackers([["udp://tracker.test:1"]])
///     .comment("a song")
///     .build(DirectAccessor::new("song.ogg", vec![7; 1_000_000]), &HashOptions::default())?;
///
/// assert_eq!(torrent.info().piece_count(), 4);
/// assert_eq!(torrent.announce(), Some("udp://tracker.test:1"));
/// let file: &[u8] = torrent.raw(); // what goes into song.ogg.torrent
/// # assert_eq!(bip_metainfo::Metainfo::from_bytes(file).as_ref(), Ok(&torrent));
/// # Ok::<(), bip_metainfo::CreateError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MetainfoBuilder {
    pub(super) info: InfoBuilder,
    pub(super) main_tracker: Option<String>,
    pub(super) trackers: Vec<Vec<String>>,
    pub(super) comment: Option<String>,
    pub(super) created_by: Option<String>,
    pub(super) creation_date: Option<i64>,
    pub(super) encoding: Option<String>,
    pub(super) web_seeds: Vec<String>,
    pub(super) http_seeds: Vec<String>,
    pub(super) nodes: Vec<(String, u16)>,
    pub(super) extra: Pairs,
}

impl From<InfoBuilder> for MetainfoBuilder {
    fn from(info: InfoBuilder) -> Self {
        Self {
            info,
            ..Self::default()
        }
    }
}

impl MetainfoBuilder {
    /// A torrent with nothing but its content.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the info-hash covers.
    #[must_use]
    pub fn info(mut self, info: InfoBuilder) -> Self {
        self.info = info;
        self
    }

    /// The main tracker (`announce`). By default, the first of [`trackers`](Self::trackers).
    #[must_use]
    pub fn main_tracker<'s>(mut self, url: impl Into<Option<&'s str>>) -> Self {
        self.main_tracker = url.into().map(str::to_owned);
        self
    }

    /// Trackers in tiers (BEP 12), which supersede the main one. One alone is written as the main tracker only.
    #[must_use]
    pub fn trackers(
        mut self,
        tiers: impl IntoIterator<Item: IntoIterator<Item: Into<String>>>,
    ) -> Self {
        let tiers = tiers.into_iter();
        let tiers = tiers.map(|tier| tier.into_iter().map(Into::into).collect::<Vec<_>>());
        self.trackers = tiers.filter(|tier| !tier.is_empty()).collect();
        self
    }

    /// A remark for people.
    #[must_use]
    pub fn comment<'s>(mut self, comment: impl Into<Option<&'s str>>) -> Self {
        self.comment = comment.into().map(str::to_owned);
        self
    }

    /// The program that makes the torrent.
    #[must_use]
    pub fn created_by<'s>(mut self, program: impl Into<Option<&'s str>>) -> Self {
        self.created_by = program.into().map(str::to_owned);
        self
    }

    /// When it is made, in seconds since 1970.
    #[must_use]
    pub fn creation_date(mut self, seconds: impl Into<Option<i64>>) -> Self {
        self.creation_date = seconds.into();
        self
    }

    /// What the file says of its text, which is `UTF-8` here.
    #[must_use]
    pub fn encoding<'s>(mut self, encoding: impl Into<Option<&'s str>>) -> Self {
        self.encoding = encoding.into().map(str::to_owned);
        self
    }

    /// Web servers that have the files (BEP 19).
    #[must_use]
    pub fn web_seeds(mut self, urls: impl IntoIterator<Item: Into<String>>) -> Self {
        self.web_seeds = urls.into_iter().map(Into::into).collect();
        self
    }

    /// Web servers that have the pieces (BEP 17).
    #[must_use]
    pub fn http_seeds(mut self, urls: impl IntoIterator<Item: Into<String>>) -> Self {
        self.http_seeds = urls.into_iter().map(Into::into).collect();
        self
    }

    /// DHT nodes to begin with: a host name or address literal (IPv6 without brackets), and a port (BEP 5).
    #[must_use]
    pub fn nodes(mut self, nodes: impl IntoIterator<Item = (impl Into<String>, u16)>) -> Self {
        let nodes = nodes.into_iter();
        self.nodes = nodes.map(|(host, port)| (host.into(), port)).collect();
        self
    }

    /// Any other key beside the info dictionary, or none of it.
    #[must_use]
    pub fn extra<'v>(
        mut self,
        key: impl Into<Vec<u8>>,
        value: impl Into<Option<BencodeMut<'v>>>,
    ) -> Self {
        let key = key.into();
        match value.into() {
            Some(value) => self.extra.value(key, &value),
            None => self.extra.remove(&key),
        }
        self
    }

    /// What the torrent will be. No content is read; the files are looked at.
    ///
    /// # Errors
    /// See [`CreateError`]: all that is wrong with the settings, the paths and the lengths.
    pub fn plan(&self, content: impl IntoAccessor) -> Result<Plan, CreateError> {
        let accessor = content.into_accessor()?;
        let listing = self.list(&accessor)?;
        let draft = self.draft(&listing)?;
        let layout = &draft.layout;
        let known = KnownPieces::new(&draft);
        Ok(Plan {
            version: self.info.version,
            piece_length: layout.piece_length,
            piece_count: layout.row.piece_count(),
            file_count: listing.files.len(),
            content_length: listing.content_length,
            known_length: known.length(&draft),
            pad_count: layout.pads().count(),
            pad_length: layout.pads().sum(),
            torrent_length: self.torrent_length(&draft),
        })
    }

    /// Reads the content and makes the torrent: [`Metainfo::raw`] is the file to write.
    ///
    /// # Errors
    /// See [`CreateError`]. What [`plan`](Self::plan) tells is told before anything is read.
    pub fn build(
        &self,
        content: impl IntoAccessor,
        options: &HashOptions<'_>,
    ) -> Result<Metainfo, CreateError> {
        let accessor = content.into_accessor()?;
        let listing = self.list(&accessor)?;
        let draft = self.draft(&listing)?;
        let known = KnownPieces::new(&draft);
        let table = hash_content(&draft, &known, &accessor, options)?;
        let bytes = self.write(draft.info(Some(&table)), draft.layers(Some(&table)));
        Ok(Metainfo::from_bytes_with(&bytes, self.info.limits)?)
    }

    pub(crate) fn version(&self) -> MetaVersion {
        self.info.version
    }

    pub(crate) fn change_info(mut self, change: impl FnOnce(InfoBuilder) -> InfoBuilder) -> Self {
        self.info = change(self.info);
        self
    }

    fn list<'a>(&'a self, accessor: &'a impl Accessor) -> Result<Listing<'a>, CreateError> {
        let name = self.info.name.as_deref().unwrap_or(accessor.name());
        Listing::new(name, accessor.files(), &self.info.limits)
    }

    fn draft<'a>(&'a self, listing: &'a Listing<'a>) -> Result<Draft<'a>, CreateError> {
        self.check()?;
        let (info, limits) = (&self.info, &self.info.limits);
        let draft = |piece_length| Draft {
            builder: info,
            listing,
            layout: Layout::new(listing, piece_length, info.version, info.alignment),
        };
        let piece_length = info.piece_length.choose(&Choice {
            content_length: listing.content_length,
            has_v2: info.version != MetaVersion::V1,
            max_chosen: info.max_piece_length,
            max_loaded: limits.max_piece_length,
            torrent_length: &|piece_length| self.torrent_length(&draft(piece_length)),
            fit: &|piece_length| draft(piece_length).layout.fit(),
        })?;
        let draft = draft(piece_length);
        self.check_draft(&draft)?;
        Ok(draft)
    }

    /// Reads the torrent with hashes made up, so that nobody waits for one that could not be read.
    fn check_draft(&self, draft: &Draft<'_>) -> Result<(), CreateError> {
        let limits = &self.info.limits;
        let (count, limit) = (draft.layout.piece_count(), limits.max_pieces);
        if count > u64::from(limit) {
            return Err(MetainfoError::TooManyPieces { count, limit }.into());
        }
        let (length, limit) = (self.torrent_length(draft), limits.max_input_length);
        if length > limit as u64 {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            return Err(MetainfoError::TooLarge { length, limit }.into());
        }
        let found = self.info.known.len();
        if found != 0 && found as u64 != count {
            return Err(CreateError::KnownPieces {
                expected: draft.layout.row.piece_count(),
                found,
            });
        }
        let bytes = self.write(draft.info(None), draft.layers(None));
        let torrent = Metainfo::from_bytes_with(&bytes, *limits)?;
        let is_expected = |warning: &&Warning| {
            matches!(
                warning,
                Warning::MissingPieceLayers { .. } | Warning::PathsChanged { .. }
            )
        };
        match torrent.warnings().find(|warning| !is_expected(warning)) {
            Some(warning) => Err(CreateError::Mistaken(warning.clone())),
            None => Ok(()),
        }
    }

    fn torrent_length(&self, draft: &Draft<'_>) -> u64 {
        let empty = self.write(draft.short_info(None).into_bytes(), draft.layers(None));
        empty.len() as u64 + draft.hashes_length()
    }
}
