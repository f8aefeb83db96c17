//! What is better done otherwise in a torrent that loads.

mod about;
mod bencode;
mod finding;
mod hybrid;
mod kind;
mod names;
mod options;
mod pieces;
mod report;
mod trackers;

pub use finding::Lint;
pub use kind::{LintKind, ParseLintKindError, Severity};
pub use options::LintOptions;

use bip_bencode::DictRef;

use crate::decode::decode;
use crate::limits::LoadLimits;
use crate::metainfo::Metainfo;
use crate::warning::Warnings;
use report::Report;

impl Metainfo {
    /// Looks for what people who make torrents regret: faults that the torrent loads with all the same. The most severe
    /// come first; of one kind at most twenty are told.
    ///
    /// ```
    /// use bip_metainfo::{LintKind, LintOptions, Metainfo, Severity};
    ///
    /// let bytes = b"d4:infod6:lengthi1e4:name5:a?b:c12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaa\
    ///     7:privatei1eee";
    /// let torrent = Metainfo::from_bytes(bytes)?;
    /// let options = LintOptions::default().allow(LintKind::V1Only).allow(LintKind::PrivateWithoutSource);
    /// let lints = torrent.lint(&options);
    /// assert_eq!(lints[0].kind().name(), "private_without_tracker");
    /// assert_eq!(lints[0].severity(), Severity::Error);
    /// assert_eq!((lints[1].kind().name(), lints[1].place()), ("hostile_name", "info.name"));
    /// assert_eq!(lints.len(), 2);
    /// # Ok::<(), bip_metainfo::MetainfoError>(())
    /// ```
    #[must_use]
    pub fn lint(&self, options: &LintOptions) -> Vec<Lint> {
        let mut report = Report::new(options);
        let limits = LoadLimits::of_what_was_loaded();
        // It was loaded from these bytes, so that it decodes.
        if let Ok(document) = decode(self.raw(), &limits, &mut Warnings::default())
            && let Some(root) = document.root().dict()
            && let Some(info) = root.get(b"info").and_then(|info| info.dict())
        {
            self.lint_raw(root, info, &mut report);
            bencode::check(self, document.warnings(), &mut report);
        }
        about::check(self, options, &mut report);
        pieces::check(self, options, &mut report);
        names::check(self, &mut report);
        report.finish()
    }

    fn lint_raw(&self, root: DictRef<'_, '_>, info: DictRef<'_, '_>, report: &mut Report<'_>) {
        trackers::check(self, root, report);
        bencode::check_keys(root, info, report);
        hybrid::check(self, info, report);
    }
}
