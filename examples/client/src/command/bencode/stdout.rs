use std::fmt;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write as _};

use super::failure::Failure;

/// Bytes gathered before they are written.
const BUFFER_LENGTH: usize = 64 * 1024;

/// Standard output, locked and buffered. A reader that went away, as `head` does, has what it wanted: what else would be
/// written is dropped.
pub(super) struct Stdout {
    out: BufWriter<StdoutLock<'static>>,
    reader_left: bool,
}

impl Stdout {
    pub(super) fn lock() -> Stdout {
        Stdout {
            out: BufWriter::with_capacity(BUFFER_LENGTH, io::stdout().lock()),
            reader_left: false,
        }
    }

    /// Writes text, and the end of a line behind it.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> Result<(), Failure> {
        self.attempt(|out| writeln!(out, "{text}"))
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.attempt(|out| out.write_all(bytes))
    }

    /// Has everything written. What goes to stderr next comes behind it.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.attempt(|out| out.flush())
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.reader_left {
            return Ok(());
        }
        match write(&mut self.out) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_left = true;
                Ok(())
            }
            written => written.map_err(Failure::Stdout),
        }
    }
}
