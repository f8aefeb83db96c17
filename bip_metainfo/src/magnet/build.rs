//! Making a link by hand. What is given is cleaned as what is read is, so that a link made says the same once read.

use crate::host;
use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;
use crate::tracker;

use super::parameter::{is_known, is_salt};
use super::topic::{Source, Topic};
use super::{FileSelection, Magnet, Mutable, Said};

impl Magnet {
    /// A link that holds nothing but an info-hash of version 1.
    #[must_use]
    pub fn new(info_hash: InfoHash) -> Self {
        Self::saying(Said::default()).with_info_hash_v1(info_hash)
    }

    /// A link that holds nothing but an info-hash of version 2.
    #[must_use]
    pub fn new_v2(info_hash: InfoHashV2) -> Self {
        Self::saying(Said::default()).with_info_hash_v2(info_hash)
    }

    /// A link to a torrent that changes (BEP 46): to whatever info-hash the DHT has under this Ed25519 key and salt. An
    /// empty salt is none.
    #[must_use]
    pub fn new_mutable(public_key: [u8; 32], salt: &[u8]) -> Self {
        Self::saying(Said::default()).with_public_key(public_key, salt)
    }

    pub(super) fn saying(said: Said) -> Self {
        Self {
            said,
            warnings: Box::default(),
        }
    }

    /// Sets the version 1 info-hash (`xt=urn:btih:`).
    #[must_use]
    pub fn with_info_hash_v1(mut self, info_hash: InfoHash) -> Self {
        self.said.v1 = Some(info_hash);
        self
    }

    /// Sets the version 2 info-hash (`xt=urn:btmh:1220`).
    #[must_use]
    pub fn with_info_hash_v2(mut self, info_hash: InfoHashV2) -> Self {
        self.said.v2 = Some(info_hash);
        self
    }

    /// Sets the public key (`xs=urn:btpk:`) and the salt that goes with it (`s`, none where it is empty), as in
    /// [`new_mutable`](Self::new_mutable).
    #[must_use]
    pub fn with_public_key(mut self, public_key: [u8; 32], salt: &[u8]) -> Self {
        // Without a key `s` had no meaning, and now would have another one.
        self.said.other.retain(|(name, _)| !is_salt(name));
        self.said.mutable = Some(Mutable {
            public_key,
            salt: salt.to_owned(),
        });
        self
    }

    /// Adds an exact topic of another network (`xt`). One that is empty or of BitTorrent is left out.
    #[must_use]
    pub fn with_other_topic(mut self, topic: &str) -> Self {
        if !topic.is_empty() && matches!(Topic::parse(topic), Some(Topic::Other)) {
            self.said.other_topics.push(topic.to_owned());
        }
        self
    }

    /// Sets the name to show (`dn`). An empty one is none.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.said.name = Some(name.to_owned()).filter(|name| !name.is_empty());
        self
    }

    /// Sets the bytes of all files together (`xl`).
    #[must_use]
    pub fn with_length(mut self, bytes: u64) -> Self {
        self.said.length = Some(bytes);
        self
    }

    /// Adds a tracker's address (`tr`), without the white space around it. One that is empty, or has white space or
    /// control characters within, is left out.
    #[must_use]
    pub fn with_tracker(mut self, url: &str) -> Self {
        let url = tracker::clean(url).map(str::to_owned);
        self.said.trackers.extend(url);
        self
    }

    /// Takes all trackers away.
    #[must_use]
    pub fn without_trackers(mut self) -> Self {
        self.said.trackers.clear();
        self
    }

    /// Adds a web seed (`ws`). One that is not `http:` or `https:`, or that [`with_tracker`](Self::with_tracker) would
    /// leave out, is left out.
    #[must_use]
    pub fn with_web_seed(mut self, url: &str) -> Self {
        let url = tracker::clean(url).filter(|url| is_http(url));
        self.said.web_seeds.extend(url.map(str::to_owned));
        self
    }

    /// Adds an exact source (`xs`), cleaned as in [`with_tracker`](Self::with_tracker). A public key (`urn:btpk:`) is
    /// taken for the link's where it has none; a malformed one is left out.
    #[must_use]
    pub fn with_exact_source(mut self, source: &str) -> Self {
        let Some(source) = tracker::clean(source) else {
            return self;
        };
        match Source::parse(source) {
            Some(Source::PublicKey(key)) if self.said.mutable.is_none() => {
                self.with_public_key(key, &[])
            }
            Some(_) => {
                self.said.exact_sources.push(source.to_owned());
                self
            }
            None => self,
        }
    }

    /// Adds an acceptable source (`as`), cleaned as in [`with_tracker`](Self::with_tracker).
    #[must_use]
    pub fn with_acceptable_source(mut self, url: &str) -> Self {
        let url = tracker::clean(url).map(str::to_owned);
        self.said.acceptable_sources.extend(url);
        self
    }

    /// Adds the words of `text` to search by (`kt`), which white space divides.
    #[must_use]
    pub fn with_keywords(mut self, text: &str) -> Self {
        let words = text.split_whitespace().map(str::to_owned);
        self.said.keywords.extend(words);
        self
    }

    /// Adds a peer (`x.pe`): `name:port`, `ipv4:port` or `[ipv6]:port`. Anything else, port 0 too, is left out.
    #[must_use]
    pub fn with_peer(mut self, host_and_port: &str) -> Self {
        if host::check_host_and_port(host_and_port).is_ok() {
            self.said.peers.push(host_and_port.to_owned());
        }
        self
    }

    /// Sets the files to download (`so`, BEP 53). An empty selection is none, which asks for all files.
    #[must_use]
    pub fn with_select_only(mut self, selection: FileSelection) -> Self {
        self.said.select_only = Some(selection).filter(|selection| !selection.is_empty());
        self
    }

    /// Adds any other parameter. One whose name has a meaning here, with or without a number, is left out: it has a
    /// method of its own.
    #[must_use]
    pub fn with_other(mut self, name: &str, value: &str) -> Self {
        if !is_known(name) {
            let value = value.as_bytes().to_owned();
            self.said.other.push((name.to_owned(), value));
        }
        self
    }
}

/// Only these can be asked for pieces.
pub(super) fn is_http(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.split_at_checked(scheme.len())
            .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(scheme) && !rest.is_empty())
    })
}
