use std::fmt;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write as _};

/// Bytes gathered before they are written.
const BUFFER_LENGTH: usize = 64 * 1024;

/// Standard output, locked and buffered. A reader that went away, as `head` does, has what it wanted: what else would be
/// written is dropped.
pub(crate) struct Stdout {
    out: BufWriter<StdoutLock<'static>>,
    reader_left: bool,
}

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written")]
pub(crate) struct StdoutError(#[from] io::Error);

impl Stdout {
    pub(crate) fn lock() -> Stdout {
        Stdout {
            out: BufWriter::with_capacity(BUFFER_LENGTH, io::stdout().lock()),
            reader_left: false,
        }
    }

    /// Writes text, and the end of a line behind it.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Result<(), StdoutError> {
        self.attempt(|out| writeln!(out, "{text}"))
    }

    /// Writes text that ends its lines itself.
    pub(crate) fn text(&mut self, text: impl fmt::Display) -> Result<(), StdoutError> {
        self.attempt(|out| write!(out, "{text}"))
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), StdoutError> {
        self.attempt(|out| out.write_all(bytes))
    }

    /// Has everything written. What goes to stderr next comes behind it.
    pub(crate) fn flush(&mut self) -> Result<(), StdoutError> {
        self.attempt(|out| out.flush())
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
    ) -> Result<(), StdoutError> {
        if self.reader_left {
            return Ok(());
        }
        match write(&mut self.out) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_left = true;
                Ok(())
            }
            written => written.map_err(StdoutError),
        }
    }
}
