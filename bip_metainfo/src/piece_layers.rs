//! The `piece layers` that stand beside an info dictionary of version 2 (BEP 52).

use bip_bencode::{BencodeRef, DictRef};

use crate::error::MetainfoError;
use crate::file::File;
use crate::hex::Hex;
use crate::limits::LoadLimits;
use crate::merkle;
use crate::section::content_span;

/// What a hash takes in a layer.
const HASH_LENGTH: usize = 32;

/// For each file, where in the input its layer begins; zero, where nothing but the torrent itself begins, for none.
pub(crate) type LayerOffsets = Box<[usize]>;

/// Whether a file has an entry of its own: in a smaller one, the root is the hash of its only piece.
pub(crate) fn needs_layer(file: &File, piece_length: u32) -> bool {
    file.pieces_root.is_some() && file.length > u64::from(piece_length)
}

/// Reads and checks all layers. Every entry must be the whole layer of some file; files may lack theirs.
pub(crate) fn read(
    layers: DictRef<'_, '_>,
    files: &[File],
    piece_length: u32,
    limits: &LoadLimits,
) -> Result<LayerOffsets, MetainfoError> {
    let layer = merkle::piece_layer_of(piece_length).unwrap_or(0);
    let wanted = Wanted::new(files, piece_length);
    let mut offsets = vec![0; files.len()];
    let mut hashes_left = limits.max_layer_hashes;
    for (key, value) in layers.iter() {
        let fault = |reason| fault(key, reason);
        let (at, hashes) = read_hashes(key, value)?;
        hashes_left =
            hashes_left
                .checked_sub(hashes.len())
                .ok_or(MetainfoError::TooManyLayerHashes {
                    limit: limits.max_layer_hashes,
                })?;
        let owners = wanted.owners(key);
        let Some((root, first)) = owners.first().copied() else {
            return Err(fault("is of no file that needs one"));
        };
        if offsets[first] != 0 {
            return Err(fault("is there twice"));
        }
        for (_, file) in owners {
            let pieces = files[*file].length.div_ceil(u64::from(piece_length));
            if pieces != hashes.len() as u64 {
                return Err(fault("has not one hash for each piece"));
            }
            offsets[*file] = at;
        }
        if merkle::root(hashes, layer) != *root {
            return Err(fault("does not have that root"));
        }
    }
    Ok(offsets.into())
}

/// The value's place in the input, and its hashes.
fn read_hashes<'a>(
    key: &[u8],
    value: BencodeRef<'a, '_>,
) -> Result<(usize, &'a [merkle::Hash]), MetainfoError> {
    let bytes = value
        .bytes()
        .ok_or_else(|| fault(key, "is not a byte string"))?;
    let (hashes, rest) = bytes.as_chunks::<HASH_LENGTH>();
    if !rest.is_empty() {
        return Err(fault(key, "is not a row of 32-byte hashes"));
    }
    let span = content_span(value).unwrap_or_default();
    Ok((span.start, hashes))
}

/// The files that need a layer, by their roots.
struct Wanted<'a>(Vec<(&'a merkle::Hash, usize)>);

impl<'a> Wanted<'a> {
    fn new(files: &'a [File], piece_length: u32) -> Self {
        let files = files.iter().enumerate();
        let mut wanted: Vec<_> = files
            .filter(|(_, file)| needs_layer(file, piece_length))
            .filter_map(|(index, file)| Some((file.pieces_root.as_deref()?, index)))
            .collect();
        wanted.sort_unstable();
        Self(wanted)
    }

    /// All files of this root: those of the same content share one layer.
    fn owners(&self, root: &[u8]) -> &[(&'a merkle::Hash, usize)] {
        let begin = self.0.partition_point(|(other, _)| other.as_slice() < root);
        let rest = self.0.get(begin..).unwrap_or_default();
        let length = rest.partition_point(|(other, _)| other.as_slice() == root);
        rest.get(..length).unwrap_or_default()
    }
}

fn fault(key: &[u8], reason: &'static str) -> MetainfoError {
    let root = Hex(&key[..key.len().min(HASH_LENGTH)]).to_string();
    MetainfoError::PieceLayer { root, reason }
}
