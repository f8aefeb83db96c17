use std::collections::BTreeMap;

use super::finding::Lint;
use super::kind::LintKind;
use super::options::LintOptions;
use crate::limits::MAX_LINTS_OF_A_KIND;

/// A list of lints that does not grow with the hostility of its source.
pub(super) struct Report<'o> {
    options: &'o LintOptions,
    lints: Vec<Lint>,
    counts: BTreeMap<LintKind, usize>,
}

impl<'o> Report<'o> {
    pub(super) fn new(options: &'o LintOptions) -> Self {
        Self {
            options,
            lints: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// The message has to be escaped, and is made only where it is kept.
    pub(super) fn add(
        &mut self,
        kind: LintKind,
        place: impl Into<String>,
        message: impl FnOnce() -> String,
    ) {
        self.add_at(kind, || place.into(), message);
    }

    /// As [`add`](Self::add), for a place that is long to tell.
    pub(super) fn add_at(
        &mut self,
        kind: LintKind,
        place: impl FnOnce() -> String,
        message: impl FnOnce() -> String,
    ) {
        if self.options.allows(kind) {
            return;
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= MAX_LINTS_OF_A_KIND {
            self.lints.push(Lint {
                kind,
                place: place(),
                message: message(),
            });
        }
    }

    pub(super) fn finish(mut self) -> Vec<Lint> {
        let counts = std::mem::take(&mut self.counts);
        for (kind, count) in counts {
            if count > MAX_LINTS_OF_A_KIND {
                let more = count - MAX_LINTS_OF_A_KIND;
                self.add(LintKind::More, "", || format!("{more} more of {kind}"));
            }
        }
        self.lints
            .sort_by_key(|lint| (lint.kind.severity(), lint.kind));
        self.lints
    }
}
