use std::fs;
use std::path::Path;

use bip_dht::SecretKey;

use super::failure::Failure;
use super::key::hex;

/// Reads a secret key: the 64 hex digits of its seed, or the 128 of an expanded key, as libtorrent's tools write it.
pub(super) fn read(path: &Path) -> Result<SecretKey, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read {
        path: path.to_owned(),
        source,
    })?;
    let text = text.trim();
    let of_seed = || Some(SecretKey::from_seed(&hex(text)?));
    let of_expanded = || Some(SecretKey::from_expanded(&hex(text)?));
    of_seed()
        .or_else(of_expanded)
        .ok_or_else(|| Failure::NoKey {
            path: path.to_owned(),
        })
}
