use std::borrow::Cow;
use std::io::{self, Cursor};

use super::accessor::Accessor;
use super::hashing::Source;
use super::source_file::SourceFile;

/// Content that is in memory.
///
/// ```
/// use bip_metainfo::{DirectAccessor, HashOptions, MetainfoBuilder};
///
/// let content = DirectAccessor::folder("notes").file(["a.txt"], b"one").file(["b", "c.txt"], b"two");
/// let torrent = MetainfoBuilder::new().build(&content, &HashOptions::default())?;
/// assert_eq!(torrent.info().name(), "notes");
/// # Ok::<(), bip_metainfo::CreateError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DirectAccessor<'a> {
    name: Vec<u8>,
    files: Vec<SourceFile>,
    contents: Vec<Cow<'a, [u8]>>,
}

impl<'a> DirectAccessor<'a> {
    /// One file.
    #[must_use]
    pub fn new(name: impl Into<Vec<u8>>, content: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::folder(name).push(SourceFile::only(0), content.into())
    }

    /// A folder, with nothing in it yet.
    #[must_use]
    pub fn folder(name: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            files: Vec::new(),
            contents: Vec::new(),
        }
    }

    /// Adds a file under a path of one or more components.
    #[must_use]
    pub fn file(
        self,
        path: impl IntoIterator<Item: Into<Vec<u8>>>,
        content: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        self.push(SourceFile::new(path, 0), content.into())
    }

    /// Adds a file with what else is told of it: attributes, or that it is a link, which has no content. Its length is
    /// that of the content, whatever it says.
    #[must_use]
    pub fn source_file(self, file: SourceFile, content: impl Into<Cow<'a, [u8]>>) -> Self {
        self.push(file, content.into())
    }

    fn push(mut self, mut file: SourceFile, content: Cow<'a, [u8]>) -> Self {
        file.length = content.len() as u64;
        self.files.push(file);
        self.contents.push(content);
        self
    }
}

impl Accessor for DirectAccessor<'_> {
    fn name(&self) -> &[u8] {
        &self.name
    }

    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
        let content = self.contents.get(file).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(&**content)))
    }
}
