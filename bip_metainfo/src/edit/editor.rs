use bip_bencode::{BencodeMut, Encoder};

use super::error::EditError;
use super::root::change_root;
use super::splice::Changes;
use super::tiers::{Tiers, checked};
use crate::host;
use crate::info_hash::InfoHash;
use crate::load_options::LoadOptions;
use crate::metainfo::Metainfo;
use crate::tracker;

impl Metainfo {
    /// Begins to change what stands around the info dictionary. No edit changes an info-hash.
    pub fn edit(&self) -> MetainfoEditor<'_> {
        MetainfoEditor {
            torrent: self,
            tiers: Tiers::new(self.trackers()),
            web_seeds: self.url_list().to_vec(),
            http_seeds: self.httpseeds().to_vec(),
            nodes: self.nodes().to_vec(),
            changes: Changes::new(),
            error: None,
        }
    }
}

/// Edits of a [`Metainfo`] around its info dictionary, from [`Metainfo::edit`].
///
/// What is not edited stays byte for byte: the info dictionary, whatever is irregular in it, unknown keys, the order of
/// the keys, white space behind the end. Without any edit, the result is the very same bytes.
///
/// The first edit that cannot be made is told by [`apply`](Self::apply).
///
/// ```
/// use bip_metainfo::Metainfo;
///
/// let bytes = b"d8:announce12:udp://old:1/3:fooi7e4:infod6:lengthi1e4:name1:a\
///     12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee";
/// let torrent = Metainfo::from_bytes(bytes)?;
/// let edited = torrent
///     .edit()
///     .replace_tracker("udp://old:1/", "udp://new:1/")
///     .append_tier(["https://backup/announce"])
///     .comment("moved")
///     .apply()?;
/// assert_eq!(edited.trackers(), [["udp://new:1/"], ["https://backup/announce"]]);
/// assert_eq!(edited.info().info_hash(), torrent.info().info_hash());
/// assert!(edited.raw().ends_with(&bytes[30..])); // from "3:foo" on
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is changed before `apply`"]
pub struct MetainfoEditor<'m> {
    torrent: &'m Metainfo,
    tiers: Tiers,
    web_seeds: Vec<String>,
    http_seeds: Vec<String>,
    nodes: Vec<(String, u16)>,
    changes: Changes,
    error: Option<EditError>,
}

