use std::fmt;
use std::path::Path;

use crate::path::{PathChanges, SharedPath};

/// One file of a torrent, in the order of the pieces (BEP 3, "info dictionary"; BEP 47; BEP 52, "file tree").
///
/// A clone shares the memory of its path, and keeps up to 64 KiB of those of its neighbours.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    pub(crate) path: SharedPath,
    pub(crate) length: u64,
    pub(crate) offset: u64,
    /// What few files have.
    pub(crate) details: Option<Box<Details>>,
    pub(crate) pieces_root: Option<Box<[u8; 32]>>,
    pub(crate) changes: PathChanges,
    pub(crate) attributes: Attributes,
    pub(crate) below_folder: bool,
}

/// What few files have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// Components below the torrent's folder, kept where they differ from those of `path`.
    pub(crate) raw_path: Option<Box<[Box<[u8]>]>>,
    pub(crate) symlink_path: Option<Box<str>>,
    /// Its components below the torrent's folder, kept where they differ.
    pub(crate) raw_symlink_path: Option<Box<[Box<[u8]>]>>,
    pub(crate) md5sum: Option<Box<str>>,
    pub(crate) sha1: Option<[u8; 20]>,
}

impl File {
    /// Bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the file begins in the row of all files, in bytes. Where there are only version 2 hashes, every file with
    /// content begins with a piece, with a gap before it that belongs to no file.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the file belongs, relative to the download folder: the torrent's name alone, or as the folder of many.
    ///
    /// It is safe on the systems of the [policy](crate::PathPolicy) that the torrent was loaded with: every component is a
    /// plain name there, and no other file or folder of the torrent meets it in any spelling that is the same there. See
    /// the crate's page for what is changed to that end.
    #[must_use]
    pub fn path(&self) -> &Path {
        Path::new(&*self.path)
    }

    /// The components of [`path`](Self::path).
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.path.split('/')
    }

    /// What the torrent asked for, byte for byte: the components without the torrent's name where it has many files,
    /// else the name. **Not safe**: to show, to compare, to look for a file another program has written.
    pub fn raw_path(&self) -> impl Iterator<Item = &[u8]> {
        let kept = self
            .details()
            .and_then(|details| details.raw_path.as_deref());
        let raw = kept
            .unwrap_or_default()
            .iter()
            .map(|component| &**component);
        let unchanged = kept
            .is_none()
            .then(|| self.components().skip(usize::from(self.below_folder)));
        raw.chain(unchanged.into_iter().flatten().map(str::as_bytes))
    }

    /// What was changed in the path, the torrent's name included; empty where it is as asked for.
    #[must_use]
    pub fn path_changes(&self) -> PathChanges {
        self.changes
    }

    /// Whether it is a pad file, zeros that make the next file begin with a piece (BEP 47, "attr" `p`).
    #[must_use]
    pub fn is_pad(&self) -> bool {
        self.attributes.contains(b'p')
    }

    /// Whether it should be executable (BEP 47, "attr" `x`).
    #[must_use]
    pub fn is_executable(&self) -> bool {
        self.attributes.contains(b'x')
    }

    /// Whether it should be hidden (BEP 47, "attr" `h`).
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.attributes.contains(b'h')
    }

    /// Whether it is a symbolic link (BEP 47, "attr" `l`); its length is zero.
    #[must_use]
    pub fn is_symlink(&self) -> bool {
        self.attributes.contains(b'l')
    }

    /// What a symbolic link points to, relative to the download folder: the [`path`](Self::path) of the file, or the
    /// folder, that it names. Where the torrent has none of that name, the name made safe, and nothing may be there.
    /// Links that lead out of the torrent's folder are refused when loading.
    #[must_use]
    pub fn symlink_path(&self) -> Option<&Path> {
        let target = self.details()?.symlink_path.as_deref();
        target.map(Path::new)
    }

    /// The target below the torrent's folder as the torrent spells it, without `.` and `..`.
    pub(crate) fn raw_symlink_path(&self) -> Option<Vec<&[u8]>> {
        let details = self.details()?;
        let safe = details.symlink_path.as_deref()?;
        Some(match &details.raw_symlink_path {
            Some(raw) => raw.iter().map(|component| &**component).collect(),
            None => safe.split('/').skip(1).map(str::as_bytes).collect(),
        })
    }

    /// The file's MD5 in 32 hexadecimal digits, as some torrents have it. A hint: only pieces are verified.
    #[must_use]
    pub fn md5sum(&self) -> Option<&str> {
        self.details()?.md5sum.as_deref()
    }

    /// The file's SHA-1 (BEP 47). A hint: only pieces are verified.
    #[must_use]
    pub fn sha1(&self) -> Option<&[u8; 20]> {
        self.details()?.sha1.as_ref()
    }

    /// The root of the file's hash tree (BEP 52): what proves its content in version 2. `None` for empty files, and where
    /// the torrent has no version 2 half. Files of the same content have the same root.
    #[must_use]
    pub fn pieces_root(&self) -> Option<&[u8; 32]> {
        self.pieces_root.as_deref()
    }

    fn details(&self) -> Option<&Details> {
        self.details.as_deref()
    }

    pub(crate) fn details_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_default()
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("path", &self.path)
            .field("length", &self.length)
            .field("changes", &self.changes)
            .field("is_pad", &self.is_pad())
            .finish_non_exhaustive()
    }
}

/// The known letters of `attr`; "unknown characters should be ignored" (BEP 47).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attributes(u8);

impl Attributes {
    pub(crate) fn parse(letters: &[u8]) -> Self {
        Self(letters.iter().fold(0, |bits, letter| bits | bit(*letter)))
    }

    pub(crate) fn contains(self, letter: u8) -> bool {
        self.0 & bit(letter) != 0
    }
}

fn bit(letter: u8) -> u8 {
    match letter {
        b'l' => 1,
        b'x' => 2,
        b'h' => 4,
        b'p' => 8,
        _ => 0,
    }
}
