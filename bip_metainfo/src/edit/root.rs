//! A whole torrent file with changes made to it.

use bip_bencode::Document;

use super::error::EditError;
use super::splice::{Changes, splice_value};
use crate::decode::decode;
use crate::limits::LoadLimits;
use crate::metainfo::Metainfo;
use crate::warning::Warnings;

/// Decodes bytes of a torrent that was loaded: within whatever limits that was, it needs no others.
pub(super) fn decode_again(bytes: &[u8]) -> Result<Document<'_>, EditError> {
    let limits = LoadLimits::of_what_was_loaded();
    Ok(decode(bytes, &limits, &mut Warnings::default())?)
}

/// The whole file with keys of its outermost dictionary changed.
pub(super) fn change_root(torrent: &Metainfo, changes: &Changes) -> Result<Vec<u8>, EditError> {
    let bytes = torrent.raw();
    let document = decode_again(bytes)?;
    let root = document.root();
    let mut out = splice_value(root, changes);
    out.extend_from_slice(&bytes[root.raw().len()..]);
    Ok(out)
}

/// The whole file with one pair set in a dictionary of its outermost one, which is made where there is none.
#[cfg(feature = "sign")]
pub(crate) fn splice_in_root(
    torrent: &Metainfo,
    key: &[u8],
    inner_key: &[u8],
    value: Vec<u8>,
) -> Result<Vec<u8>, EditError> {
    let document = decode_again(torrent.raw())?;
    let inner = document
        .root()
        .dict()
        .and_then(|root| root.get(key)?.dict());
    let inner = match inner {
        Some(inner) => {
            let change = Changes::from([(inner_key.to_vec(), Some(value))]);
            splice_value(inner.value(), &change)
        }
        None => {
            let length = format!("d{}:", inner_key.len());
            [length.as_bytes(), inner_key, &value, b"e"].concat()
        }
    };
    change_root(torrent, &Changes::from([(key.to_vec(), Some(inner))]))
}
