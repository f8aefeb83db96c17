/// A file as a new torrent gets it.
///
/// ```
/// use bip_metainfo::SourceFile;
///
/// let file = SourceFile::new(["season 1", "01.mkv"], 1_000_000).executable();
/// assert!(file.path().eq([&b"season 1"[..], b"01.mkv"]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub(super) path: Vec<Vec<u8>>,
    pub(super) length: u64,
    pub(super) symlink: Option<Vec<Vec<u8>>>,
    pub(super) is_executable: bool,
    pub(super) is_hidden: bool,
}

impl SourceFile {
    /// A file of so many bytes in the torrent's folder, under this path in any encoding.
    #[must_use]
    pub fn new(path: impl IntoIterator<Item: Into<Vec<u8>>>, length: u64) -> Self {
        Self {
            path: path.into_iter().map(Into::into).collect(),
            length,
            symlink: None,
            is_executable: false,
            is_hidden: false,
        }
    }

    /// The only file of a torrent that is no folder: its name is the torrent's.
    #[must_use]
    pub fn only(length: u64) -> Self {
        Self::new([[]; 0], length)
    }

    /// A symbolic link to another path in the torrent's folder (BEP 47, "symlink path").
    #[must_use]
    pub fn symlink(
        path: impl IntoIterator<Item: Into<Vec<u8>>>,
        target: impl IntoIterator<Item: Into<Vec<u8>>>,
    ) -> Self {
        Self {
            symlink: Some(target.into_iter().map(Into::into).collect()),
            ..Self::new(path, 0)
        }
    }

    /// The file should be executable (BEP 47, "attr" `x`).
    #[must_use]
    pub fn executable(mut self) -> Self {
        self.is_executable = true;
        self
    }

    /// The file should be hidden (BEP 47, "attr" `h`).
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// The components of its path below the torrent's folder; none for the only file of a torrent that is no folder.
    pub fn path(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.path.iter().map(Vec::as_slice)
    }

    /// Bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where a symbolic link points to, below the torrent's folder.
    pub fn symlink_path(&self) -> Option<impl ExactSizeIterator<Item = &[u8]>> {
        let target = self.symlink.as_ref()?;
        Some(target.iter().map(Vec::as_slice))
    }

    /// The letters of BEP 47, sorted.
    pub(super) fn attributes(&self) -> Vec<u8> {
        let letters = [
            (self.is_hidden, b'h'),
            (self.symlink.is_some(), b'l'),
            (self.is_executable, b'x'),
        ];
        letters
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, letter)| *letter)
            .collect()
    }

    /// The path for people, below the torrent's name.
    pub(super) fn shown(&self, name: &[u8]) -> String {
        let components = std::iter::once(name).chain(self.path());
        let shown: Vec<_> = components.map(String::from_utf8_lossy).collect();
        shown.join("/")
    }
}
