//! Where the files of a torrent should be.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::fault::FileFault;
use crate::file::File;

/// Which symbolic links below the folder are followed. That folder itself may always be one.
///
/// Links are looked at before the content is read: whoever puts one there meanwhile gets what it leads to read, and told
/// whether that is what the torrent describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "none, some, all")]
pub enum LinkPolicy {
    /// None.
    Never,
    /// Those that lead to a place below the folder.
    #[default]
    Inside,
    /// All.
    Anywhere,
}

/// Where files are looked for.
#[derive(Debug, Clone)]
pub(super) struct Place {
    root: PathBuf,
    /// Whether the torrent's name is a folder below the root, not the root itself.
    has_name: bool,
    pub(super) links: LinkPolicy,
    pub(super) moved: BTreeMap<usize, PathBuf>,
}

impl Place {
    pub(super) fn new(root: &Path, has_name: bool) -> Self {
        Self {
            root: root.to_owned(),
            has_name,
            links: LinkPolicy::default(),
            moved: BTreeMap::new(),
        }
    }

    /// The path below the root, nothing for the root itself.
    pub(super) fn relative<'i>(&self, path: &'i str) -> &'i str {
        match self.has_name {
            true => path,
            false => path.split_once('/').map_or("", |(_, below)| below),
        }
    }

    /// Whether this folder, relative to the root, belongs to the torrent alone.
    pub(super) fn is_of_torrent(&self, folder: &str) -> bool {
        !self.has_name || !folder.is_empty()
    }

    pub(super) fn below(&self, relative: &str) -> PathBuf {
        match relative {
            "" => self.root.clone(),
            _ => self.root.join(relative),
        }
    }

    pub(super) fn path(&self, index: usize, file: &File) -> PathBuf {
        match self.moved.get(&index) {
            Some(path) => path.clone(),
            None => self.below(self.relative(&file.path)),
        }
    }
}

/// What is at the place of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    There,
    Missing,
    BehindLink,
    Unreadable(ErrorKind),
}

impl Folder {
    fn fault(self) -> Option<FileFault> {
        match self {
            Self::There => None,
            Self::Missing => Some(FileFault::Missing),
            Self::BehindLink => Some(FileFault::BehindLink),
            Self::Unreadable(kind) => Some(unreadable(kind.into())),
        }
    }
}

/// Looks at files; at each folder that they are in only once.
pub(super) struct Lookout<'a> {
    place: &'a Place,
    /// The root without any link, where there is one.
    real_root: Option<PathBuf>,
    pub(super) folders: HashMap<&'a str, Folder>,
}

impl<'a> Lookout<'a> {
    pub(super) fn new(place: &'a Place) -> Self {
        Self {
            place,
            real_root: fs::canonicalize(&place.root).ok(),
            folders: HashMap::new(),
        }
    }

    /// What is wrong with a file that is no pad file.
    pub(super) fn fault(&mut self, index: usize, file: &'a File) -> Option<FileFault> {
        let path = self.place.path(index, file);
        let relative = self.place.relative(&file.path);
        let is_given = self.place.moved.contains_key(&index) || relative.is_empty();
        if !is_given && let Some(fault) = self.folder(parent(relative)?).fault() {
            return Some(fault);
        }
        if file.is_symlink() {
            return self.link_fault(&path, file);
        }
        let looked = match is_given {
            true => fs::metadata(&path),
            false => match self.look(&path) {
                Ok(Some(metadata)) => Ok(metadata),
                Ok(None) => return Some(FileFault::BehindLink),
                Err(error) => Err(error),
            },
        };
        match looked {
            Ok(metadata) if metadata.is_file() => length_fault(metadata.len(), file.length),
            Ok(_) => Some(FileFault::NotAFile),
            Err(error) if is_missing(&error) => Some(FileFault::Missing),
            Err(error) => Some(unreadable(error)),
        }
    }

    /// Looks at a folder below the root, and before that at those it is in.
    pub(super) fn folder(&mut self, relative: &'a str) -> Folder {
        let mut known = None;
        let mut unknown = Vec::new();
        let mut at = Some(relative);
        while let Some(folder) = at {
            known = self.folders.get(folder).copied();
            if known.is_some() {
                break;
            }
            unknown.push(folder);
            at = parent(folder);
        }
        let mut state = known.unwrap_or(Folder::There);
        for folder in unknown.into_iter().rev() {
            if state == Folder::There {
                state = self.look_at_folder(folder);
            }
            self.folders.insert(folder, state);
        }
        state
    }

    fn look_at_folder(&self, relative: &str) -> Folder {
        let path = self.place.below(relative);
        let looked = match relative {
            "" => fs::metadata(&path).map(Some),
            _ => self.look(&path),
        };
        match looked {
            Ok(None) => Folder::BehindLink,
            Ok(Some(metadata)) if metadata.is_dir() => Folder::There,
            Ok(Some(_)) => Folder::Missing,
            Err(error) if is_missing(&error) => Folder::Missing,
            Err(error) => Folder::Unreadable(error.kind()),
        }
    }

    /// What the path leads to; nothing, where a link leads where none is followed.
    fn look(&self, path: &Path) -> io::Result<Option<Metadata>> {
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_symlink() {
            return Ok(Some(metadata));
        }
        let is_followed = match self.place.links {
            LinkPolicy::Never => false,
            LinkPolicy::Anywhere => true,
            LinkPolicy::Inside => {
                let target = fs::canonicalize(path)?;
                let root = self.real_root.as_deref();
                root.is_some_and(|root| target.starts_with(root))
            }
        };
        is_followed.then(|| fs::metadata(path)).transpose()
    }

    fn link_fault(&self, path: &Path, file: &File) -> Option<FileFault> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => {}
            Ok(_) => return Some(FileFault::NotALink),
            Err(error) if is_missing(&error) => return Some(FileFault::Missing),
            Err(error) => return Some(unreadable(error)),
        }
        let found = match fs::read_link(path) {
            Ok(found) => found,
            Err(error) => return Some(unreadable(error)),
        };
        // The torrent does not tell where it points to.
        let expected = file.symlink_path()?.to_str()?;
        let expected = self.place.below(self.place.relative(expected));
        let absolute = path.parent().unwrap_or(path).join(&found);
        let is_same = plain(&absolute) == plain(&expected)
            || self.real_root.as_deref().is_some_and(|root| {
                let relative = expected.strip_prefix(&self.place.root);
                relative.is_ok_and(|relative| plain(&absolute) == plain(&root.join(relative)))
            });
        (!is_same).then_some(FileFault::OtherTarget { found })
    }
}

/// The folder that something below the root is in.
pub(super) fn parent(relative: &str) -> Option<&str> {
    if relative.is_empty() {
        return None;
    }
    Some(relative.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn length_fault(found: u64, expected: u64) -> Option<FileFault> {
    if found < expected {
        let missing = expected - found;
        return Some(FileFault::TooShort { missing });
    }
    let surplus = found - expected;
    (surplus > 0).then_some(FileFault::TooLong { surplus })
}

/// Nothing of this name, or something in the way is no folder.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn unreadable(source: io::Error) -> FileFault {
    FileFault::Unreadable { offset: 0, source }
}

/// The path without `.` and `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            _ => plain.push(component),
        }
    }
    plain
}
