//! The folders and files of one torrent, so that no two of them meet on any file system.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::PathPolicy;
use super::component::split_extension;
use super::fold::fold;

/// A folder in the tree: a number for all spellings of its path. Zero is the torrent's own.
pub(crate) type Folder = u32;

/// All names of a torrent, folded where the policy does. It grows with the components given, not with the lengths of
/// whole paths.
///
/// All folders are entered before the first file is claimed: a file makes room for a folder, never the reverse, for
/// a folder's name is part of many paths.
#[derive(Debug)]
pub(crate) struct NameTree {
    policy: PathPolicy,
    folders: BTreeMap<(Folder, Box<str>), Folder>,
    files: BTreeSet<(Folder, Box<str>)>,
    tries_left: usize,
}

/// A name that is to be compared, and where it is.
pub(crate) type Key<'a> = (Folder, Cow<'a, [u8]>);

/// More new names were tried than allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl NameTree {
    /// An empty tree in which [`claim`](Self::claim) tries at most `tries` new names, all files together.
    pub(crate) fn new(policy: PathPolicy, tries: usize) -> Self {
        Self {
            policy,
            folders: BTreeMap::new(),
            files: BTreeSet::new(),
            tries_left: tries,
        }
    }

    /// The folder of this name in another one, entered if it is new.
    pub(crate) fn enter(&mut self, parent: Folder, name: &str) -> Folder {
        let next = self.folders.len() as Folder + 1;
        let key = (parent, self.key(name).into());
        *self.folders.entry(key).or_insert(next)
    }

    /// Whether a file's [plain](super::is_plain) name comes behind the last one's, if it was given after it.
    #[inline]
    pub(crate) fn follows<'a>(
        &self,
        last: &mut Option<Key<'a>>,
        folder: Folder,
        name: &'a [u8],
    ) -> bool {
        let is_behind = last
            .as_ref()
            .is_none_or(|last| self.compare(borrow(last), (folder, name)).is_lt());
        *last = Some((folder, Cow::Borrowed(name)));
        is_behind
    }

    /// The same of any name.
    pub(crate) fn follows_any<'a>(
        &self,
        last: &mut Option<Key<'a>>,
        folder: Folder,
        name: Cow<'a, str>,
    ) -> bool {
        let name = self.sort_key(name);
        let is_behind = last
            .as_ref()
            .is_none_or(|last| self.compare(borrow(last), (folder, &name)).is_lt());
        *last = Some((folder, name));
        is_behind
    }

    /// Whether no two files, and no file and no folder, have one name. Nearly every torrent is like this, and then
    /// nothing needs to be claimed. `file` gives the folder and the name of each of `count` files, each of which
    /// [follows](Self::follows) the one before if they are sorted, as creators write them.
    pub(crate) fn is_free_of_clashes<'a>(
        &self,
        count: usize,
        is_sorted: bool,
        file: impl Fn(usize) -> (Folder, &'a str),
    ) -> bool {
        let key = |index| {
            let (folder, name) = file(index);
            (folder, self.sort_key(name.into()))
        };
        let folders = self
            .folders
            .keys()
            .map(|(parent, name)| (*parent, Cow::Borrowed(name.as_bytes())));
        if is_sorted {
            let is_file = |folder: Key<'_>| {
                let (mut low, mut high) = (0, count);
                while low < high {
                    let middle = low + (high - low) / 2;
                    match self.compare(borrow(&key(middle)), borrow(&folder)) {
                        Ordering::Less => low = middle + 1,
                        Ordering::Equal => return true,
                        Ordering::Greater => high = middle,
                    }
                }
                false
            };
            return !folders.into_iter().any(is_file);
        }
        let mut names: Vec<_> = (0..count).map(key).chain(folders).collect();
        names.sort_by(|one, other| self.compare(borrow(one), borrow(other)));
        names.is_sorted_by(|one, other| self.compare(borrow(one), borrow(other)).is_lt())
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

    fn key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        if self.policy.folds_names() {
            fold(name)
        } else {
            Cow::Borrowed(name)
        }
    }

    /// Like `key`, but leaves ASCII as it is: `compare` folds it.
    fn sort_key<'a>(&self, name: Cow<'a, str>) -> Cow<'a, [u8]> {
        match name {
            name if self.policy.folds_names() && !name.is_ascii() => {
                Cow::Owned(fold(&name).into_owned().into_bytes())
            }
            Cow::Borrowed(name) => Cow::Borrowed(name.as_bytes()),
            Cow::Owned(name) => Cow::Owned(name.into_bytes()),
        }
    }

    #[inline]
    fn compare(&self, one: (Folder, &[u8]), other: (Folder, &[u8])) -> Ordering {
        one.0.cmp(&other.0).then_with(|| {
            let (one, other) = (one.1, other.1);
            if !self.policy.folds_names() {
                return one.cmp(other);
            }
            // Neighbours in a sorted list mostly begin alike.
            let mut pairs = one.iter().zip(other);
            let common = pairs.position(|(one, other)| one != other);
            let common = common.unwrap_or(one.len().min(other.len()));
            let [one, other] = [one, other].map(|name| {
                let rest = name.get(common..).unwrap_or_default();
                rest.iter().map(u8::to_ascii_lowercase)
            });
            one.cmp(other)
        })
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
        let key = (folder, self.key(name).into());
        !self.folders.contains_key(&key) && self.files.insert(key)
    }
}

