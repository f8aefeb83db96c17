use std::fs::File;
use std::path::PathBuf;
use std::sync::Mutex;

use bip_dht::{DhtBuilder, TraceDetail};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::failure::Failure;

/// Whether it is written down what the node does.
#[derive(Args, Debug)]
pub(super) struct TraceArguments {
    /// Write to this file what the node does, each query and answer of it, without addresses and keys
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,

    /// Write down addresses and keys, too
    #[arg(long, requires = "trace")]
    trace_addresses: bool,
}

impl TraceArguments {
    /// Begins to write, if it is wanted.
    pub(super) fn apply(&self, builder: DhtBuilder) -> Result<DhtBuilder, Failure> {
        let Some(path) = &self.trace else {
            return Ok(builder);
        };
        let file = File::create(path).map_err(|source| Failure::Write {
            path: path.clone(),
            source,
        })?;
        // Only the first node of a process can begin it, and there is one.
        let _ = tracing_subscriber::fmt()
            .with_writer(Mutex::new(file))
            .with_ansi(false)
            .with_max_level(LevelFilter::TRACE)
            .try_init();
        Ok(builder.trace_detail(match self.trace_addresses {
            true => TraceDetail::Full,
            false => TraceDetail::Anonymous,
        }))
    }
}
