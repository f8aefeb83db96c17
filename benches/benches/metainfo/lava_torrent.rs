use lava_torrent::torrent::v1::TorrentBuilder;

use crate::contender::{Contender, Maker};
use crate::content::Content;

pub(crate) fn creators(content: &Content) -> Vec<Contender<'_>> {
    [
        ("lava_torrent, v1, 1 thread", 1),
        ("lava_torrent, v1, 2 threads", 2),
    ]
    .map(|(name, threads)| {
        Contender::new(Maker::Rust, name, move || {
            TorrentBuilder::new(content.path(), i64::from(Content::PIECE_LENGTH))
                .set_num_threads(threads)
                .build()
                .unwrap()
                .encode()
                .unwrap()
        })
    })
    .into()
}
