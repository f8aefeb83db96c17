use std::io;
use std::process::ExitCode;

use bip_bencode::{BDecodeOpt, DecodeError, DecodeErrorKind, KeyPath, Warning};
use clap::Args;
use serde::Serialize;

use super::failure::Failure;
use super::input::Input;
use super::warnings::{lenient, sentence, shown};
use crate::output::{Stdout, StdoutError, chain};

/// Find out whether a file is one bencode value, and canonical
///
/// Prints one line and exits with 0 if it is, with 1 if not. --lenient lets pass what still has one meaning (unsorted
/// and repeated keys, leading zeros, integers beyond 64 bits, bytes behind the value) and tells each.
///
/// With --json: {"ok": false, "error": {"kind": "unsorted_key", "offset": 12, "path": "info.files[3]", "message": "…"},
/// "warnings": []}; `error` is null if ok; each warning has `kind`, `offset` and `path`, and of more than 100 the first 100
/// are told. Of a file that cannot be read, the kind is "unreadable", and `offset` and `path` are null.
///
/// Examples:
///   bip bencode check debian.torrent && echo canonical
///   bip bencode check --lenient --json old.torrent | jq '.warnings[].kind'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Check {
    /// A bencode file, or - for standard input
    #[arg(value_name = "FILE|-")]
    input: Input,

    /// Accept canonical bencode only (the default)
    #[arg(long = "strict", conflicts_with = "lenient")]
    _strict: bool,

    /// Let pass what still has one meaning
    #[arg(long)]
    lenient: bool,

    /// Print exactly one JSON object on stdout
    #[arg(long)]
    json: bool,
}

/// What was found out.
struct Verdict {
    error: Option<DecodeError>,
    /// With the path of what each is about.
    warnings: Vec<(Warning, KeyPath)>,
    is_more: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut out = Stdout::lock();
        let bytes = match self.input.read() {
            Ok(bytes) => bytes,
            Err(failure) if self.json => {
                write_json(&Report::unreadable(&failure), &mut out)?;
                return Ok(ExitCode::FAILURE);
            }
            Err(failure) => return Err(failure),
        };
        let verdict = if self.lenient {
            Verdict::lenient(&bytes)
        } else {
            Verdict::strict(&bytes)
        };
        if self.json {
            write_json(&Report::of(&verdict), &mut out)?;
        } else {
            self.write_text(&verdict, bytes.len(), &mut out)?;
        }
        Ok(match verdict.error {
            None => ExitCode::SUCCESS,
            Some(_) => ExitCode::FAILURE,
        })
    }

    fn write_text(
        &self,
        verdict: &Verdict,
        length: usize,
        out: &mut Stdout,
    ) -> Result<(), Failure> {
        let input = &self.input;
        match &verdict.error {
            None if verdict.warnings.is_empty() => {
                out.line(format_args!("{input}: canonical bencode, {length} bytes"))?;
            }
            None => out.line(format_args!("{input}: irregular bencode, {length} bytes"))?,
            Some(error) => {
                let is_pardonable = matches!(error.kind(), DecodeErrorKind::Irregular(_));
                let hint = if is_pardonable {
                    " (--lenient lets it pass)"
                } else {
                    ""
                };
                out.line(format_args!("{input}: {error}{hint}"))?;
            }
        }
        for (warning, path) in &verdict.warnings {
            let sentence = sentence(input, warning, 0, path);
            out.line(format_args!("warning: {sentence}"))?;
        }
        if verdict.is_more {
            out.line(format_args!("warning: {input}: and more"))?;
        }
        Ok(out.flush()?)
    }
}

impl Verdict {
    fn strict(bytes: &[u8]) -> Verdict {
        Verdict {
            error: BDecodeOpt::strict().check(bytes).err(),
            warnings: Vec::new(),
            is_more: false,
        }
    }

    /// Takes a tree, since warnings are told with their paths.
    fn lenient(bytes: &[u8]) -> Verdict {
        let partial = lenient().decode_partial(bytes);
        let mut verdict = Verdict {
            error: partial.error,
            warnings: Vec::new(),
            is_more: false,
        };
        if let Some(document) = partial.value {
            let (warnings, is_more) = shown(document.warnings());
            verdict.is_more = is_more;
            verdict.warnings = warnings
                .iter()
                .map(|warning| (*warning, document.root().path_at(warning.offset)))
                .collect();
        }
        verdict
    }
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    error: Option<ErrorReport<'a>>,
    warnings: Vec<WarningReport<'a>>,
}

#[derive(Serialize)]
struct ErrorReport<'a> {
    kind: &'a str,
    offset: Option<usize>,
    path: Option<&'a str>,
    message: String,
}

#[derive(Serialize)]
struct WarningReport<'a> {
    kind: &'a str,
    offset: usize,
    path: &'a str,
}

impl<'a> Report<'a> {
    fn of(verdict: &'a Verdict) -> Report<'a> {
        Report {
            ok: verdict.error.is_none(),
            error: verdict.error.as_ref().map(|error| ErrorReport {
                kind: error.kind().name(),
                offset: Some(error.offset()),
                path: Some(error.path().as_str()),
                message: error.to_string(),
            }),
            warnings: verdict
                .warnings
                .iter()
                .map(|(warning, path)| WarningReport {
                    kind: warning.irregularity.name(),
                    offset: warning.offset,
                    path: path.as_str(),
                })
                .collect(),
        }
    }

    fn unreadable(failure: &Failure) -> Report<'a> {
        Report {
            ok: false,
            error: Some(ErrorReport {
                kind: "unreadable",
                offset: None,
                path: None,
                message: chain(failure),
            }),
            warnings: Vec::new(),
        }
    }
}

fn write_json(report: &Report<'_>, out: &mut Stdout) -> Result<(), Failure> {
    let json =
        serde_json::to_string(report).map_err(|error| StdoutError::from(io::Error::from(error)))?;
    out.line(json)?;
    Ok(out.flush()?)
}