fn borrow<'k>(key: &'k Key<'_>) -> (Folder, &'k [u8]) {
    (key.0, &key.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: PathPolicy, files: &[(&str, &str)]) {
        let mut tree = NameTree::new(policy, 500);
        let folders: Vec<_> = files
            .iter()
            .map(|(path, _)| {
                let parent = path.rsplit_once('/').map(|(parent, _)| parent);
                let parent = parent.into_iter().flat_map(|parent| parent.split('/'));
                parent.fold(0, |folder, name| tree.enter(folder, name))
            })
            .collect();
        let names = files
            .iter()
            .map(|(path, _)| path.rsplit('/').next().unwrap());
        let claims: Vec<_> = folders.iter().copied().zip(names).collect();
        let is_free = files.iter().all(|(path, expect)| path == expect);
        let mut last = None;
        let is_sorted = claims
            .iter()
            .all(|(folder, name)| tree.follows_any(&mut last, *folder, Cow::Borrowed(name)));
        // Sorting them gives the same answer as finding them sorted.
        for is_sorted in [is_sorted, false] {
            assert_eq!(
                tree.is_free_of_clashes(claims.len(), is_sorted, |index| claims[index]),
                is_free
            );
        }
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
        check(
            PathPolicy::Portable,
            &[
                ("t.txt", "t.txt"),
                ("T.txt", "T.1.txt"),
                ("t.TXT", "t.2.TXT"),
                ("t/t.txt", "t/t.txt"),
                ("t.1.txt", "t.1.1.txt"),
            ],
        );
        check(
            PathPolicy::Portable,
            &[
                (".x", ".x"),
                (".X", ".X.1"),
                ("\u{e9}", "\u{e9}"),
                ("e\u{301}", "e\u{301}.1"),
            ],
        );
    }

    #[test]
    fn on_linux_names_are_one_only_when_they_are_the_same() {
        check(
            PathPolicy::Linux,
            &[("a", "a.1"), ("A", "A"), ("a/b", "a/b")],
        );
        check(
            PathPolicy::Linux,
            &[
                ("\u{e9}", "\u{e9}"),
                ("e\u{301}", "e\u{301}"),
                ("B/x", "B/x"),
                ("b", "b"),
            ],
        );
        check(
            PathPolicy::MacOs,
            &[("\u{e9}", "\u{e9}"), ("E\u{301}", "E\u{301}.1")],
        );
        check(PathPolicy::Windows, &[("B/x", "B/x"), ("b", "b.1")]);
    }

    #[test]
    fn a_file_makes_room_for_a_folder() {
        check(PathPolicy::Portable, &[("a", "a.1"), ("a/b", "a/b")]);
        check(
            PathPolicy::Portable,
            &[("A/b", "A/b"), ("a/B", "a/B.1"), ("a", "a.1"), ("A", "A.2")],
        );
    }

    #[test]
    fn new_names_are_tried_up_to_the_limit_and_not_one_past_it() {
        let claims = |tries, files: usize| {
            let mut tree = NameTree::new(PathPolicy::Portable, tries);
            (0..files).try_for_each(|_| tree.claim(0, "a").map(|_| ()))
        };
        assert_eq!(claims(6, 4), Ok(()));
        assert_eq!(claims(5, 4), Err(Full));
    }

    #[test]
    fn the_first_new_name_of_a_pad_file_is_free() {
        let mut tree = NameTree::new(PathPolicy::Portable, 0);
        for number in 0..1000 {
            tree.claim_pad(0, "16384", number).unwrap();
        }
        let mut tree = NameTree::new(PathPolicy::Portable, 0);
        tree.enter(0, "p");
        tree.enter(0, "p.7");
        assert_eq!(tree.claim_pad(0, "p", 7), Err(Full));
    }
}
