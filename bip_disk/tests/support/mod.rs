//! What the tests share: torrents made on the spot, a disk driven on one thread, and a file system that fails on order.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(unreachable_pub, clippy::unwrap_used, reason = "a module of tests")]

use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use bip_disk::{
    Access, Block, Check, DiskConfig, DiskCore, DiskEvent, Executor, FileSystem, Layout,
    MemoryFile, MemoryFileSystem, ReplyOutcome, RequestId, TorrentKey, TorrentSpec,
    WriteBlockError,
};
use bytes::Bytes;
use sha1::{Digest, Sha1};

/// A payload with its layout and hashes.
#[derive(Debug, Clone)]
pub struct Payload {
    pub bytes: Bytes,
    pub piece_length: u32,
    pub files: Vec<(PathBuf, u64)>,
}

impl Payload {
    /// Files "0", "1"… of the given lengths, some in folders, filled with bytes that differ everywhere.
    pub fn new(piece_length: u32, lengths: &[u64]) -> Self {
        let total: u64 = lengths.iter().sum();
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        let name = |i| match i % 3 {
            2 => PathBuf::from(format!("folder/deeper/{i}")),
            _ => PathBuf::from(format!("{i}")),
        };
        Self {
            bytes: (0..total).map(|_| next()).collect(),
            piece_length,
            files: lengths
                .iter()
                .enumerate()
                .map(|(i, l)| (name(i), *l))
                .collect(),
        }
    }

    pub fn layout(&self) -> Layout {
        Layout::new(self.piece_length, self.files.clone()).unwrap()
    }

    pub fn spec(&self, check: Check) -> TorrentSpec {
        let pieces = self.bytes.chunks(self.piece_length as usize);
        TorrentSpec {
            layout: self.layout(),
            piece_hashes: pieces.map(|p| Sha1::digest(p).into()).collect(),
            check,
        }
    }

    pub fn piece_count(&self) -> u32 {
        self.layout().piece_count()
    }

    /// Bytes of a piece, as a slice of the payload.
    pub fn block(&self, piece: u32, begin: u32, length: u32) -> Block {
        let from = piece as usize * self.piece_length as usize + begin as usize;
        Block {
            piece,
            begin,
            data: self.bytes.slice(from..from + length as usize),
        }
    }

    /// All blocks of a piece, in order.
    pub fn blocks(&self, piece: u32, block_length: u32) -> Vec<Block> {
        let length = self.layout().piece_length(piece).unwrap();
        let block = |begin| self.block(piece, begin, block_length.min(length - begin));
        (0..length)
            .step_by(block_length as usize)
            .map(block)
            .collect()
    }

    /// Each file's path and what it is to hold.
    pub fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut rest = self.bytes.clone();
        let file = |(path, length): &(PathBuf, u64)| {
            (path.clone(), rest.split_to(*length as usize).to_vec())
        };
        self.files.iter().map(file).collect()
    }

    pub fn lies_in(&self, files: &MemoryFileSystem) -> bool {
        let same = |(path, bytes): (PathBuf, Vec<u8>)| files.contents(&path) == Some(bytes);
        self.contents().into_iter().all(same)
    }

    pub fn put_into(&self, files: &MemoryFileSystem) {
        for (path, bytes) in self.contents() {
            files.insert(&path, bytes).unwrap();
        }
    }
}

/// Core and executor on the calling thread.
#[derive(Debug)]
pub struct Disk<F: FileSystem> {
    pub core: DiskCore,
    pub executor: Executor<F>,
    pub events: Vec<DiskEvent>,
    pub replies: Vec<(RequestId, ReplyOutcome)>,
    /// Operations executed.
    pub operations: usize,
}

impl<F: FileSystem> Disk<F> {
    pub fn new(config: &DiskConfig, files: F) -> Self {
        Self {
            core: DiskCore::new(config),
            executor: Executor::new(config, files),
            events: Vec::new(),
            replies: Vec::new(),
            operations: 0,
        }
    }

    /// One operation, and what it makes known. Returns whether there was either.
    pub fn step(&mut self) -> bool {
        let operation = self.core.poll_operation();
        let stepped = operation.is_some();
        let told = self.events.len();
        if let Some(operation) = operation {
            self.operations += 1;
            self.core
                .handle_completion(self.executor.execute(operation));
        }
        self.events
            .extend(std::iter::from_fn(|| self.core.poll_event()));
        let replies = std::iter::from_fn(|| self.core.poll_reply());
        self.replies.extend(replies.map(|r| (r.request, r.outcome)));
        stepped || self.events.len() > told
    }

    pub fn settle(&mut self) {
        while self.step() {}
        assert!(self.core.is_idle(), "an operation was not polled");
    }

    /// Adds a torrent, waits for its check, and returns the pieces that were found.
    pub fn add(&mut self, spec: TorrentSpec) -> (TorrentKey, Bytes) {
        self.core.add_torrent(spec);
        self.settle();
        let added = self.replies.pop().unwrap().1;
        let ReplyOutcome::Added(Ok(key)) = added else {
            panic!("{added:?}");
        };
        let Some(DiskEvent::Checked { torrent, have }) = self.events.last() else {
            panic!("{:?}", self.events);
        };
        assert_eq!(*torrent, key);
        (key, have.clone())
    }

