//! Carries out operations over a file system, on the calling thread.

mod buffers;
mod transfer;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use sha1::{Digest, Sha1};

use self::buffers::ReadBuffers;
use self::transfer::Transfer;
use crate::config::DiskConfig;
use crate::core::{
    Assembled, Completion, HashProgress, Operation, Outcome, Part, TorrentFiles, Verdict, Work,
};
use crate::error::{FileAction, FileError};
use crate::fs::{Access, FileHandleCache, FileSystem};
use crate::limits::CHECK_RUN;

/// Executes the operations of a [`DiskCore`](crate::DiskCore) over a [`FileSystem`], blocking the calling thread.
///
/// It keeps the most recently used files open.
#[derive(Debug)]
pub struct Executor<F: FileSystem> {
    files: Arc<FileHandleCache<F>>,
    buffers: ReadBuffers,
    /// What is read only to be hashed.
    scratch: Vec<u8>,
}

impl<F: FileSystem> Executor<F> {
    /// An executor over a file system.
    pub fn new(config: &DiskConfig, file_system: F) -> Self {
        Self {
            files: Arc::new(FileHandleCache::new(file_system, config.max_open_files)),
            buffers: ReadBuffers::default(),
            scratch: Vec::new(),
        }
    }

    /// Another one over the same open files, for background operations on another thread.
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            files: Arc::clone(&self.files),
            buffers: self.buffers.clone(),
            scratch: Vec::new(),
        }
    }

    /// Carries out an operation. What fails is told in the completion.
    pub fn execute(&mut self, operation: Operation) -> Completion {
        let torrent = &*operation.torrent;
        let outcome = match operation.work {
            Work::Prepare { files } => Outcome::Prepared {
                found: self.prepare(torrent, files.clone()),
                files,
            },
            Work::Check { pieces } => self.check(torrent, pieces),
            Work::Spill(assembled) => Outcome::Spilled {
                piece: assembled.piece,
                progress: self.spill(torrent, assembled),
            },
            Work::Store(assembled) => Outcome::Stored {
                piece: assembled.piece,
                verdict: self.store(torrent, assembled),
            },
            Work::Read {
                request,
                piece,
                begin,
                length,
            } => Outcome::Read {
                request,
                data: self.read(torrent, piece, begin, length),
            },
            Work::Sync { request, files } => Outcome::Synced {
                request,
                result: self.sync(torrent, &files),
                files,
            },
            Work::Release { request } => {
                for (path, _) in torrent.layout.files() {
                    self.files.forget(path);
                }
                Outcome::Released { request }
            }
        };
        Completion {
            torrent: torrent.key,
            slot: operation.slot,
            outcome,
        }
    }

    fn transfer<'a>(&'a self, torrent: &'a TorrentFiles) -> Transfer<'a, F> {
        Transfer::new(&self.files, &torrent.layout)
    }

    fn prepare(
        &self,
        torrent: &TorrentFiles,
        files: Range<usize>,
    ) -> Result<Vec<Option<u64>>, FileError> {
        files.map(|file| self.prepare_file(torrent, file)).collect()
    }

    /// Measures a file. It is opened for writing only if it is missing or too short, so that a complete folder need
    /// not be writable.
    fn prepare_file(&self, torrent: &TorrentFiles, file: usize) -> Result<Option<u64>, FileError> {
        let path = torrent.layout.path(file);
        let fault = |action| move |error| FileError::new(path, action, error);
        let found = match self.files.open(path, Access::Read) {
            Ok(handle) => {
                let length = self.files.length(&handle);
                Some(length.map_err(fault(FileAction::Measure))?)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(FileError::new(path, FileAction::Open, error)),
        };
        let expected = torrent.layout.file_length(file);
        if found.is_none_or(|found| found < expected) {
            let handle = self.files.open(path, Access::Write);
            let handle = handle.map_err(fault(FileAction::Open))?;
            let extended = self.files.set_length(&handle, expected);
            extended.map_err(fault(FileAction::Extend))?;
        }
        Ok(found)
    }

    fn check(&mut self, torrent: &TorrentFiles, pieces: Range<u32>) -> Outcome {
        let mut unreadable = Vec::new();
        let together = self.check_together(torrent, pieces.clone());
        let good = together.unwrap_or_else(|| {
            let mut check = |piece| match self.check_piece(torrent, piece) {
                Ok(good) => good,
                Err(error) => {
                    unreadable.push((piece, error));
                    false
                }
            };
            pieces.clone().map(&mut check).collect()
        });
        Outcome::Checked {
            pieces,
            good,
            unreadable,
        }
    }

    /// Checks several small pieces with one read; `None` if there is only one, or the read failed.
    fn check_together(&mut self, torrent: &TorrentFiles, pieces: Range<u32>) -> Option<Vec<bool>> {
        let length_of = |piece| torrent.layout.piece_length(piece).unwrap_or(0) as usize;
        let total: usize = pieces.clone().map(length_of).sum();
        if pieces.len() < 2 || total > CHECK_RUN as usize {
            return None;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let buffer = sized(&mut scratch, total);
        let start = torrent.layout.piece_start(pieces.start);
        let read = self.transfer(torrent).read(start, buffer);
        let mut rest = &*buffer;
        let good = pieces
            .map(|piece| {
                let (bytes, after) = rest.split_at(length_of(piece));
                rest = after;
                read.is_ok() && Some(&Sha1::digest(bytes).into()) == hash_of(torrent, piece)
            })
            .collect();
        self.scratch = scratch;
        read.is_ok().then_some(good)
    }

    fn check_piece(&mut self, torrent: &TorrentFiles, piece: u32) -> Result<bool, FileError> {
        let length = torrent.layout.piece_length(piece).unwrap_or(0);
        let mut progress = HashProgress::new();
        self.hash_file(torrent, piece, length, &mut progress)?;
        Ok(Some(&progress.finish()) == hash_of(torrent, piece))
    }

    /// Hashes what lies in the files, up to offset `end` of the piece.
    fn hash_file(
        &mut self,
        torrent: &TorrentFiles,
        piece: u32,
        end: u32,
        progress: &mut HashProgress,
    ) -> Result<(), FileError> {
        let start = torrent.layout.piece_start(piece);
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut result = Ok(());
        while progress.hashed < end && result.is_ok() {
            let length = (end - progress.hashed).min(CHECK_RUN) as usize;
            let buffer = sized(&mut scratch, length);
            let from = start + u64::from(progress.hashed);
            result = self.transfer(torrent).read(from, buffer);
            if result.is_ok() {
                progress.update(buffer);
            }
        }
        self.scratch = scratch;
        result
    }

    fn spill(
        &self,
        torrent: &TorrentFiles,
        assembled: Assembled,
    ) -> Result<HashProgress, FileError> {
        let mut progress = assembled.progress;
        for part in &assembled.parts {
            if let Some(data) = part.data.as_ref().filter(|_| part.begin == progress.hashed) {
                progress.update(data);
            }
        }
        self.write(torrent, assembled.piece, &assembled.parts)?;
        Ok(progress)
    }

    fn store(
        &mut self,
        torrent: &TorrentFiles,
        assembled: Assembled,
    ) -> Result<Verdict, FileError> {
        let mut progress = assembled.progress;
        for part in &assembled.parts {
            let end = part.begin + part.length;
            match &part.data {
                _ if end <= progress.hashed => {}
                Some(data) => progress.update(data),
                // It may begin before what is hashed: only the rest is read back.
                None => self.hash_file(torrent, assembled.piece, end, &mut progress)?,
            }
        }
        if Some(&progress.finish()) != hash_of(torrent, assembled.piece) {
            return Ok(Verdict::Bad);
        }
        self.write(torrent, assembled.piece, &assembled.parts)?;
        Ok(Verdict::Good)
    }

    /// Writes the parts that are in memory, what is adjacent at once.
    fn write(&self, torrent: &TorrentFiles, piece: u32, parts: &[Part]) -> Result<(), FileError> {
        let transfer = self.transfer(torrent);
        let start = torrent.layout.piece_start(piece);
        let adjacent = |a: &Part, b: &Part| {
            a.data.is_some() && b.data.is_some() && a.begin + a.length == b.begin
        };
        for run in parts.chunk_by(adjacent) {
            let slices: Vec<&[u8]> = run.iter().filter_map(|p| p.data.as_deref()).collect();
            transfer.write(start + u64::from(run[0].begin), &slices)?;
        }
        Ok(())
    }

    fn read(
        &self,
        torrent: &TorrentFiles,
        piece: u32,
        begin: u32,
        length: u32,
    ) -> Result<Bytes, FileError> {
        let mut buffer = self.buffers.take(length as usize);
        let from = torrent.layout.piece_start(piece) + u64::from(begin);
        self.transfer(torrent)
            .read(from, &mut buffer.as_mut()[..length as usize])?;
        Ok(Bytes::from_owner(buffer).slice(..length as usize))
    }

    /// Tries all files, and tells of the first that failed.
    fn sync(&self, torrent: &TorrentFiles, files: &[usize]) -> Result<(), FileError> {
        let mut result = Ok(());
        for file in files {
            let path = torrent.layout.path(*file);
            let synced = self.files.open(path, Access::Write);
            let synced = synced.and_then(|handle| self.files.sync(&handle));
            let synced = synced.map_err(|error| FileError::new(path, FileAction::Sync, error));
            result = result.and(synced);
        }
        result
    }
}

fn hash_of(torrent: &TorrentFiles, piece: u32) -> Option<&[u8; 20]> {
    torrent.piece_hashes.get(piece as usize)
}

/// The first bytes of a buffer that grows as needed and keeps its size.
fn sized(buffer: &mut Vec<u8>, length: usize) -> &mut [u8] {
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    &mut buffer[..length]
}
