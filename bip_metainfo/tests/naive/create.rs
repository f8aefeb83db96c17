//! Torrents made the slow way: the whole content in one piece of memory, every tree with all its padding.

use bip_metainfo::{Info, MetaVersion};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A path and the content there.
pub(crate) type NaiveFile = (Vec<Vec<u8>>, Vec<u8>);

/// A root and a piece layer.
pub(crate) type Tree = ([u8; 32], Vec<[u8; 32]>);

/// What a torrent of some files must say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NaiveTorrent {
    /// Path, length, whether a pad file.
    pub(crate) files: Vec<(Vec<Vec<u8>>, u64, bool)>,
    /// SHA-1 of each piece.
    pub(crate) pieces: Vec<[u8; 20]>,
    /// Root and piece layer of each file that is no pad file.
    pub(crate) trees: Vec<Option<Tree>>,
}

impl NaiveTorrent {
    /// Pads stand right before the file that needs them, whether there is to be a version 1 half or not.
    pub(crate) fn make(mut files: Vec<NaiveFile>, piece_length: usize, is_aligned: bool) -> Self {
        files.sort();
        let mut row = Vec::new();
        let mut listed = Vec::new();
        for (path, content) in &files {
            let pad = match row.len() % piece_length {
                over if over > 0 && is_aligned && !content.is_empty() => piece_length - over,
                _ => 0,
            };
            if pad > 0 {
                let path = vec![b".pad".to_vec(), pad.to_string().into_bytes()];
                listed.push((path, pad as u64, true));
                row.extend(vec![0; pad]);
            }
            listed.push((path.clone(), content.len() as u64, false));
            row.extend(content);
        }
        let trees = files.iter().map(|(_, content)| tree(content, piece_length));
        Self {
            files: listed,
            pieces: row
                .chunks(piece_length)
                .map(|piece| Sha1::digest(piece).into())
                .collect(),
            trees: trees.collect(),
        }
    }

    /// What a torrent says.
    pub(crate) fn read(info: &Info) -> Self {
        let path = |file: &bip_metainfo::File| match info.is_single_file() {
            true => Vec::new(),
            false => file.raw_path().map(<[u8]>::to_vec).collect::<Vec<_>>(),
        };
        let listed = info.files().iter().map(|file| {
            // Pad files may be renamed where there are many.
            let path = if file.is_pad() {
                vec![b".pad".to_vec(), file.length().to_string().into_bytes()]
            } else {
                path(file)
            };
            (path, file.length(), file.is_pad())
        });
        let real = info
            .files()
            .iter()
            .enumerate()
            .filter(|(_, file)| !file.is_pad());
        let trees = real.map(|(index, file)| {
            let layer = info.piece_layer(index).unwrap_or_default();
            file.pieces_root().map(|root| (*root, layer.to_vec()))
        });
        Self {
            files: listed.collect(),
            pieces: info.piece_hashes().collect(),
            trees: trees.collect(),
        }
    }

    /// Without what a torrent of this version does not have.
    pub(crate) fn of(mut self, version: MetaVersion) -> Self {
        match version {
            MetaVersion::V1 => self.trees.iter_mut().for_each(|tree| *tree = None),
            MetaVersion::V2 => {
                self.pieces.clear();
                self.files.retain(|(_, _, is_pad)| !is_pad);
                // A folder of nothing but one file is that file in version 2.
                if let [(path, _, _)] = &mut *self.files
                    && path.len() == 1
                {
                    path.clear();
                }
            }
            MetaVersion::Hybrid => {}
        }
        self
    }
}

fn tree(content: &[u8], piece_length: usize) -> Option<Tree> {
    let blocks: Vec<[u8; 32]> = content
        .chunks(16_384)
        .map(|block| Sha256::digest(block).into())
        .collect();
    if blocks.is_empty() {
        return None;
    }
    if content.len() <= piece_length {
        let root = root(&blocks, blocks.len().next_power_of_two());
        return Some((root, vec![root]));
    }
    let pieces = blocks.chunks(piece_length / 16_384);
    let layer: Vec<_> = pieces
        .map(|blocks| root(blocks, piece_length / 16_384))
        .collect();
    let leaves = layer.len().next_power_of_two() * (piece_length / 16_384);
    Some((root(&blocks, leaves), layer))
}

/// The root over so many leaves, of which the last are zeros.
fn root(blocks: &[[u8; 32]], leaves: usize) -> [u8; 32] {
    let mut row = blocks.to_vec();
    row.resize(leaves, [0; 32]);
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| Sha256::digest(pair.concat()).into())
            .collect();
    }
    row[0]
}

/// Bytes that differ from place to place.
pub(crate) fn content(length: usize, seed: u8) -> Vec<u8> {
    let byte = |index: usize| (index.wrapping_mul(2_654_435_761) >> 13) as u8;
    (0..length).map(|index| byte(index) ^ seed).collect()
}
