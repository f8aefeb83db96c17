//! The border to what stores bytes: a trait as narrow as verified pieces need it, and its implementations.

mod cache;
mod memory;
mod native;

use std::fmt::Debug;
use std::io::{self, IoSlice};
use std::path::Path;

pub use cache::FileHandleCache;
pub use memory::{MemoryFile, MemoryFileSystem};
pub use native::{NativeFile, NativeFileSystem};

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Reading an existing file.
    Read,
    /// Reading and writing; the file, and the folders above it, are created where missing. What it holds stays.
    Write,
}

/// Where the bytes of torrents live: files by path, read and written at offsets.
///
/// Its methods block; they are called on threads of the disk, never on a task. Reads and syncs of a file happen
/// beside writes to it, but there is only one writer at a time.
///
/// Paths are relative and were checked by [`Layout::new`](crate::Layout::new); an implementation over a real file
/// system checks them again. A short read or write is no error: the caller goes on behind it, and takes 0 for the end
/// of the file, or for a file that takes no more. [`io::ErrorKind::Interrupted`] is tried again.
pub trait FileSystem: Send + Sync + 'static {
    /// An open file. Dropping it closes it.
    type File: Debug + Send + Sync + 'static;

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if it is missing and opened with [`Access::Read`]; whatever else the storage says.
    fn open(&self, path: &Path, access: Access) -> io::Result<Self::File>;

    /// Length of a file in bytes.
    ///
    /// # Errors
    ///
    /// Whatever the storage says.
    fn length(&self, file: &Self::File) -> io::Result<u64>;

    /// Gives a file a length in bytes. It is only ever called to make a file longer; the new bytes read as zeros, and
    /// should not take room until they are written.
    ///
    /// # Errors
    ///
    /// Whatever the storage says.
    fn set_length(&self, file: &Self::File, length: u64) -> io::Result<()>;

    /// Reads into `buffer` from an offset, and returns the number of bytes read; 0 only at the end of the file.
    ///
    /// # Errors
    ///
    /// Whatever the storage says.
    fn read_at(&self, file: &Self::File, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes several slices, one behind the other, from an offset, and returns the number of bytes written. There are
    /// at most 1024 slices.
    ///
    /// # Errors
    ///
    /// Whatever the storage says.
    fn write_vectored_at(
        &self,
        file: &Self::File,
        offset: u64,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize>;

    /// Returns once what was written is durable.
    ///
    /// # Errors
    ///
    /// Whatever the storage says.
    fn sync(&self, file: &Self::File) -> io::Result<()>;
}
