use std::fmt::Display;
use std::io::{self, Write as _};

use serde_json::Value;

use super::failure::Failure;
use crate::output::Stdout;

/// How a command tells what it finds: in words, or as one JSON object a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tell {
    is_json: bool,
}

impl Tell {
    pub(super) fn new(is_json: bool) -> Tell {
        Tell { is_json }
    }

    pub(super) fn is_json(self) -> bool {
        self.is_json
    }

    /// What was asked for: on stdout.
    pub(super) fn found(self, words: impl Display, event: &Value) -> Result<(), Failure> {
        let mut out = Stdout::lock();
        match self.is_json {
            true => out.line(event)?,
            false => out.line(words)?,
        }
        Ok(out.flush()?)
    }

    /// What is worth knowing beside it: the words on stderr, the object on stdout.
    pub(super) fn aside(self, words: impl Display, event: &Value) -> Result<(), Failure> {
        if self.is_json {
            return self.found(words, event);
        }
        // Nobody reading it is no reason to fail.
        let _ = writeln!(io::stderr(), "{words}");
        Ok(())
    }
}
