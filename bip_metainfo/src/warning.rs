use std::fmt;

use crate::names::names;

/// Warnings kept of one torrent or link. What comes after them is only counted.
pub(crate) const MAX_WARNINGS: usize = 100;

/// Something that is wrong with a torrent, but keeps nobody from using it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The bencode is not canonical, such as unsorted keys. Of a key that comes twice, the first one counts.
    Irregular {
        /// The byte of the input.
        offset: usize,
        /// What is irregular, and where.
        reason: String,
    },
    /// White space follows the torrent.
    TrailingSpace {
        /// Where the torrent ends.
        offset: usize,
    },
    /// An optional key has a value of the wrong type or range, and counts as absent.
    Ignored {
        /// The key's path, as in `info.files[3].md5sum`.
        key: String,
        /// What it should have been, with its article.
        expected: &'static str,
    },
    /// Text is not UTF-8: what is no UTF-8 is shown as U+FFFD.
    NotUtf8 {
        /// The key's path.
        key: String,
    },
    /// `info` has both `files` and `length`; the latter is ignored.
    LengthBesideFiles,
    /// `announce-list` has addresses where it should have tiers, lists of them (BEP 12). Each counts as a tier.
    FlatAnnounceList,
    /// Files larger than a piece have no entry in `piece layers` (BEP 52), so that their pieces cannot be checked until
    /// peers have sent the hashes. A bare info dictionary never has them.
    MissingPieceLayers {
        /// How many.
        files: usize,
    },
    /// Files have other paths than the torrent asks for: see [`File::path_changes`](crate::File::path_changes).
    PathsChanged {
        /// How many.
        files: usize,
    },
    /// More warnings followed.
    More {
        /// How many.
        count: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Irregular { reason, .. } => f.write_str(reason),
            Self::TrailingSpace { offset } => {
                write!(f, "white space after the end at byte {offset}")
            }
            Self::Ignored { key, expected } => write!(f, "{key} is not {expected} and is ignored"),
            Self::NotUtf8 { key } => write!(f, "{key} is not UTF-8"),
            Self::LengthBesideFiles => {
                f.write_str("info.length stands beside info.files and is ignored")
            }
            Self::FlatAnnounceList => f.write_str(
                "announce-list has addresses where tiers should be; each counts as a tier",
            ),
            Self::MissingPieceLayers { files } => {
                write!(f, "the piece layers of {files} files are missing")
            }
            Self::PathsChanged { files } => {
                write!(f, "the paths of {files} files were changed to be safe")
            }
            Self::More { count } => write!(f, "{count} more"),
        }
    }
}

names! {
    Warning, "not_utf8":
    Irregular "irregular",
    TrailingSpace "trailing_space",
    Ignored "ignored",
    NotUtf8 "not_utf8",
    LengthBesideFiles "length_beside_files",
    FlatAnnounceList "flat_announce_list",
    MissingPieceLayers "missing_piece_layers",
    PathsChanged "paths_changed",
    More "more",
}

/// A list that does not grow with the hostility of its source.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    kept: Vec<Warning>,
    dropped: usize,
}

impl Warnings {
    pub(crate) fn push(&mut self, warning: Warning) {
        self.push_with(|| warning);
    }

    /// Like `push`, but makes the warning only where it is kept.
    pub(crate) fn push_with(&mut self, warning: impl FnOnce() -> Warning) {
        if self.kept.len() < MAX_WARNINGS {
            self.kept.push(warning());
        } else {
            self.dropped += 1;
        }
    }

    pub(crate) fn finish(mut self) -> Box<[Warning]> {
        if self.dropped > 0 {
            self.kept.push(Warning::More {
                count: self.dropped,
            });
        }
        self.kept.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_kept_up_to_the_limit_and_counted_past_it() {
        let list = |count| {
            let mut warnings = Warnings::default();
            (0..count).for_each(|_| warnings.push(Warning::LengthBesideFiles));
            warnings.finish()
        };
        assert_eq!(list(MAX_WARNINGS).len(), MAX_WARNINGS);
        assert_eq!(
            list(MAX_WARNINGS + 2)[MAX_WARNINGS..],
            [Warning::More { count: 2 }]
        );
    }
}
