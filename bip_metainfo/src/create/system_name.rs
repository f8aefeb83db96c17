//! Names as the system has them.

use std::ffi::OsStr;
use std::path::Path;

use super::access_error::AccessError;
use super::walk::unseen;

/// What file managers leave behind, in lower case.
const JUNK: [&str; 10] = [
    ".ds_store",
    ".directory",
    ".fseventsd",
    ".spotlight-v100",
    ".trashes",
    "$recycle.bin",
    "desktop.ini",
    "ehthumbs.db",
    "system volume information",
    "thumbs.db",
];

pub(super) fn is_junk(name: &[u8]) -> bool {
    name.starts_with(b"._")
        || JUNK
            .iter()
            .any(|junk| name.eq_ignore_ascii_case(junk.as_bytes()))
}

/// What a torrent of this file or folder is called.
pub(super) fn root_name(root: &Path) -> Result<Vec<u8>, AccessError> {
    // A path like `..` has a name only once it is spelled out.
    let real;
    let name = match root.file_name() {
        Some(name) => name,
        None => {
            real = root.canonicalize().map_err(|source| unseen(root, source))?;
            let path = root.to_owned();
            real.file_name().ok_or(AccessError::NoName { path })?
        }
    };
    name_bytes(name, root)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "not all systems have bytes for names"
)]
pub(super) fn name_bytes(name: &OsStr, _: &Path) -> Result<Vec<u8>, AccessError> {
    use std::os::unix::ffi::OsStrExt;
    Ok(name.as_bytes().to_vec())
}

#[cfg(not(unix))]
pub(super) fn name_bytes(name: &OsStr, path: &Path) -> Result<Vec<u8>, AccessError> {
    let path = || path.to_owned();
    let text = name
        .to_str()
        .ok_or_else(|| AccessError::NotUnicode { path: path() })?;
    Ok(text.as_bytes().to_vec())
}
