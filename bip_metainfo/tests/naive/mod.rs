//! Version 2 torrents of real content, made the plain way: every tree with all its padding in place (BEP 52).

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::collections::BTreeMap;

use bip_metainfo::InfoHashV2;

use crate::support::{dict_of, int, list, string};

pub type Hash = [u8; 32];

pub const BLOCK: usize = 16_384;

fn sha256(bytes: &[u8]) -> Hash {
    InfoHashV2::digest(bytes).to_bytes()
}

/// All layers of a file's tree, blocks first, the root last.
pub fn layers(content: &[u8]) -> Vec<Vec<Hash>> {
    let mut row: Vec<Hash> = content.chunks(BLOCK).map(sha256).collect();
    row.resize(row.len().next_power_of_two(), [0; 32]);
    let mut layers = vec![row];
    while let Some(row) = layers.last().filter(|row| row.len() > 1) {
        let above = row.chunks(2).map(|pair| sha256(&pair.concat())).collect();
        layers.push(above);
    }
    layers
}

pub fn root(content: &[u8]) -> Hash {
    layers(content).last().unwrap()[0]
}

/// The layer of one hash for each piece, without what is padding only.
pub fn piece_layer(content: &[u8], piece_length: usize) -> Vec<Hash> {
    let mut layer = layers(content)[(piece_length / BLOCK).ilog2() as usize].clone();
    layer.truncate(content.len().div_ceil(piece_length));
    layer
}

/// A folder, or a file with its properties.
#[derive(Clone, Debug)]
pub enum Node {
    Folder(BTreeMap<Vec<u8>, Node>),
    File(BTreeMap<&'static str, Vec<u8>>),
}

impl Node {
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Folder(nodes) => dict_of(nodes.iter().map(|(name, node)| (name, node.encode()))),
            Self::File(properties) => dict_of([("", dict_of(properties.clone()))]),
        }
    }
}

/// A torrent in the making; everything in it may be replaced.
#[derive(Clone, Debug)]
pub struct V2 {
    pub info: BTreeMap<&'static str, Vec<u8>>,
    pub tree: Node,
    pub layers: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl V2 {
    pub fn new(piece_length: usize, files: &[(&str, Vec<u8>)]) -> Self {
        let mut torrent = Self {
            info: BTreeMap::from([
                ("meta version", int(2)),
                ("name", string("temp")),
                ("piece length", int(piece_length)),
            ]),
            tree: Node::Folder(BTreeMap::new()),
            layers: BTreeMap::new(),
        };
        for (path, content) in files {
            let mut properties = BTreeMap::from([("length", int(content.len()))]);
            if !content.is_empty() {
                properties.insert("pieces root", string(root(content)));
            }
            if content.len() > piece_length {
                let layer = piece_layer(content, piece_length).concat();
                torrent.layers.insert(root(content).to_vec(), string(layer));
            }
            torrent.insert(path, properties);
        }
        torrent
    }

    pub fn insert(&mut self, path: &str, properties: BTreeMap<&'static str, Vec<u8>>) {
        let mut node = &mut self.tree;
        for name in path.split('/') {
            let Node::Folder(nodes) = node else {
                panic!("{path} is below a file")
            };
            let empty = || Node::Folder(BTreeMap::new());
            node = nodes.entry(name.into()).or_insert_with(empty);
        }
        *node = Node::File(properties);
    }

    /// Adds the half of version 1: these files (length, path, attributes), and as many hashes as that makes.
    pub fn with_v1(mut self, piece_length: usize, files: &[(usize, &str, &str)]) -> Self {
        let total: usize = files.iter().map(|(length, ..)| length).sum();
        let entry = |(length, path, attr): &(usize, &str, &str)| {
            dict_of([
                ("attr", string(attr)),
                ("length", int(length)),
                ("path", list(path.split('/').map(string))),
            ])
        };
        let pieces = vec![7; total.div_ceil(piece_length) * 20];
        self.info.insert("files", list(files.iter().map(entry)));
        self.info.insert("pieces", string(pieces));
        self
    }

    pub fn info(&self) -> Vec<u8> {
        let mut info = self.info.clone();
        info.entry("file tree")
            .or_insert_with(|| self.tree.encode());
        dict_of(info)
    }

    pub fn file(&self) -> Vec<u8> {
        dict_of([
            ("info", self.info()),
            ("piece layers", dict_of(self.layers.clone())),
        ])
    }
}
