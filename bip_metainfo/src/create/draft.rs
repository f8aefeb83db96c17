//! A torrent of which all is known but the hashes.

use std::collections::BTreeMap;

use bip_bencode::Encoder;

use super::info_builder::InfoBuilder;
use super::layout::{Entry, Layout};
use super::listing::Listing;
use super::pairs::Pairs;
use super::source_file::SourceFile;
use crate::merkle;
use crate::meta_version::MetaVersion;

/// Stands for a root that is not known yet. Zeros would be refused.
const UNKNOWN_ROOT: merkle::Hash = [1; 32];

/// The hashes of all pieces: those of the versions that the torrent is of.
#[derive(Debug)]
pub(super) struct PieceTable {
    pub(super) sha1: Vec<[u8; 20]>,
    pub(super) sha256: Vec<merkle::Hash>,
}

pub(super) struct Draft<'a> {
    pub(super) builder: &'a InfoBuilder,
    pub(super) listing: &'a Listing<'a>,
    pub(super) layout: Layout,
}

impl Draft<'_> {
    pub(super) fn has_v1(&self) -> bool {
        self.builder.version != MetaVersion::V2
    }

    pub(super) fn has_v2(&self) -> bool {
        self.builder.version != MetaVersion::V1
    }

    /// The info dictionary. Without hashes, one of the same length.
    pub(super) fn info(&self, table: Option<&PieceTable>) -> Vec<u8> {
        let mut info = self.short_info(table);
        if self.has_v1() {
            match table {
                Some(table) => info.bytes("pieces", table.sha1.as_flattened()),
                None => info.bytes("pieces", vec![0; self.layout.piece_count() as usize * 20]),
            }
        }
        info.into_bytes()
    }

    /// `piece layers`, each once, or where they are not known none.
    pub(super) fn layers(&self, table: Option<&PieceTable>) -> Option<Vec<u8>> {
        let mut layers = BTreeMap::new();
        for (file, start) in self.files() {
            if let (Some(table), true) = (table, self.needs_layer(file)) {
                let hashes = self.piece_hashes(table, file, start);
                layers.insert(self.root(Some(table), file, start), hashes);
            }
        }
        let mut pairs = Pairs::default();
        for (root, hashes) in layers {
            let mut value = Vec::with_capacity(hashes.len() * 32 + 10);
            Encoder::new(&mut value).bytes(hashes.as_flattened());
            pairs.raw(root, value);
        }
        self.has_v2().then(|| pairs.into_bytes())
    }

    /// Bytes that the hashes add to a torrent without `pieces`, and with empty `piece layers`: at most, since files of
    /// the same content share their layers.
    pub(super) fn hashes_length(&self) -> u64 {
        let string = |length: u64| length + u64::from(length.checked_ilog10().unwrap_or(0)) + 2;
        let piece_length = u64::from(self.layout.piece_length);
        let mut length = 0;
        if self.has_v1() {
            length += "6:pieces".len() as u64 + string(20 * self.layout.piece_count());
        }
        if self.has_v2() {
            let files = self.files().filter(|(file, _)| self.needs_layer(file));
            let layers = files.map(|(file, _)| string(32 * file.length.div_ceil(piece_length)));
            length += layers.map(|layer| layer + string(32)).sum::<u64>();
        }
        length
    }

    /// The info dictionary without `pieces`.
    pub(super) fn short_info(&self, table: Option<&PieceTable>) -> Pairs {
        let mut info = self.builder.pairs();
        info.bytes("name", self.listing.name);
        info.int("piece length", i64::from(self.layout.piece_length));
        if self.has_v1() {
            self.set_v1_files(&mut info);
        }
        if self.has_v2() {
            info.int("meta version", 2);
            info.raw("file tree", self.file_tree(table));
        }
        info
    }

    fn set_v1_files(&self, info: &mut Pairs) {
        if !self.listing.is_folder {
            for (file, _) in self.files() {
                let attributes = file.attributes();
                if !attributes.is_empty() {
                    info.bytes("attr", attributes);
                }
                info.int("length", file.length as i64);
            }
            return;
        }
        let mut files = vec![b'l'];
        for entry in &self.layout.entries {
            let mut pairs = Pairs::default();
            match entry {
                Entry::Pad { length } => {
                    pairs.bytes("attr", "p");
                    pairs.int("length", *length as i64);
                    pairs.strings("path", [".pad", &length.to_string()]);
                }
                Entry::File { file, .. } => {
                    let file = &self.listing.files[*file];
                    set_properties(&mut pairs, file);
                    pairs.strings("path", &file.path);
                }
            }
            pairs.write(&mut files);
        }
        files.push(b'e');
        info.raw("files", files);
    }

    /// The tree of version 2 (BEP 52, "File tree layout"), which the files are in order for.
    fn file_tree(&self, table: Option<&PieceTable>) -> Vec<u8> {
        let mut out = vec![b'd'];
        let mut open: &[Vec<u8>] = &[];
        let own_name = [self.listing.name.to_vec()];
        for (file, start) in self.files() {
            let path = match &*file.path {
                [] => &own_name,
                path => path,
            };
            let (name, folders) = path.split_last().unwrap_or((&own_name[0], &[]));
            let same = open
                .iter()
                .zip(folders)
                .take_while(|(one, other)| one == other)
                .count();
            out.extend(std::iter::repeat_n(b'e', open.len() - same));
            for folder in &folders[same..] {
                Encoder::new(&mut out).bytes(folder);
                out.push(b'd');
            }
            open = folders;
            Encoder::new(&mut out).bytes(name);
            out.extend_from_slice(b"d0:");
            let mut properties = Pairs::default();
            set_properties(&mut properties, file);
            if file.length > 0 {
                properties.bytes("pieces root", self.root(table, file, start));
            }
            properties.write(&mut out);
            out.push(b'e');
        }
        out.extend(std::iter::repeat_n(b'e', open.len() + 1));
        out
    }

    /// Each file in order, and where it begins.
    fn files(&self) -> impl Iterator<Item = (&SourceFile, u64)> {
        self.layout.entries.iter().filter_map(|entry| match entry {
            Entry::File { file, start } => Some((&self.listing.files[*file], *start)),
            Entry::Pad { .. } => None,
        })
    }

    fn needs_layer(&self, file: &SourceFile) -> bool {
        self.has_v2() && file.length > u64::from(self.layout.piece_length)
    }

    fn piece_hashes<'t>(
        &self,
        table: &'t PieceTable,
        file: &SourceFile,
        start: u64,
    ) -> &'t [merkle::Hash] {
        let piece_length = u64::from(self.layout.piece_length);
        let first = (start / piece_length) as usize;
        let count = file.length.div_ceil(piece_length) as usize;
        &table.sha256[first..first + count]
    }

    fn root(&self, table: Option<&PieceTable>, file: &SourceFile, start: u64) -> merkle::Hash {
        let Some(table) = table else {
            return UNKNOWN_ROOT;
        };
        match self.piece_hashes(table, file, start) {
            [root] => *root,
            hashes => {
                let layer = merkle::piece_layer_of(self.layout.piece_length).unwrap_or(0);
                merkle::root(hashes, layer)
            }
        }
    }
}

/// What both versions say of a file.
fn set_properties(pairs: &mut Pairs, file: &SourceFile) {
    let attributes = file.attributes();
    if !attributes.is_empty() {
        pairs.bytes("attr", attributes);
    }
    pairs.int("length", file.length as i64);
    if let Some(target) = &file.symlink {
        pairs.strings("symlink path", target);
    }
}
