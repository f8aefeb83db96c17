//! The files of a new torrent in their order, checked.

use super::error::CreateError;
use super::source_file::SourceFile;
use crate::error::MetainfoError;
use crate::limits::LoadLimits;

/// Files sorted by the bytes of their paths' components: as the tree of version 2 has them, and the same on any machine.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    pub(super) name: &'a [u8],
    pub(super) files: &'a [SourceFile],
    /// Indices of `files`.
    pub(super) order: Vec<usize>,
    pub(super) is_folder: bool,
    /// Bytes of all files.
    pub(super) content_length: u64,
}

impl<'a> Listing<'a> {
    pub(super) fn new(
        name: &'a [u8],
        files: &'a [SourceFile],
        limits: &LoadLimits,
    ) -> Result<Self, CreateError> {
        if let Some(reason) = fault(name) {
            return Err(invalid(String::from_utf8_lossy(name).into_owned(), reason));
        }
        for file in files {
            check_file(name, file, files.len(), limits)?;
        }
        let mut order: Vec<_> = (0..files.len()).collect();
        order.sort_by(|one, other| files[*one].path.cmp(&files[*other].path));
        for pair in order.windows(2) {
            // Whatever is below a path follows it at once.
            let (one, other) = (&files[pair[0]], &files[pair[1]]);
            if other.path.starts_with(&one.path) {
                return Err(invalid(other.shown(name), "is there twice, or in a file"));
            }
        }
        let total = files
            .iter()
            .try_fold(0u64, |total, file| total.checked_add(file.length));
        let limit = limits.max_total_length;
        let content_length = total
            .filter(|total| *total <= limit)
            .ok_or(MetainfoError::TotalTooLong { limit })?;
        if content_length == 0 {
            return Err(MetainfoError::NoContent.into());
        }
        Ok(Self {
            name,
            files,
            order,
            is_folder: files.iter().all(|file| !file.path.is_empty()),
            content_length,
        })
    }

    /// The path for people.
    pub(super) fn shown(&self, file: usize) -> String {
        self.files
            .get(file)
            .map_or_else(String::new, |file| file.shown(self.name))
    }
}

fn check_file(
    name: &[u8],
    file: &SourceFile,
    count: usize,
    limits: &LoadLimits,
) -> Result<(), CreateError> {
    let (depth, limit) = (file.path.len(), limits.max_directory_depth);
    let reason = match &file.symlink {
        _ if depth == 0 && count > 1 => Some("is a file, and a folder of others"),
        _ if depth > limit => Some("is too deep in folders"),
        Some(_) if file.length > 0 => Some("is a link, and has content"),
        Some(target) if target.is_empty() || target.len() > limit => Some("links to no path"),
        _ => file.path.iter().find_map(|component| fault(component)),
    };
    reason.map_or(Ok(()), |reason| Err(invalid(file.shown(name), reason)))
}

/// Why no file can have this name.
fn fault(component: &[u8]) -> Option<&'static str> {
    match component {
        b"" => Some("has an empty name in it"),
        b"." | b".." => Some("has a name of dots in it"),
        _ if component.contains(&b'/') => Some("has a slash in a name"),
        _ if component.contains(&0) => Some("has a zero in a name"),
        _ => None,
    }
}

fn invalid(path: String, reason: &'static str) -> CreateError {
    CreateError::InvalidPath { path, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[SourceFile], expect: Result<&[usize], &str>) {
        let listing = Listing::new(b"top", files, &LoadLimits::default());
        let found = listing
            .map(|listing| listing.order)
            .map_err(|error| error.to_string());
        assert_eq!(
            found,
            expect.map(<[_]>::to_vec).map_err(str::to_owned),
            "{files:?}"
        );
    }

    fn file(path: &str) -> SourceFile {
        SourceFile::new(path.split('/'), 1)
    }

    #[test]
    fn files_are_sorted_by_components() {
        let files = ["b", "a.txt", "a/z", "a/b/c", "A", "a-b", "\u{e9}", "a/b!"].map(file);
        check(&files, Ok(&[4, 3, 7, 2, 5, 1, 0, 6]));
        check(&[SourceFile::only(1)], Ok(&[0]));
    }

    #[test]
    fn paths_that_nobody_can_have_are_refused() {
        check(
            &["a", "b", "a"].map(file),
            Err("top/a is there twice, or in a file"),
        );
        check(
            &["a/b", "a-", "a"].map(file),
            Err("top/a/b is there twice, or in a file"),
        );
        check(&[file("a//b")], Err("top/a//b has an empty name in it"));
        check(&[file("a/..")], Err("top/a/.. has a name of dots in it"));
        check(
            &[SourceFile::new(["a/b"], 1)],
            Err("top/a/b has a slash in a name"),
        );
        check(&[file("a\0")], Err("top/a\0 has a zero in a name"));
        check(
            &[SourceFile::only(1), file("a")],
            Err("top is a file, and a folder of others"),
        );
        let target: [&str; 0] = [];
        check(
            &[file("a"), SourceFile::symlink(["b"], target)],
            Err("top/b links to no path"),
        );
        let error = Listing::new(b"", &[file("a")], &LoadLimits::default()).unwrap_err();
        assert_eq!(error.to_string(), " has an empty name in it");
    }

    #[test]
    fn depth_and_length_are_limited() {
        let deep = |depth| [SourceFile::new(vec!["a"; depth], 1)];
        check(&deep(100), Ok(&[0]));
        let error = format!("top/{} is too deep in folders", vec!["a"; 101].join("/"));
        check(&deep(101), Err(&error));
        let long = |length| [SourceFile::new(["a"], length), SourceFile::new(["b"], 1)];
        check(&long((1 << 48) - 2), Ok(&[0, 1]));
        for length in [(1 << 48) - 1, u64::MAX] {
            let error = "the torrent could not be loaded: the files are longer than 281474976710655 bytes together";
            check(&long(length), Err(error));
        }
        let error =
            "the torrent could not be loaded: all files are empty: there is nothing to transfer";
        check(&[SourceFile::only(0)], Err(error));
        check(&[], Err(error));
    }
}
