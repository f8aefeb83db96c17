use std::fmt;

use crate::names::names;
use crate::warning::MAX_WARNINGS;

/// Characters of a name or value kept in a warning or an error.
const SHOWN: usize = 120;

/// Something odd about a magnet link that keeps nobody from following it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MagnetWarning {
    kind: MagnetWarningKind,
    offset: usize,
    parameter: Box<str>,
    value: Box<str>,
}

/// What is odd about a parameter of a magnet link, and what was made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MagnetWarningKind {
    /// A `%` is not followed by two hexadecimal digits, and stands for itself.
    BrokenEscape,
    /// What is no UTF-8 is shown as U+FFFD.
    NotUtf8,
    /// The value is empty; left out.
    Empty,
    /// An address holds white space or control characters, which could break a request; left out.
    Unprintable,
    /// The name (`dn`), length (`xl`) or salt (`s`) came before, and the first counts; left out.
    Repeated,
    /// A peer (`x.pe`) is not `host:port`; left out.
    NotHostAndPort,
    /// A peer's port is 0; left out.
    PortZero,
    /// A peer's port is above 65,535; left out.
    PortOutOfRange,
    /// A web seed (`ws`) is neither `http:` nor `https:`; left out.
    NotHttp,
    /// A length (`xl`) is no number of 64 bits; left out.
    NotLength,
    /// An entry of `so` is neither a file's index nor a range of them, first to last; left out.
    NotFileIndex,
    /// An exact topic (`xt`) is not of BitTorrent; kept among the
    /// [other topics](crate::Magnet::other_topics).
    UnknownTopic,
    /// A second public key (`xs=urn:btpk:`); kept among the [exact sources](crate::Magnet::exact_sources).
    SecondPublicKey,
    /// A salt (`s`) is longer than the 64 bytes that the DHT takes (BEP 44); kept.
    LongSalt,
    /// More warnings followed, from this parameter on.
    #[non_exhaustive]
    More {
        /// How many.
        count: usize,
    },
}

names! {
    MagnetWarningKind, "port_zero":
    BrokenEscape "broken_escape",
    NotUtf8 "not_utf8",
    Empty "empty",
    Unprintable "unprintable",
    Repeated "repeated",
    NotHostAndPort "not_host_and_port",
    PortZero "port_zero",
    PortOutOfRange "port_out_of_range",
    NotHttp "not_http",
    NotLength "not_length",
    NotFileIndex "not_file_index",
    UnknownTopic "unknown_topic",
    SecondPublicKey "second_public_key",
    LongSalt "long_salt",
    More "more",
}

impl MagnetWarning {
    /// What is odd.
    #[must_use]
    pub fn kind(&self) -> MagnetWarningKind {
        self.kind
    }

    /// The byte of the given text at which the parameter begins.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The parameter's name as written, decoded, cut after 120 characters.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// The value at fault as written, still encoded, cut after 120 characters.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// One line without control characters.
impl fmt::Display for MagnetWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parameter, value) = (self.parameter.escape_debug(), self.value.escape_debug());
        let wrong = match self.kind {
            MagnetWarningKind::More { count } => {
                return write!(f, "{count} more from byte {} on", self.offset);
            }
            MagnetWarningKind::BrokenEscape => "has a % without two hexadecimal digits behind it",
            MagnetWarningKind::NotUtf8 => "is not UTF-8",
            MagnetWarningKind::Empty => "is empty and is left out",
            MagnetWarningKind::Unprintable => {
                "holds white space or control characters and is left out"
            }
            MagnetWarningKind::Repeated => "came before, where it counts; this one is left out",
            MagnetWarningKind::NotHostAndPort => "is not host:port and is left out",
            MagnetWarningKind::PortZero => "has port 0 and is left out",
            MagnetWarningKind::PortOutOfRange => "has a port above 65535 and is left out",
            MagnetWarningKind::NotHttp => "is neither http nor https and is left out",
            MagnetWarningKind::NotLength => "is no number of bytes and is left out",
            MagnetWarningKind::NotFileIndex => {
                "is neither a file's index nor a range of them and is left out"
            }
            MagnetWarningKind::UnknownTopic => "is no topic of BitTorrent",
            MagnetWarningKind::SecondPublicKey => "is a second public key; the first counts",
            MagnetWarningKind::LongSalt => "is longer than the 64 bytes that the DHT takes",
        };
        write!(
            f,
            "{parameter} at byte {} {wrong}: \"{value}\"",
            self.offset
        )
    }
}

/// A list that does not grow with the hostility of the link.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    kept: Vec<MagnetWarning>,
    /// The first that was not kept, and how many there were.
    dropped: Option<(MagnetWarning, usize)>,
}

impl Warnings {
    pub(super) fn push(
        &mut self,
        kind: MagnetWarningKind,
        offset: usize,
        parameter: &str,
        value: &str,
    ) {
        if let Some((_, count)) = &mut self.dropped {
            *count += 1;
            return;
        }
        let warning = MagnetWarning {
            kind,
            offset,
            parameter: shown(parameter).into(),
            value: shown(value).into(),
        };
        if self.kept.len() < MAX_WARNINGS {
            self.kept.push(warning);
        } else {
            self.dropped = Some((warning, 1));
        }
    }

    pub(super) fn finish(mut self) -> Box<[MagnetWarning]> {
        if let Some((first, count)) = self.dropped {
            let kind = MagnetWarningKind::More { count };
            self.kept.push(MagnetWarning { kind, ..first });
        }
        self.kept.into()
    }
}

/// As much of `text` as an error or a warning repeats.
pub(super) fn shown(text: &str) -> &str {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_kept_up_to_the_limit_and_counted_past_it() {
        let list = |count| {
            let mut warnings = Warnings::default();
            for offset in 0..count {
                warnings.push(MagnetWarningKind::Empty, offset, "tr", "");
            }
            warnings.finish()
        };
        assert_eq!(list(MAX_WARNINGS).len(), MAX_WARNINGS);
        let past = &list(MAX_WARNINGS + 2)[MAX_WARNINGS..];
        assert_eq!(past.len(), 1);
        assert_eq!(past[0].kind(), MagnetWarningKind::More { count: 2 });
        assert_eq!(past[0].offset(), MAX_WARNINGS);
    }

    #[test]
    fn what_is_repeated_of_a_link_is_cut() {
        assert_eq!(shown(&"é".repeat(121)), "é".repeat(120));
        assert_eq!(shown("é"), "é");
    }
}