    /// Writes a block, as a driver does: where there is no room, operations make some.
    pub fn write(&mut self, torrent: TorrentKey, block: &Block) {
        loop {
            match self.core.write_block(torrent, block) {
                Ok(()) => return,
                Err(WriteBlockError::NoRoom) => {
                    assert!(self.step(), "no room, and nothing makes any")
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub fn read(
        &mut self,
        torrent: TorrentKey,
        piece: u32,
        begin: u32,
        length: u32,
    ) -> Result<Bytes, bip_disk::ReadBlockError> {
        let request = self.core.read_block(torrent, piece, begin, length)?;
        self.settle();
        let (answered, outcome) = self.replies.pop().unwrap();
        assert_eq!(answered, request);
        match outcome {
            ReplyOutcome::Read(read) => read,
            other => panic!("{other:?}"),
        }
    }

    pub fn take_events(&mut self) -> Vec<Told> {
        self.events.drain(..).filter_map(|e| Told::of(&e)).collect()
    }
}

/// An event without what the tests cannot compare.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Checked(Vec<u8>),
    Verified(u32),
    Failed(u32),
    WriteFailed(u32, io::ErrorKind),
    ReadFailed(u32, io::ErrorKind),
    WrongSizes(Vec<(PathBuf, u64, u64)>),
}

impl Told {
    pub fn of(event: &DiskEvent) -> Option<Self> {
        Some(match event {
            DiskEvent::Checked { have, .. } => Self::Checked(have.to_vec()),
            DiskEvent::Verified { piece, .. } => Self::Verified(*piece),
            DiskEvent::Failed { piece, .. } => Self::Failed(*piece),
            DiskEvent::WriteFailed { piece, error, .. } => Self::WriteFailed(*piece, error.kind()),
            DiskEvent::ReadFailed { piece, error, .. } => Self::ReadFailed(*piece, error.kind()),
            DiskEvent::WrongSizes { files, .. } => {
                let size = |f: &bip_disk::WrongSize| (f.path.clone(), f.expected, f.found);
                Self::WrongSizes(files.iter().map(size).collect())
            }
            _ => return None,
        })
    }
}

/// A file system in memory that fails on order. Clones share their orders.
#[derive(Debug, Clone, Default)]
pub struct FaultyFileSystem {
    pub inner: MemoryFileSystem,
    pub orders: Arc<Orders>,
}

#[derive(Debug)]
pub struct Orders {
    /// A read or write moves at most so many bytes.
    pub longest: AtomicUsize,
    /// Bytes that may be written until the storage is full.
    pub space: AtomicU64,
    pub reads_fail: AtomicBool,
    pub opens_fail: AtomicBool,
    /// Writes take nothing, and say no reason.
    pub writes_stall: AtomicBool,
    pub syncs_fail: AtomicBool,
    /// Every so many calls are interrupted first.
    pub interrupt_each: AtomicU32,
    pub calls: AtomicU32,
    pub written: AtomicU64,
    pub syncs: AtomicU32,
    pub bytes_read: AtomicU64,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            longest: AtomicUsize::new(usize::MAX),
            space: AtomicU64::new(u64::MAX),
            reads_fail: AtomicBool::default(),
            opens_fail: AtomicBool::default(),
            writes_stall: AtomicBool::default(),
            syncs_fail: AtomicBool::default(),
            interrupt_each: AtomicU32::new(u32::MAX),
            calls: AtomicU32::default(),
            written: AtomicU64::default(),
            syncs: AtomicU32::default(),
            bytes_read: AtomicU64::default(),
        }
    }
}

impl Orders {
    fn interrupted(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if call.is_multiple_of(self.interrupt_each.load(Ordering::SeqCst)) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    }
}

impl FileSystem for FaultyFileSystem {
    type File = MemoryFile;

    fn open(&self, path: &Path, access: Access) -> io::Result<MemoryFile> {
        if self.orders.opens_fail.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.inner.open(path, access)
    }

    fn length(&self, file: &MemoryFile) -> io::Result<u64> {
        self.inner.length(file)
    }

    fn set_length(&self, file: &MemoryFile, length: u64) -> io::Result<()> {
        self.inner.set_length(file, length)
    }

    fn read_at(&self, file: &MemoryFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.orders.interrupted()?;
        if self.orders.reads_fail.load(Ordering::SeqCst) {
            return Err(io::Error::other("the medium is broken"));
        }
        let length = buffer.len().min(self.orders.longest.load(Ordering::SeqCst));
        let read = self.inner.read_at(file, offset, &mut buffer[..length])?;
        self.orders
            .bytes_read
            .fetch_add(read as u64, Ordering::SeqCst);
        Ok(read)
    }

    fn write_vectored_at(
        &self,
        file: &MemoryFile,
        offset: u64,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        self.orders.interrupted()?;
        assert!(slices.len() <= 1024);
        if self.orders.writes_stall.load(Ordering::SeqCst) {
            return Ok(0);
        }
        let space = self.orders.space.load(Ordering::SeqCst);
        let longest = (self.orders.longest.load(Ordering::SeqCst) as u64).min(space) as usize;
        let mut bytes: Vec<u8> = slices.iter().flat_map(|s| s.iter().copied()).collect();
        bytes.truncate(longest);
        if bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = self
            .inner
            .write_vectored_at(file, offset, &[IoSlice::new(&bytes)])?;
        self.orders
            .space
            .fetch_sub(written as u64, Ordering::SeqCst);
        self.orders
            .written
            .fetch_add(written as u64, Ordering::SeqCst);
        Ok(written)
    }

    fn sync(&self, _file: &MemoryFile) -> io::Result<()> {
        self.orders.syncs.fetch_add(1, Ordering::SeqCst);
        if self.orders.syncs_fail.load(Ordering::SeqCst) {
            return Err(io::Error::other("the medium is broken"));
        }
        Ok(())
    }
}

/// A folder that vanishes with the test.
#[derive(Debug)]
pub struct TemporaryFolder(pub PathBuf);

impl TemporaryFolder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("bip_disk-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
