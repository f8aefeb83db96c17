//! The folders and files of one torrent, so that no two of them meet on any file system.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::component::split_extension;
use super::fold::fold;

/// A folder in the tree; zero is the torrent's own.
pub(crate) type Folder = u32;

/// All names of a torrent, folded. It grows with the components given, not with the lengths of whole paths.
///
/// All folders are entered before the first file is claimed: a file makes room for a folder, never the reverse, for
/// a folder's name is part of many paths.
#[derive(Debug, Default)]
pub(crate) struct NameTree {
    folders: BTreeMap<(Folder, Box<str>), Folder>,
    files: BTreeSet<(Folder, Box<str>)>,
    tries_left: usize,
}

/// More new names were tried than allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl NameTree {
    /// An empty tree in which [`claim`](Self::claim) tries at most `tries` new names, all files together.
    pub(crate) fn new(tries: usize) -> Self {
        Self {
            tries_left: tries,
            ..Self::default()
        }
    }

    /// The folder of this path, entered if it is new.
    pub(crate) fn enter<'a>(&mut self, path: impl IntoIterator<Item = &'a str>) -> Folder {
        let mut folder = 0;
        for name in path {
            let next = self.folders.len() as Folder + 1;
            folder = *self
                .folders
                .entry((folder, fold(name).into()))
                .or_insert(next);
        }
        folder
    }

    /// Takes `name` in `folder`, or the first free `name.1`, `name.2`… before its extension; `Some` is the new name.
    pub(crate) fn claim(&mut self, folder: Folder, name: &str) -> Result<Option<String>, Full> {
        if self.take(folder, name) {
            return Ok(None);
        }
        self.rename(folder, name, 1).map(Some)
    }

    /// Like [`claim`](Self::claim) for a pad file, of which many bear one name: numbers begin at `number`, which is
    /// another one for each pad file, and the first try is free.
    pub(crate) fn claim_pad(
        &mut self,
        folder: Folder,
        name: &str,
        number: usize,
    ) -> Result<Option<String>, Full> {
        if self.take(folder, name) {
            return Ok(None);
        }
        self.tries_left = self.tries_left.saturating_add(1);
        self.rename(folder, name, number).map(Some)
    }

    fn rename(&mut self, folder: Folder, name: &str, first: usize) -> Result<String, Full> {
        let (stem, extension) = split_extension(name);
        let mut renamed = String::new();
        for number in first.. {
            self.tries_left = self.tries_left.checked_sub(1).ok_or(Full)?;
            renamed.clear();
            let _ = write!(renamed, "{stem}.{number}{extension}");
            if self.take(folder, &renamed) {
                break;
            }
        }
        Ok(renamed)
    }

    fn take(&mut self, folder: Folder, name: &str) -> bool {
        let key = (folder, fold(name).into());
        !self.folders.contains_key(&key) && self.files.insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) {
        let mut tree = NameTree::new(500);
        let folders: Vec<_> = files
            .iter()
            .map(|(path, _)| {
                tree.enter(
                    path.split('/')
                        .rev()
                        .skip(1)
                        .collect::<Vec<_>>()
                        .into_iter()
                        .rev(),
                )
            })
            .collect();
        for ((path, expect), folder) in files.iter().zip(folders) {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            let name = tree.claim(folder, name).unwrap().unwrap_or(name.to_owned());
            let got = if parent.is_empty() {
                name
            } else {
                format!("{parent}/{name}")
            };
            assert_eq!(got, *expect);
        }
    }

    #[test]
    fn files_of_one_name_are_numbered_before_their_extension() {
        check(&[
            ("t.txt", "t.txt"),
            ("T.txt", "T.1.txt"),
            ("t.TXT", "t.2.TXT"),
            ("t/t.txt", "t/t.txt"),
            ("t.1.txt", "t.1.1.txt"),
        ]);
        check(&[
            (".x", ".x"),
            (".X", ".X.1"),
            ("\u{e9}", "\u{e9}"),
            ("e\u{301}", "e\u{301}.1"),
        ]);
    }

    #[test]
    fn a_file_makes_room_for_a_folder() {
        check(&[("a", "a.1"), ("a/b", "a/b")]);
        check(&[("A/b", "A/b"), ("a/B", "a/B.1"), ("a", "a.1"), ("A", "A.2")]);
    }

    #[test]
    fn new_names_are_tried_up_to_the_limit_and_not_one_past_it() {
        let claims = |tries, files: usize| {
            let mut tree = NameTree::new(tries);
            (0..files).try_for_each(|_| tree.claim(0, "a").map(|_| ()))
        };
        assert_eq!(claims(6, 4), Ok(()));
        assert_eq!(claims(5, 4), Err(Full));
    }

    #[test]
    fn the_first_new_name_of_a_pad_file_is_free() {
        let mut tree = NameTree::new(0);
        for number in 0..1000 {
            tree.claim_pad(0, "16384", number).unwrap();
        }
        tree.enter([]);
        let mut tree = NameTree::new(0);
        tree.enter(["p"]);
        tree.enter(["p.7"]);
        assert_eq!(tree.claim_pad(0, "p", 7), Err(Full));
    }
}
