use std::path::Path;

use bip_metainfo::{FileAccessor, LintOptions, Metainfo, Plan, Severity, SkipReason, Skipped};
use indicatif::BinaryBytes;
use serde_json::{Map, Value, json};

use super::super::destination::Destination;
use super::super::failure::Failure;
use crate::output::Stdout;

/// What is told of a torrent: what it will be, and once it is there, what it is called.
#[derive(Debug)]
pub(super) struct Report<'a> {
    plan: &'a Plan,
    skipped: &'a [Skipped],
    made: Option<Made>,
}

#[derive(Debug)]
struct Made {
    path: Option<String>,
    name: String,
    length: usize,
    info_hash_v1: Option<String>,
    info_hash_v2: Option<String>,
    link: String,
    /// What its maker may want to know before others do.
    warnings: Vec<String>,
}

impl<'a> Report<'a> {
    pub(super) fn new(plan: &'a Plan, content: &'a FileAccessor) -> Self {
        Report {
            plan,
            skipped: content.skipped(),
            made: None,
        }
    }

    pub(super) fn finish(&mut self, torrent: &Metainfo, destination: &Destination) {
        let info = torrent.info();
        let lints = torrent.lint(&LintOptions::default());
        self.made = Some(Made {
            path: destination.path().map(shown),
            name: info.name().to_owned(),
            length: torrent.raw().len(),
            info_hash_v1: info.info_hash_v1().map(|hash| hash.to_string()),
            info_hash_v2: info.info_hash_v2().map(|hash| hash.to_string()),
            link: torrent.magnet().to_string(),
            warnings: lints
                .iter()
                .filter(|lint| lint.severity() < Severity::Note)
                .map(|lint| format!("{}: {}. {}", lint.kind(), lint.message(), lint.advice()))
                .collect(),
        });
    }

    pub(super) fn print(&self, is_json: bool) -> Result<(), Failure> {
        let mut out = Stdout::lock();
        if is_json {
            out.line(format_args!("{:#}", self.as_json()))?;
        } else {
            out.bytes(self.as_text().as_bytes())?;
        }
        Ok(out.flush()?)
    }

    pub(super) fn print_link(&self) -> Result<(), Failure> {
        let mut out = Stdout::lock();
        if let Some(made) = &self.made {
            out.line(&made.link)?;
        }
        Ok(out.flush()?)
    }

    fn as_json(&self) -> Value {
        let plan = self.plan;
        let made = self.made.as_ref();
        let skipped = self
            .skipped
            .iter()
            .map(|one| json!({"path": shown(one.path()), "reason": one.reason().name()}));
        let mut fields = Map::new();
        let mut field = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        field("torrent", json!(made.and_then(|made| made.path.as_ref())));
        field("name", json!(made.map(|made| &made.name)));
        field(
            "info_hash_v1",
            json!(made.and_then(|made| made.info_hash_v1.as_ref())),
        );
        field(
            "info_hash_v2",
            json!(made.and_then(|made| made.info_hash_v2.as_ref())),
        );
        field("magnet", json!(made.map(|made| &made.link)));
        field("piece_length", json!(plan.piece_length));
        field("piece_count", json!(plan.piece_count));
        field("file_count", json!(plan.file_count));
        field("content_length", json!(plan.content_length));
        field("reused_length", json!(plan.known_length));
        field("pad_count", json!(plan.pad_count));
        field("pad_length", json!(plan.pad_length));
        field(
            "torrent_length",
            match made {
                Some(made) => json!(made.length),
                None => json!(plan.torrent_length),
            },
        );
        field("skipped", skipped.collect());
        field(
            "warnings",
            json!(made.map_or(&[][..], |made| &made.warnings)),
        );
        Value::Object(fields)
    }

    fn as_text(&self) -> String {
        let plan = self.plan;
        let mut text = String::new();
        let mut row = |label: &str, value: &str| text.push_str(&format!("{label:>13}  {value}\n"));
        if let Some(made) = &self.made {
            row("torrent", made.path.as_deref().unwrap_or("-"));
            row("name", &made.name);
            if let Some(hash) = &made.info_hash_v1 {
                row("info-hash", hash);
            }
            if let Some(hash) = &made.info_hash_v2 {
                row("info-hash 2", hash);
            }
        }
        let files = if plan.file_count == 1 {
            "file"
        } else {
            "files"
        };
        row(
            "content",
            &format!(
                "{} in {} {files}",
                size(plan.content_length),
                plan.file_count
            ),
        );
        if plan.known_length > 0 {
            row("reused", &format!("{}, not read", size(plan.known_length)));
        }
        if plan.pad_count > 0 {
            let percent = plan.pad_length as f64 / plan.content_length as f64 * 100.0;
            row(
                "padding",
                &format!("{}, {percent:.1} %", size(plan.pad_length)),
            );
        }
        let piece_length = BinaryBytes(plan.piece_length.into());
        row("pieces", &format!("{} of {piece_length}", plan.piece_count));
        let length = self
            .made
            .as_ref()
            .map_or(plan.torrent_length, |made| made.length as u64);
        row("torrent size", &size(length));
        if !self.skipped.is_empty() {
            row("left out", &summary(self.skipped));
        }
        for warning in self.made.iter().flat_map(|made| &made.warnings) {
            row("warning", warning);
        }
        text
    }
}

fn summary(skipped: &[Skipped]) -> String {
    const REASONS: [SkipReason; 5] = [
        SkipReason::Hidden,
        SkipReason::Junk,
        SkipReason::Pattern,
        SkipReason::Special,
        SkipReason::Symlink,
    ];
    let counts = REASONS.map(|reason| {
        let count = skipped.iter().filter(|one| one.reason() == reason).count();
        (reason, count)
    });
    let told: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(reason, count)| format!("{count} {}", reason.name()))
        .collect();
    told.join(", ")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        _ => format!("{} ({bytes} bytes)", BinaryBytes(bytes)),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
