//! Bytes of a torrent to and from its files, whole or with an error.

use std::io::{self, IoSlice};

use crate::error::{FileAction, FileError};
use crate::fs::{Access, FileHandleCache, FileSystem};
use crate::layout::{Extent, Layout};
use crate::limits::MAX_VECTORS;

pub(super) struct Transfer<'a, F: FileSystem> {
    files: &'a FileHandleCache<F>,
    layout: &'a Layout,
}

impl<'a, F: FileSystem> Transfer<'a, F> {
    pub(super) fn new(files: &'a FileHandleCache<F>, layout: &'a Layout) -> Self {
        Self { files, layout }
    }

    /// Fills a buffer from an offset in the torrent.
    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FileError> {
        let mut rest = buffer;
        for extent in self.layout.extents_at(offset, rest.len() as u64) {
            let (here, after) = rest.split_at_mut(extent.length as usize);
            self.read_extent(extent, here)?;
            rest = after;
        }
        Ok(())
    }

    /// Writes slices, one behind the other, from an offset in the torrent: one vectored write for each file.
    pub(super) fn write(&self, offset: u64, slices: &[&[u8]]) -> Result<(), FileError> {
        let total: usize = slices.iter().map(|s| s.len()).sum();
        let mut sources = slices.iter().copied();
        let mut source: &[u8] = &[];
        let mut gathered = Vec::with_capacity(slices.len());
        for extent in self.layout.extents_at(offset, total as u64) {
            gathered.clear();
            let mut missing = extent.length as usize;
            while missing > 0 {
                if source.is_empty() {
                    let Some(next) = sources.next() else { break };
                    source = next;
                    continue;
                }
                let (here, after) = source.split_at(missing.min(source.len()));
                gathered.push(IoSlice::new(here));
                missing -= here.len();
                source = after;
            }
            self.write_extent(extent, &mut gathered)?;
        }
        Ok(())
    }

    fn read_extent(&self, extent: Extent, buffer: &mut [u8]) -> Result<(), FileError> {
        let path = self.layout.path(extent.file);
        let file = self.files.open(path, Access::Read);
        let file = file.map_err(|error| FileError::new(path, FileAction::Open, error))?;
        let mut done = 0;
        while done < buffer.len() {
            let from = extent.offset + done as u64;
            match self.files.read_at(&file, from, &mut buffer[done..]) {
                Ok(0) => {
                    let error = io::ErrorKind::UnexpectedEof.into();
                    return Err(FileError::new(path, FileAction::Read, error));
                }
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FileError::new(path, FileAction::Read, error)),
            }
        }
        Ok(())
    }

    fn write_extent(
        &self,
        extent: Extent,
        mut slices: &mut [IoSlice<'_>],
    ) -> Result<(), FileError> {
        let path = self.layout.path(extent.file);
        let file = self.files.open(path, Access::Write);
        let file = file.map_err(|error| FileError::new(path, FileAction::Open, error))?;
        let mut offset = extent.offset;
        while !slices.is_empty() {
            let some = &slices[..slices.len().min(MAX_VECTORS)];
            match self.files.write_vectored_at(&file, offset, some) {
                Ok(0) => {
                    let error = io::ErrorKind::WriteZero.into();
                    return Err(FileError::new(path, FileAction::Write, error));
                }
                Ok(written) => {
                    offset += written as u64;
                    IoSlice::advance_slices(&mut slices, written);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FileError::new(path, FileAction::Write, error)),
            }
        }
        Ok(())
    }
}
