use std::io::{self, Read, Write};

use crate::encode::Output;
use crate::limits::WRITE_BUFFER_LENGTH;

/// Gathers small pieces, so that an output without a buffer is not called for every one of them.
pub(super) struct Staging<'w> {
    out: &'w mut dyn Write,
    buffer: [u8; WRITE_BUFFER_LENGTH],
    used: usize,
    drained: u64,
}

/// Why bytes did not come from a source to the output.
pub(super) enum CopyError {
    Output(io::Error),
    Source(io::Error),
    SourceTooShort { missing: u64 },
}

impl<'w> Staging<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Staging<'w> {
        Staging {
            out,
            buffer: [0; WRITE_BUFFER_LENGTH],
            used: 0,
            drained: 0,
        }
    }

    /// All bytes so far.
    pub(super) fn written(&self) -> u64 {
        self.drained + self.used as u64
    }

    /// The bytes that the output has taken.
    pub(super) fn drained(&self) -> u64 {
        self.drained
    }

    /// Gives the output what was gathered.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer[..self.used])?;
        self.drained += self.used as u64;
        self.used = 0;
        Ok(())
    }

    /// Copies so many bytes, of which no more than the buffer holds are in memory at once.
    pub(super) fn copy(&mut self, length: u64, source: &mut dyn Read) -> Result<(), CopyError> {
        let mut missing = length;
        while missing > 0 {
            if missing > (WRITE_BUFFER_LENGTH - self.used) as u64 {
                self.drain().map_err(CopyError::Output)?;
            }
            let room = &mut self.buffer[self.used..];
            let wanted =
                usize::try_from(missing).map_or(room.len(), |missing| missing.min(room.len()));
            match source.read(&mut room[..wanted]) {
                Ok(0) => return Err(CopyError::SourceTooShort { missing }),
                Ok(count) => {
                    // A source that claims more than there was room for is wrong about itself.
                    let count = count.min(wanted);
                    self.used += count;
                    missing -= count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(CopyError::Source(error)),
            }
        }
        Ok(())
    }
}

impl Output for Staging<'_> {
    type Error = io::Error;

    #[inline]
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > WRITE_BUFFER_LENGTH - self.used {
            self.drain()?;
            if bytes.len() >= WRITE_BUFFER_LENGTH {
                self.out.write_all(bytes)?;
                self.drained += bytes.len() as u64;
                return Ok(());
            }
        }
        self.buffer[self.used..][..bytes.len()].copy_from_slice(bytes);
        self.used += bytes.len();
        Ok(())
    }
}
