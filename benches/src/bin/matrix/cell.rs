use std::io;

use bip_benches::{Ended, run_cell};

use crate::outcome::Outcome;

/// Has a process of its own read the input.
pub(crate) fn run(decoder: &str, input: &str) -> io::Result<Outcome> {
    Ok(match run_cell(&[decoder, input])? {
        Ended::Told(line) => Outcome::from_line(&line)
            .ok_or_else(|| io::Error::other(format!("{decoder}, {input}: `{line}`")))?,
        Ended::Panicked => Outcome::Panicked,
        Ended::Aborted => Outcome::Aborted,
        Ended::OutOfTime => Outcome::OutOfTime,
    })
}
