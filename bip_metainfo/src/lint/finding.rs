use std::fmt;

use super::kind::{LintKind, Severity};

/// Something that is better done otherwise, from [`Metainfo::lint`](crate::Metainfo::lint).
///
/// `Display` writes it on one line, in which nothing can upset a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    pub(super) kind: LintKind,
    pub(super) place: String,
    pub(super) message: String,
}

impl Lint {
    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> LintKind {
        self.kind
    }

    /// How much harm it does.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// The key it is about, by its path, as in `info.files[3].path`; empty where it is the whole file.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is the matter, in this torrent.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, as a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.kind.advice()
    }
}

/// `warning[hostile_name] info.name: …`
impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity(), self.kind)?;
        if !self.place.is_empty() {
            write!(f, " {}", self.place)?;
        }
        write!(f, ": {}. {}", self.message, self.advice())
    }
}
