//! Where the bytes of a piece lie: pieces are laid over the files one after the other (BEP 3, "info dictionary").

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::error::{LayoutError, OutOfRange};

/// The files of a torrent and its pieces over them.
///
/// ```
/// use bip_disk::Layout;
///
/// let layout = Layout::new(4, vec![("a".into(), 3), ("empty".into(), 0), ("b".into(), 6)])?;
/// assert_eq!(layout.piece_count(), 3);
/// assert_eq!(layout.piece_length(2), Some(1));
///
/// let extents: Vec<_> = layout.extents(0, 0, 4)?.map(|e| (e.file, e.offset, e.length)).collect();
/// assert_eq!(extents, [(0, 0, 3), (2, 0, 1)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    piece_length: u32,
    piece_count: u32,
    total_length: u64,
    files: Vec<LaidFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LaidFile {
    path: PathBuf,
    /// Offset of its first byte in the torrent.
    start: u64,
    length: u64,
}

/// A stretch of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// Index of the file.
    pub file: usize,
    /// Offset within the file, in bytes.
    pub offset: u64,
    /// Number of bytes, never 0. It may exceed a `u32` no more than a piece does.
    pub length: u32,
}

impl Layout {
    /// Lays pieces of `piece_length` bytes over files given as paths, relative to the root of the
    /// [`FileSystem`](crate::FileSystem), with their lengths in bytes.
    ///
    /// # Errors
    ///
    /// See [`LayoutError`]: numbers that do not fit, paths that leave the folder or come twice. (Names that one
    /// system takes for the same and another does not, as `a` and `A`, are the caller's matter.)
    pub fn new(piece_length: u32, files: Vec<(PathBuf, u64)>) -> Result<Self, LayoutError> {
        if piece_length == 0 {
            return Err(LayoutError::ZeroPieceLength);
        }
        let mut seen = HashSet::with_capacity(files.len());
        let mut total_length = 0u64;
        let mut laid = Vec::with_capacity(files.len());
        for (path, length) in &files {
            if !stays_inside(path) {
                return Err(LayoutError::UnsafePath(path.clone()));
            }
            if !seen.insert(path.as_path()) {
                return Err(LayoutError::DuplicatePath(path.clone()));
            }
            laid.push(LaidFile {
                path: path.clone(),
                start: total_length,
                length: *length,
            });
            total_length = total_length
                .checked_add(*length)
                .ok_or(LayoutError::TooLong)?;
        }
        let piece_count = u32::try_from(total_length.div_ceil(u64::from(piece_length)))
            .map_err(|_| LayoutError::TooLong)?;
        Ok(Self {
            piece_length,
            piece_count,
            total_length,
            files: laid,
        })
    }

    /// Number of pieces.
    #[must_use]
    pub fn piece_count(&self) -> u32 {
        self.piece_count
    }

    /// Length of a piece in bytes; the last one may be shorter. `None` if there is no such piece.
    #[must_use]
    pub fn piece_length(&self, piece: u32) -> Option<u32> {
        if piece >= self.piece_count {
            return None;
        }
        let left = self.total_length - self.piece_start(piece);
        // The minimum with a u32 fits one.
        Some(left.min(u64::from(self.piece_length)) as u32)
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn total_length(&self) -> u64 {
        self.total_length
    }

    /// Number of files, empty ones included.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Path and length of each file, in the torrent's order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&Path, u64)> {
        self.files.iter().map(|f| (f.path.as_path(), f.length))
    }

    /// The stretches of files that hold `length` bytes from offset `begin` of a piece, in order. Empty files are
    /// never among them.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`] if the piece has no such bytes. A length of 0 within the piece gives no extent.
    pub fn extents(&self, piece: u32, begin: u32, length: u32) -> Result<Extents<'_>, OutOfRange> {
        self.contains(piece, begin, length)?;
        Ok(self.extents_at(
            self.piece_start(piece) + u64::from(begin),
            u64::from(length),
        ))
    }

    /// Whether a piece has these bytes.
    pub(crate) fn contains(&self, piece: u32, begin: u32, length: u32) -> Result<(), OutOfRange> {
        let end = u64::from(begin) + u64::from(length);
        match self.piece_length(piece) {
            Some(piece_length) if end <= u64::from(piece_length) => Ok(()),
            _ => Err(OutOfRange {
                piece,
                begin,
                length,
            }),
        }
    }

    /// Offset of a piece's first byte in the torrent.
    pub(crate) fn piece_start(&self, piece: u32) -> u64 {
        u64::from(piece) * u64::from(self.piece_length)
    }

    /// As [`extents`](Self::extents), by offset in the torrent. What lies behind the end is left out.
    pub(crate) fn extents_at(&self, offset: u64, length: u64) -> Extents<'_> {
        // The last file that starts at or before the offset: of empty files at the same place it is the one behind
        // them, which has the byte.
        let after = self.files.partition_point(|f| f.start <= offset);
        let end = offset.saturating_add(length).min(self.total_length);
        Extents {
            files: &self.files,
            file: after.saturating_sub(1),
            offset: offset.min(end),
            end,
        }
    }

    pub(crate) fn path(&self, file: usize) -> &Path {
        &self.files[file].path
    }

    pub(crate) fn file_length(&self, file: usize) -> u64 {
        self.files[file].length
    }
}

/// Iterator over the [`Extent`]s of a run of bytes.
#[derive(Debug, Clone)]
pub struct Extents<'a> {
    files: &'a [LaidFile],
    file: usize,
    offset: u64,
    end: u64,
}

impl Iterator for Extents<'_> {
    type Item = Extent;

    fn next(&mut self) -> Option<Extent> {
        while self.offset < self.end {
            let index = self.file;
            let file = self.files.get(index)?;
            let within = self.offset - file.start;
            let left_in_file = file.length - within;
            if left_in_file == 0 {
                self.file += 1;
                continue;
            }
            let length = left_in_file
                .min(self.end - self.offset)
                .min(u64::from(u32::MAX)) as u32;
            self.offset += u64::from(length);
            if u64::from(length) == left_in_file {
                self.file += 1;
            }
            return Some(Extent {
                file: index,
                offset: within,
                length,
            });
        }
        None
    }
}

/// Whether a path, joined to a folder, stays below it: relative, not empty, and made of plain names only.
pub(crate) fn stays_inside(path: &Path) -> bool {
    let mut names = 0;
    for component in path.components() {
        match component {
            Component::Normal(_) => names += 1,
            _ => return false,
        }
    }
    names > 0
}
