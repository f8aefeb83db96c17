use std::process::ExitCode;

use bip_bencode::{BRefAccess as _, BencodeRef, DecodeError};
use clap::Args;

use super::failure::Failure;
use super::input::Input;
use super::warnings::{lenient, tell_warnings};
use crate::output::Stdout;

/// Show what a bencode file holds, as a tree
///
/// Text stands in quotes, other byte strings as their length and hexadecimal digits; long ones are cut unless --full is
/// given. Several values one behind the other are all shown. What is irregular is told on stderr. Of a damaged file,
/// what stands in front of the damage is shown, then the error, and the exit code is 1.
///
/// Examples:
///   bip bencode print debian.torrent
///   curl -s http://tracker/scrape | bip bencode print -
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Print {
    /// A bencode file, or - for standard input
    #[arg(value_name = "FILE|-")]
    input: Input,

    /// Show byte strings of any length whole
    #[arg(long)]
    full: bool,
}

impl Print {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let bytes = self.input.read()?;
        let mut out = Stdout::lock();
        let shown = self.show(&bytes, &mut out);
        out.flush()?;
        shown.map(|()| ExitCode::SUCCESS)
    }

    fn show(&self, bytes: &[u8], out: &mut Stdout) -> Result<(), Failure> {
        if bytes.is_empty() {
            // No value, and so none that fails.
            return lenient()
                .check(bytes)
                .map(drop)
                .map_err(|error| self.refused(error));
        }
        let mut at = 0;
        for value in lenient().values(bytes) {
            let document = match value {
                Ok(document) => document,
                Err(error) => {
                    self.show_beginning(&bytes[at..], at, out)?;
                    return Err(self.refused(error));
                }
            };
            self.write(document.root(), out)?;
            if !document.warnings().is_empty() {
                out.flush()?;
                tell_warnings(&self.input, &document, 0);
            }
            at = document.root().offset() + document.root().buffer().len();
        }
        Ok(())
    }

    /// Shows what there is of a value that fails.
    fn show_beginning(&self, bytes: &[u8], base: usize, out: &mut Stdout) -> Result<(), Failure> {
        if let Some(document) = lenient().decode_partial(bytes).value {
            self.write(document.root(), out)?;
            out.flush()?;
            tell_warnings(&self.input, &document, base);
        }
        Ok(())
    }

    fn write(&self, value: BencodeRef<'_, '_>, out: &mut Stdout) -> Result<(), Failure> {
        let tree = value.pretty();
        let tree = if self.full {
            tree.whole_strings()
        } else {
            tree
        };
        Ok(out.line(tree)?)
    }

    fn refused(&self, source: DecodeError) -> Failure {
        let input = self.input.clone();
        Failure::Decode { input, source }
    }
}
