use crate::metainfo::Metainfo;

use super::Magnet;

impl Metainfo {
    /// A link that finds this torrent: its info-hashes, name, length without pad files, trackers and web seeds
    /// ([`url_list`](Self::url_list)).
    #[must_use]
    pub fn magnet(&self) -> Magnet {
        let info = self.info();
        let length = info
            .files()
            .iter()
            .filter(|file| !file.is_pad())
            .map(|file| file.length())
            .sum();
        let link = match (info.info_hash_v1(), info.info_hash_v2()) {
            (None, Some(v2)) => Magnet::new_v2(v2),
            (Some(v1), Some(v2)) => Magnet::new(v1).with_info_hash_v2(v2),
            (_, None) => Magnet::new(info.info_hash()),
        };
        let link = link.with_name(info.name()).with_length(length);
        let link = self
            .trackers()
            .iter()
            .flatten()
            .fold(link, |link, url| link.with_tracker(url));
        self.url_list()
            .iter()
            .fold(link, |link, url| link.with_web_seed(url))
    }
}
