//! From files to buffers.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use super::row::Row;

/// What the content of a file is read from.
pub trait Source: Read + Seek {}

impl<T: Read + Seek + ?Sized> Source for T {}

/// How to open a file by its index.
pub(crate) type Open<'a> = dyn Fn(usize) -> io::Result<Box<dyn Source + 'a>> + Sync + 'a;

/// Why a piece has no hash.
#[derive(Debug)]
pub(crate) struct ReadFault {
    pub(crate) piece: u32,
    /// The index of the file that could not be read, and where in it.
    pub(crate) file: usize,
    pub(crate) offset: u64,
    /// [`ErrorKind::UnexpectedEof`] where the file ends early.
    pub(crate) error: io::Error,
}

/// Some pieces as they were read, one behind the other at multiples of the piece length.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) pieces: Range<u32>,
    pub(super) bytes: Vec<u8>,
    /// At most one for each piece, in their order.
    pub(super) faults: Vec<ReadFault>,
}

/// One thread's eyes. The last file stays open, for the next buffer mostly goes on in it.
pub(super) struct Reader<'a> {
    open: &'a Open<'a>,
    last: Option<OpenFile<'a>>,
}

struct OpenFile<'a> {
    file: usize,
    position: u64,
    source: Box<dyn Source + 'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(open: &'a Open<'a>) -> Self {
        Self { open, last: None }
    }

    /// Reads pieces into a buffer that is long enough.
    pub(super) fn fill(&mut self, row: &Row, pieces: Range<u32>, mut bytes: Vec<u8>) -> Load {
        let start = row.piece(pieces.start).start;
        let end = row.piece(pieces.end.saturating_sub(1)).end.max(start);
        let mut faults = Vec::new();
        for stretch in row.stretches_in(&(start..end)) {
            let mut at = stretch.start.max(start);
            let to = (stretch.start + stretch.length).min(end);
            let place = |from: u64| (from - start) as usize..(to - start) as usize;
            let Some(file) = stretch.file else {
                bytes[place(at)].fill(0);
                continue;
            };
            while at < to {
                let offset = at - stretch.start;
                let Err((read, error)) = self.read(file, offset, &mut bytes[place(at)]) else {
                    break;
                };
                let piece = ((at + read as u64) / row.piece_length()) as u32;
                let offset = offset + read as u64;
                push(
                    &mut faults,
                    ReadFault {
                        piece,
                        file,
                        offset,
                        error,
                    },
                );
                // What follows may be readable, and is another piece's matter.
                at = row.piece(piece + 1).start;
            }
        }
        Load {
            pieces,
            bytes,
            faults,
        }
    }

    /// Fills the buffer, or tells how much of it was read before what went wrong.
    fn read(
        &mut self,
        file: usize,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<(), (usize, io::Error)> {
        let source = self.at(file, offset).map_err(|error| (0, error))?;
        let mut filled = 0;
        let result = loop {
            if filled == buffer.len() {
                break Ok(());
            }
            match source.read(&mut buffer[filled..]) {
                Ok(0) => break Err((filled, ErrorKind::UnexpectedEof.into())),
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err((filled, error)),
            }
        };
        match (&result, &mut self.last) {
            (Ok(()), Some(last)) => last.position = offset + buffer.len() as u64,
            _ => self.last = None,
        }
        result
    }

    fn at(&mut self, file: usize, offset: u64) -> io::Result<&mut (dyn Source + 'a)> {
        let mut last = match self.last.take() {
            Some(last) if last.file == file => last,
            _ => OpenFile {
                file,
                position: 0,
                source: (self.open)(file)?,
            },
        };
        if last.position != offset {
            last.source.seek(SeekFrom::Start(offset))?;
            last.position = offset;
        }
        Ok(&mut *self.last.insert(last).source)
    }
}

/// One fault is enough for a piece. They come in the order of the pieces.
fn push(faults: &mut Vec<ReadFault>, fault: ReadFault) {
    if faults.last().is_none_or(|last| last.piece != fault.piece) {
        faults.push(fault);
    }
}
