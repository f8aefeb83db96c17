use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bip_metainfo::{Lint as Finding, LintKind, LintOptions, Severity};
use clap::Args;
use serde_json::{Value, json};

use super::failure::Failure;
use crate::output::Stdout;
use crate::swarm::Source;

/// Tell what is better made otherwise in a .torrent file
///
/// One line for each thing: how much harm it does, its name, the key it is about, and what to do.
///
/// Exit codes: 0 when there is no error (with --strict, no warning either), 1 when there is or the file cannot be loaded,
/// 2 when the command line cannot be understood. Notes never count.
///
/// Examples:
///   bip lint album.torrent --strict
///   bip lint album.torrent --allow v1_only --allow empty_file
///   bip lint album.torrent --json | jq -r '.lints[].name'
#[derive(Args, Debug)]
#[command(verbatim_doc_comment, after_long_help = names())]
pub(crate) struct Lint {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// Keep quiet about this, by the name in brackets; may be given several times
    #[arg(long, value_name = "NAME")]
    allow: Vec<LintKind>,

    /// End with 1 after warnings too
    #[arg(long)]
    strict: bool,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl Lint {
    pub(crate) fn run(self) -> ExitCode {
        self.lint()
            .unwrap_or_else(|failure| failure.tell(self.json))
    }

    fn lint(&self) -> Result<ExitCode, Failure> {
        let torrent = Source::load(&self.torrent)?;
        let lints = torrent.lint(&self.options());
        let mut out = Stdout::lock();
        if self.json {
            let lints: Value = lints.iter().map(as_json).collect();
            out.line(format_args!("{:#}", json!({ "lints": lints })))?;
        } else {
            lints.iter().try_for_each(|lint| out.line(lint))?;
        }
        out.flush()?;
        let worst = lints.iter().map(Finding::severity).min();
        let is_bad = match worst {
            Some(Severity::Error) => true,
            Some(Severity::Warning) => self.strict,
            _ => false,
        };
        Ok(if is_bad {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    fn options(&self) -> LintOptions {
        let mut options = LintOptions::default();
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        if let Some(now) = since
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
        {
            options = options.now(now);
        }
        self.allow.iter().copied().fold(options, LintOptions::allow)
    }
}

/// What can be told, for --help.
fn names() -> String {
    let mut text = "What is told:".to_owned();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for kind in LintKind::ALL
            .iter()
            .filter(|kind| kind.severity() == severity)
        {
            text.push_str(&format!(
                "\n  {severity}[{kind}]\n          {}",
                kind.about()
            ));
        }
    }
    text
}

fn as_json(lint: &Finding) -> Value {
    json!({
        "name": lint.kind().name(),
        "severity": lint.severity().to_string(),
        "place": lint.place(),
        "message": lint.message(),
        "advice": lint.advice(),
    })
}