impl MetainfoEditor<'_> {
    /// Replaces all trackers, in `announce-list` and `announce` (BEP 12); without any, both keys are removed.
    pub fn trackers(
        self,
        tiers: impl IntoIterator<Item = impl IntoIterator<Item = impl AsRef<str>>>,
    ) -> Self {
        self.edit_tiers(|all| all.replace_all(tiers))
    }

    /// Adds a tier behind all others.
    pub fn append_tier(self, tier: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.edit_tiers(|all| all.insert(all.len(), tier))
    }

    /// Adds a tier before all others. Its first tracker becomes `announce`.
    pub fn prepend_tier(self, tier: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.edit_tiers(|all| all.insert(0, tier))
    }

    /// Replaces the tier with this index, from 0; by no trackers, it is removed.
    pub fn replace_tier(
        self,
        index: usize,
        tier: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        self.edit_tiers(|all| all.replace(index, tier))
    }

    /// Removes the tier with this index, from 0.
    pub fn remove_tier(self, index: usize) -> Self {
        self.edit_tiers(|all| all.replace(index, [""; 0]))
    }

    /// Adds a tracker at the end of the tier with this index, from 0.
    pub fn add_tracker(self, tier: usize, url: &str) -> Self {
        self.edit_tiers(|all| all.add(tier, url))
    }

    /// Puts one tracker in the place of another, in every tier that has it.
    pub fn replace_tracker(self, old: &str, new: &str) -> Self {
        self.edit_tiers(|all| all.exchange(old, new))
    }

    /// Removes a tracker from every tier; tiers that are empty then go too.
    pub fn remove_tracker(self, url: &str) -> Self {
        self.edit_tiers(|all| {
            all.remove(url);
            Ok(())
        })
    }

    /// Sets `announce` alone, or removes it. Where there is an `announce-list`, clients look only at that (BEP 12): the
    /// other methods keep both in step, this one does not.
    pub fn announce<'v>(self, url: impl Into<Option<&'v str>>) -> Self {
        let Some(url) = url.into() else {
            return self.change("announce", None);
        };
        match checked("announce", url) {
            Ok(url) => self.change("announce", Some(BencodeMut::new_bytes(url))),
            Err(error) => self.fail(error),
        }
    }

    /// Replaces all web seeds, `url-list` (BEP 19); by none, the key is removed.
    pub fn web_seeds(mut self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.web_seeds = urls.into_iter().map(Into::into).collect();
        self.write_urls("url-list", |editor| &editor.web_seeds)
    }

    /// Adds a web seed (BEP 19), unless it is there.
    pub fn add_web_seed(mut self, url: impl Into<String>) -> Self {
        add(&mut self.web_seeds, url.into());
        self.write_urls("url-list", |editor| &editor.web_seeds)
    }

    /// Removes a web seed (BEP 19).
    pub fn remove_web_seed(mut self, url: &str) -> Self {
        self.web_seeds.retain(|seed| seed != url);
        self.write_urls("url-list", |editor| &editor.web_seeds)
    }

    /// Replaces all HTTP seeds, `httpseeds` (BEP 17); by none, the key is removed.
    pub fn http_seeds(mut self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.http_seeds = urls.into_iter().map(Into::into).collect();
        self.write_urls("httpseeds", |editor| &editor.http_seeds)
    }

    /// Adds an HTTP seed (BEP 17), unless it is there.
    pub fn add_http_seed(mut self, url: impl Into<String>) -> Self {
        add(&mut self.http_seeds, url.into());
        self.write_urls("httpseeds", |editor| &editor.http_seeds)
    }

    /// Removes an HTTP seed (BEP 17).
    pub fn remove_http_seed(mut self, url: &str) -> Self {
        self.http_seeds.retain(|seed| seed != url);
        self.write_urls("httpseeds", |editor| &editor.http_seeds)
    }

    /// Replaces all DHT nodes (BEP 5), each a host (IPv6 without brackets) and a port; by none, the key is removed.
    pub fn nodes(mut self, nodes: impl IntoIterator<Item = (impl Into<String>, u16)>) -> Self {
        let nodes = nodes.into_iter().map(|(host, port)| (host.into(), port));
        self.nodes = nodes.collect();
        self.write_nodes()
    }

    /// Adds a DHT node (BEP 5), unless it is there.
    pub fn add_node(mut self, host: impl Into<String>, port: u16) -> Self {
        add(&mut self.nodes, (host.into(), port));
        self.write_nodes()
    }

    /// Removes a DHT node (BEP 5).
    pub fn remove_node(mut self, host: &str, port: u16) -> Self {
        self.nodes.retain(|node| *node != (host.to_owned(), port));
        self.write_nodes()
    }

    /// Sets the comment, or removes it. `comment.utf-8`, which would count instead, is removed.
    pub fn comment<'v>(self, text: impl Into<Option<&'v str>>) -> Self {
        self.text("comment", text.into())
    }

    /// Sets `created by`, the program that made the file, or removes it; `created by.utf-8` is removed.
    pub fn created_by<'v>(self, program: impl Into<Option<&'v str>>) -> Self {
        self.text("created by", program.into())
    }

    /// Sets `creation date`, in seconds since 1970, or removes it.
    pub fn creation_date(self, seconds: impl Into<Option<i64>>) -> Self {
        self.change("creation date", seconds.into().map(BencodeMut::new_int))
    }

    /// Sets `encoding`, or removes it. No text is recoded.
    pub fn encoding<'v>(self, name: impl Into<Option<&'v str>>) -> Self {
        self.text("encoding", name.into())
    }

    /// Replaces the similar torrents that are named beside the info dictionary (BEP 38); by none, the key is removed.
    pub fn similar(self, hashes: impl IntoIterator<Item = InfoHash>) -> Self {
        let hashes = hashes.into_iter();
        let list = hashes.map(|hash| BencodeMut::new_bytes(hash.as_bytes().to_vec()));
        self.list("similar", list.collect())
    }

    /// Replaces the collections that are named beside the info dictionary (BEP 38); by none, the key is removed.
    pub fn collections(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter();
        let list = names.map(|name| BencodeMut::new_bytes(name.into()));
        self.list("collections", list.collect())
    }

    /// Sets any key but `info`, which is refused.
    pub fn set(self, key: impl AsRef<[u8]>, value: &BencodeMut<'_>) -> Self {
        self.write(key.as_ref(), Some(value.encode()))
    }

    /// Removes any key but `info`, which is refused. A key that is not there is no error.
    pub fn remove(self, key: impl AsRef<[u8]>) -> Self {
        self.write(key.as_ref(), None)
    }

    /// The edited torrent, loaded with the default [`LoadOptions`]; [`Metainfo::raw`] has the bytes to write.
    ///
    /// # Errors
    /// The first edit that could not be made, or [`EditError::Unreadable`] where the result cannot be loaded: a piece
    /// layer of another torrent was set, or this one was loaded within wider limits.
    pub fn apply(self) -> Result<Metainfo, EditError> {
        self.apply_with(LoadOptions::default())
    }

    /// As [`apply`](Self::apply), loaded as the options say.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with(self, options: impl Into<LoadOptions>) -> Result<Metainfo, EditError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let bytes = change_root(self.torrent, &self.changes)?;
        Ok(Metainfo::from_bytes_with(&bytes, options)?)
    }

    fn edit_tiers(mut self, edit: impl FnOnce(&mut Tiers) -> Result<(), EditError>) -> Self {
        if let Err(error) = edit(&mut self.tiers) {
            return self.fail(error);
        }
        let first = self.tiers.iter().flatten().next().cloned();
        // A single tracker needs no list. One that is there already stays.
        let has_list = self.tiers.iter().flatten().nth(1).is_some()
            || (first.is_some() && self.torrent.has_announce_list());
        let list: Vec<BencodeMut<'_>> = self.tiers.iter().map(text_list).collect();
        let list = list.into_iter().collect::<BencodeMut<'_>>().encode();
        self.write("announce-list".as_bytes(), has_list.then_some(list))
            .change("announce", first.map(BencodeMut::new_bytes))
    }

    fn write_urls(self, key: &str, urls: impl Fn(&Self) -> &[String]) -> Self {
        let bad = urls(&self).iter().find(|url| !tracker::is_web_seed(url));
        if let Some(url) = bad {
            let error = EditError::InvalidValue {
                key: key.to_owned(),
                value: url.clone(),
                expected: "an address without control characters",
            };
            return self.fail(error);
        }
        let list = (!urls(&self).is_empty()).then(|| text_list(urls(&self)).encode());
        self.write(key.as_bytes(), list)
    }

    fn write_nodes(self) -> Self {
        let is_node = |(host, port): &(String, u16)| *port != 0 && host::is_host(host);
        if let Some((host, port)) = self.nodes.iter().find(|node| !is_node(node)) {
            let error = EditError::InvalidValue {
                key: "nodes".to_owned(),
                value: format!("{host}:{port}"),
                expected: "a host and a port other than 0",
            };
            return self.fail(error);
        }
        let mut out = Vec::new();
        Encoder::new(&mut out).list(|list| {
            for (host, port) in &self.nodes {
                list.list(|node| {
                    node.bytes(host);
                    node.int(*port);
                });
            }
        });
        let is_empty = self.nodes.is_empty();
        self.write(b"nodes", (!is_empty).then_some(out))
    }

    fn text(self, key: &str, text: Option<&str>) -> Self {
        self.remove(format!("{key}.utf-8"))
            .change(key, text.map(BencodeMut::new_bytes))
    }

    fn list(self, key: &str, items: Vec<BencodeMut<'_>>) -> Self {
        let is_empty = items.is_empty();
        let list: BencodeMut<'_> = items.into_iter().collect();
        self.change(key, (!is_empty).then_some(list))
    }

    fn change(self, key: &str, value: Option<BencodeMut<'_>>) -> Self {
        self.write(key.as_bytes(), value.map(|value| value.encode()))
    }

    fn write(mut self, key: &[u8], value: Option<Vec<u8>>) -> Self {
        if key == b"info" {
            return self.fail(EditError::InfoKey);
        }
        self.changes.insert(key.to_vec(), value);
        self
    }

    fn fail(mut self, error: EditError) -> Self {
        self.error.get_or_insert(error);
        self
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn text_list(items: &[String]) -> BencodeMut<'_> {
    let items = items
        .iter()
        .map(|item| BencodeMut::new_bytes(item.as_str()));
    items.collect()
}
