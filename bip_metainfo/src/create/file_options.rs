use crate::limits::DEFAULT_MAX_FILES;

/// What becomes of symbolic links in a folder. One that is given itself is always followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Symlinks {
    /// What they point to, files and folders, stands in their place.
    #[default]
    Follow,
    /// They are kept as links (BEP 47, "symlink path"); those that point out of the folder are an error.
    Keep,
    /// They are left out.
    Skip,
}

/// What becomes of files and folders whose name begins with a dot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "in or out")]
pub enum Hidden {
    /// They are left out.
    #[default]
    Skip,
    /// They are files like others.
    Take,
}

/// What becomes of what file managers leave behind: `.DS_Store`, `._*`, `Thumbs.db`, `desktop.ini` and the like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "in or out")]
pub enum Junk {
    /// It is left out.
    #[default]
    Skip,
    /// It is files like others.
    Take,
}

/// Whether the torrent says which files are executable or hidden (BEP 47, "attr").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "said or not")]
pub enum FileAttributes {
    /// It does not. Only so does the same folder make the same torrent on any system.
    #[default]
    Ignore,
    /// Executable are those that their owner may execute, on Unix; hidden those whose name begins with a dot.
    Record,
}

/// Which files of a folder a torrent gets, for [`FileAccessor::with`](crate::FileAccessor::with).
#[derive(Debug, Clone)]
pub struct FileOptions {
    pub(super) symlinks: Symlinks,
    pub(super) hidden: Hidden,
    pub(super) junk: Junk,
    pub(super) attributes: FileAttributes,
    pub(super) max_files: usize,
    #[cfg(feature = "glob")]
    pub(super) globs: super::globs::Globs,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            symlinks: Symlinks::default(),
            hidden: Hidden::default(),
            junk: Junk::default(),
            attributes: FileAttributes::default(),
            max_files: DEFAULT_MAX_FILES,
            #[cfg(feature = "glob")]
            globs: super::globs::Globs::default(),
        }
    }
}

impl FileOptions {
    /// Symbolic links. Default [`Symlinks::Follow`].
    #[must_use]
    pub fn symlinks(mut self, symlinks: Symlinks) -> Self {
        self.symlinks = symlinks;
        self
    }

    /// Hidden files and folders. Default [`Hidden::Skip`].
    #[must_use]
    pub fn hidden(mut self, hidden: Hidden) -> Self {
        self.hidden = hidden;
        self
    }

    /// Junk. Default [`Junk::Skip`].
    #[must_use]
    pub fn junk(mut self, junk: Junk) -> Self {
        self.junk = junk;
        self
    }

    /// What is said of each file. Default [`FileAttributes::Ignore`].
    #[must_use]
    pub fn attributes(mut self, attributes: FileAttributes) -> Self {
        self.attributes = attributes;
        self
    }

    /// Files and links together; links that lead from folder to folder can make many of few. Default 2,097,152.
    #[must_use]
    pub fn max_files(mut self, files: usize) -> Self {
        self.max_files = files;
        self
    }
}
