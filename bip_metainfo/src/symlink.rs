//! Where symbolic links point (BEP 47, "Symlinks").

use bip_bencode::BencodeRef;

use crate::error::MetainfoError;
use crate::load_options::LoadOptions;
use crate::path::{NOTHING_LEFT, PathChanges, sanitize};
use crate::section::{LIST, Section};

/// The target below `folder`, made safe; `None` where the value is no path.
pub(crate) fn read(
    section: &mut Section<'_, '_, '_>,
    value: BencodeRef<'_, '_>,
    folder: &str,
    options: &LoadOptions,
) -> Result<Option<Box<str>>, MetainfoError> {
    let raw: Option<Vec<&[u8]>> = value
        .list()
        .and_then(|list| list.iter().map(|component| component.bytes()).collect());
    let raw = match raw {
        Some(raw) if !raw.is_empty() && raw.len() <= options.limits.max_directory_depth => raw,
        _ => {
            section.ignored("symlink path", LIST);
            return Ok(None);
        }
    };
    if escapes(&raw) {
        return Err(MetainfoError::SymlinkEscapes {
            key: section.key("symlink path"),
        });
    }
    let mut target = vec![folder.into()];
    for component in raw {
        match component {
            b"." => {}
            // Never the folder itself, or the link would have escaped.
            b".." => target.truncate(target.len().saturating_sub(1).max(1)),
            _ => target.push(
                sanitize(component, options.paths, &mut PathChanges::default())
                    .unwrap_or(NOTHING_LEFT.into()),
            ),
        }
    }
    Ok(Some(target.join("/").into()))
}

/// Whether a path that is relative to the torrent's folder leads out of it on any system, before it is made safe.
fn escapes(path: &[&[u8]]) -> bool {
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    if path
        .first()
        .and_then(|first| first.first())
        .is_some_and(is_separator)
    {
        return true;
    }
    let mut depth = 0usize;
    for part in path
        .iter()
        .flat_map(|component| component.split(is_separator))
    {
        match part {
            b"" | b"." => {}
            b".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_out_of_the_folder_is_known() {
        let check = |path: &[&[u8]], expect| assert_eq!(escapes(path), expect, "{path:?}");
        check(&[b"a", b"b"], false);
        check(&[b"a", b".."], false);
        check(&[b"a", b"..", b"b"], false);
        check(&[b"..."], false);
        check(&[b"a", b"/", b"b"], false);
        check(&[b".."], true);
        check(&[b"a", b"..", b".."], true);
        check(&[b"a", b"../.."], true);
        check(&[b"a/../../b"], true);
        check(&[b"a\\..\\..\\b"], true);
        check(&[b".", b".."], true);
        check(&[b"/etc", b"passwd"], true);
        check(&[b"\\\\host\\c$"], true);
    }
}
