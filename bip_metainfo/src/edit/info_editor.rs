use bip_bencode::BencodeMut;

use super::error::EditError;
use super::info_change::InfoChange;
use super::root::{change_root, decode_again};
use super::splice::{Changes, splice_value};
use super::tiers::checked;
use crate::info_hash::InfoHash;
use crate::load_options::LoadOptions;
use crate::metainfo::Metainfo;

/// What says which bytes are transferred, and proves them.
const CONTENT_KEYS: [&[u8]; 6] = [
    b"file tree",
    b"files",
    b"length",
    b"meta version",
    b"piece length",
    b"pieces",
];

impl Metainfo {
    /// Begins to change the info dictionary, and with it **the info-hash**: what comes of it is another torrent, with a
    /// swarm of its own, for the same content. To change anything else, use [`edit`](Self::edit).
    pub fn edit_info(&self) -> InfoEditor<'_> {
        InfoEditor {
            torrent: self,
            changes: Changes::new(),
            error: None,
        }
    }
}

/// Edits of a [`Metainfo`]'s info dictionary, from [`Metainfo::edit_info`]. **They change the info-hash.**
///
/// What is not edited stays byte for byte, but for the signatures, which are removed (BEP 35). What says which bytes are
/// transferred cannot be edited.
///
/// ```
/// use bip_metainfo::Metainfo;
///
/// let bytes = b"d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee";
/// let change = Metainfo::from_bytes(bytes)?.edit_info().make_private().source("ABC").apply()?;
/// assert!(change.torrent.info().is_private());
/// assert_ne!(change.old, change.new);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is changed before `apply`"]
pub struct InfoEditor<'m> {
    torrent: &'m Metainfo,
    changes: Changes,
    error: Option<EditError>,
}

impl InfoEditor<'_> {
    /// Allows only the torrent's own trackers to be asked for peers: `private` becomes 1 (BEP 27).
    pub fn make_private(self) -> Self {
        self.set("private", &BencodeMut::new_int(1))
    }

    /// Removes `private` (BEP 27).
    pub fn make_public(self) -> Self {
        self.remove("private")
    }

    /// Sets `source`, or removes it. `source.utf-8`, which would count instead, is removed.
    pub fn source<'v>(self, text: impl Into<Option<&'v str>>) -> Self {
        self.text("source", text.into())
    }

    /// Sets the torrent's name, which is the name of its only file or of the folder; `name.utf-8` is removed. The only
    /// file of a version 2 torrent is renamed in the file tree too.
    pub fn name(mut self, name: &str) -> Self {
        let is_name = !matches!(name, "" | "." | "..") && !name.contains(['/', '\0']);
        if !is_name {
            return self.fail(EditError::InvalidValue {
                key: "info.name".to_owned(),
                value: name.to_owned(),
                expected: "a name for a file",
            });
        }
        match rename_in_tree(self.torrent, name) {
            Ok(None) => {}
            Ok(Some(tree)) => drop(self.changes.insert(b"file tree".to_vec(), Some(tree))),
            Err(error) => return self.fail(error),
        }
        self.text("name", Some(name))
    }

    /// Sets where to ask for a newer version of the torrent (BEP 39), or removes it.
    pub fn update_url<'v>(self, url: impl Into<Option<&'v str>>) -> Self {
        match url.into().map(|url| checked("info.update-url", url)) {
            None => self.remove("update-url"),
            Some(Ok(url)) => self.set("update-url", &BencodeMut::new_bytes(url)),
            Some(Err(error)) => self.fail(error),
        }
    }

    /// Replaces the similar torrents that are named in the info dictionary (BEP 38); by none, the key is removed.
    pub fn similar(self, hashes: impl IntoIterator<Item = InfoHash>) -> Self {
        let hashes = hashes.into_iter();
        let list: Vec<_> = hashes
            .map(|hash| BencodeMut::new_bytes(hash.as_bytes().to_vec()))
            .collect();
        self.list("similar", list)
    }

    /// Replaces the collections that are named in the info dictionary (BEP 38); by none, the key is removed.
    pub fn collections(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter();
        let list: Vec<_> = names
            .map(|name| BencodeMut::new_bytes(name.into()))
            .collect();
        self.list("collections", list)
    }

    /// Sets any key that does not say what the pieces are: those (`files`, `pieces`…) are refused.
    pub fn set(self, key: impl AsRef<[u8]>, value: &BencodeMut<'_>) -> Self {
        self.write(key.as_ref(), Some(value.encode()))
    }

    /// Removes any key that does not say what the pieces are. A key that is not there is no error.
    pub fn remove(self, key: impl AsRef<[u8]>) -> Self {
        self.write(key.as_ref(), None)
    }

    /// The new torrent, loaded with the default [`LoadOptions`], with its old and its new names.
    ///
    /// # Errors
    /// The first edit that could not be made, or [`EditError::Unreadable`] where the result cannot be loaded, as with
    /// `name` removed.
    pub fn apply(self) -> Result<InfoChange, EditError> {
        self.apply_with(LoadOptions::default())
    }

    /// As [`apply`](Self::apply), loaded as the options say.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with(self, options: impl Into<LoadOptions>) -> Result<InfoChange, EditError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let info = with_info(self.torrent, |info| splice_value(info, &self.changes))?;
        let mut around = Changes::new();
        let is_changed = info != self.torrent.info().raw();
        if is_changed {
            around.insert(b"info".to_vec(), Some(info));
            around.insert(b"signatures".to_vec(), None);
        }
        let bytes = change_root(self.torrent, &around)?;
        let torrent = Metainfo::from_bytes_with(&bytes, options)?;
        let removed_signatures = match is_changed {
            true => self.torrent.signatures().len(),
            false => 0,
        };
        Ok(InfoChange {
            old: self.torrent.info().into(),
            new: torrent.info().into(),
            removed_signatures,
            torrent,
        })
    }

    fn text(self, key: &str, text: Option<&str>) -> Self {
        let this = self.remove(format!("{key}.utf-8"));
        match text {
            Some(text) => this.set(key, &BencodeMut::new_bytes(text)),
            None => this.remove(key),
        }
    }

    fn list(self, key: &str, items: Vec<BencodeMut<'_>>) -> Self {
        if items.is_empty() {
            return self.remove(key);
        }
        self.set(key, &items.into_iter().collect())
    }

    fn write(mut self, key: &[u8], value: Option<Vec<u8>>) -> Self {
        if CONTENT_KEYS.contains(&key) {
            let key = String::from_utf8_lossy(key).into_owned();
            return self.fail(EditError::ContentKey { key });
        }
        self.changes.insert(key.to_vec(), value);
        self
    }

    fn fail(mut self, error: EditError) -> Self {
        self.error.get_or_insert(error);
        self
    }
}

/// What `use_it` makes of the info dictionary.
fn with_info<T>(
    torrent: &Metainfo,
    use_it: impl FnOnce(bip_bencode::BencodeRef<'_, '_>) -> T,
) -> Result<T, EditError> {
    Ok(use_it(decode_again(torrent.info().raw())?.root()))
}

/// The `file tree` of a torrent that is one file, with that file under another name.
fn rename_in_tree(torrent: &Metainfo, name: &str) -> Result<Option<Vec<u8>>, EditError> {
    if !torrent.info().is_single_file() {
        return Ok(None);
    }
    with_info(torrent, |info| {
        let tree = info.dict()?.get(b"file tree")?.dict()?;
        let (_, file) = tree.iter().next()?;
        let head = format!("d{}:{name}", name.len());
        Some([head.as_bytes(), file.raw(), b"e"].concat())
    })
}
