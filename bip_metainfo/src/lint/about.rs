//! What a torrent says of itself: dates, texts, privacy.

use super::kind::LintKind;
use super::options::LintOptions;
use super::report::Report;
use crate::metainfo::Metainfo;

pub(super) fn check(torrent: &Metainfo, options: &LintOptions, report: &mut Report<'_>) {
    check_privacy(torrent, report);
    if let Some(date) = torrent.creation_date() {
        let place = "creation date";
        if date < 0 {
            let message = || format!("{date} is before 1970");
            report.add(LintKind::CreationDateNegative, place, message);
        } else if options.now.is_some_and(|now| date > now) {
            let message = || format!("{date} is later than now");
            report.add(LintKind::CreationDateInFuture, place, message);
        }
    }
    for (place, text) in [
        ("comment", torrent.comment()),
        ("created by", torrent.created_by()),
        ("encoding", torrent.encoding()),
        ("info.source", torrent.info().source()),
    ] {
        // A comment may have lines.
        let is_bad = |character: char| character.is_control() && !"\n\r\t".contains(character);
        if let Some(bad) = text.and_then(|text| text.chars().find(|one| is_bad(*one))) {
            let message = || {
                format!(
                    "the text has the control character {}",
                    bad.escape_unicode()
                )
            };
            report.add(LintKind::ControlCharacters, place, message);
        }
    }
}

fn check_privacy(torrent: &Metainfo, report: &mut Report<'_>) {
    if !torrent.info().is_private() {
        return;
    }
    if torrent.trackers().is_empty() {
        let message = || "the torrent is private and has no tracker".to_owned();
        report.add(LintKind::PrivateWithoutTracker, "announce", message);
    }
    if !torrent.nodes().is_empty() {
        let count = torrent.nodes().len();
        let message = || format!("the torrent is private and names DHT nodes, {count} of them");
        report.add(LintKind::PrivateWithNodes, "nodes", message);
    }
    if torrent.info().source().is_none_or(str::is_empty) {
        let message = || "the torrent is private and does not say for which tracker".to_owned();
        report.add(LintKind::PrivateWithoutSource, "info.source", message);
    }
}
