//! What stands in a `.torrent` file beside the info dictionary.

use super::builder::MetainfoBuilder;
use super::error::CreateError;
use super::info_builder::check_text;
use crate::host;
use crate::tracker;

/// Keys that follow from the content, or have a setter.
const OWN_KEYS: [&str; 11] = [
    "announce",
    "announce-list",
    "comment",
    "created by",
    "creation date",
    "encoding",
    "httpseeds",
    "info",
    "nodes",
    "piece layers",
    "url-list",
];

impl MetainfoBuilder {
    /// The file: `info`, and what stands beside it.
    pub(super) fn write(&self, info: Vec<u8>, layers: Option<Vec<u8>>) -> Vec<u8> {
        let mut root = self.extra.clone();
        let mut trackers = self.trackers.iter().flatten();
        if let Some(announce) = self.main_tracker.as_ref().or_else(|| trackers.next()) {
            root.bytes("announce", announce);
            let is_all = self.trackers.iter().flatten().eq([announce]);
            if !self.trackers.is_empty() && !is_all {
                root.list("announce-list", |list| {
                    for tier in &self.trackers {
                        list.list(|list| tier.iter().for_each(|url| list.bytes(url)));
                    }
                });
            }
        }
        let texts = [
            ("comment", &self.comment),
            ("created by", &self.created_by),
            ("encoding", &self.encoding),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                root.bytes(key, text);
            }
        }
        if let Some(seconds) = self.creation_date {
            root.int("creation date", seconds);
        }
        root.strings("httpseeds", &self.http_seeds);
        root.strings("url-list", &self.web_seeds);
        if !self.nodes.is_empty() {
            root.list("nodes", |list| {
                for (host, port) in &self.nodes {
                    list.list(|node| {
                        node.bytes(host);
                        node.int(*port);
                    });
                }
            });
        }
        root.raw("info", info);
        if let Some(layers) = layers {
            root.raw("piece layers", layers);
        }
        root.into_bytes()
    }

    pub(super) fn check(&self) -> Result<(), CreateError> {
        self.info.check()?;
        let own = |key: &&[u8]| OWN_KEYS.iter().any(|own| own.as_bytes() == *key);
        if let Some(key) = self.extra.keys().find(own) {
            let key = String::from_utf8_lossy(key).into_owned();
            return Err(CreateError::ReservedKey { key });
        }
        for url in self
            .main_tracker
            .iter()
            .chain(self.trackers.iter().flatten())
        {
            check_text("announce", url, tracker::clean(url) == Some(url))?;
        }
        for url in &self.web_seeds {
            check_text("url-list", url, tracker::is_web_seed(url))?;
        }
        for url in &self.http_seeds {
            check_text("httpseeds", url, tracker::is_web_seed(url))?;
        }
        for (host, port) in &self.nodes {
            let is_node = host::is_host(host) && *port != 0;
            check_text("nodes", &format!("{host}:{port}"), is_node)?;
        }
        Ok(())
    }
}
