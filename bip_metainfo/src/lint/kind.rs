use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How much harm a [`Lint`](crate::Lint) does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Somebody cannot use the torrent, or not as its maker meant.
    Error,
    /// It works, but some client, system or tracker will do badly.
    Warning,
    /// Worth knowing; often meant so.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// Every kind with its name, its severity, and what to do about it.
macro_rules! kinds {
    ($($kind:ident $name:literal $severity:ident $doc:literal $advice:literal;)*) => {
        /// What a [`Lint`](crate::Lint) is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum LintKind {
            $(
                #[doc = concat!("`", $name, "`: ", $doc)]
                $kind,
            )*
        }

        impl LintKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// A name for command lines and machines, which stays: `private_without_tracker`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// How much harm it does.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$kind => Severity::$severity,)*
                }
            }

            /// What it is, as a sentence that begins small.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$kind => $doc,)*
                }
            }

            /// What to do about it, as a sentence.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$kind => $advice,)*
                }
            }
        }
    };
}

kinds! {
    PrivateWithoutTracker "private_without_tracker" Error
        "a private torrent names no tracker, so that nobody is ever found (BEP 27)."
        "Add the tracker it is for, or make the torrent public.";
    MalformedTracker "malformed_tracker" Error
        "a tracker is no http, https, udp, ws or wss address with a host, or was left out when loading."
        "Correct or remove the address.";
    MissingPieceLayers "missing_piece_layers" Error
        "files have no entry in `piece layers` (BEP 52), so that clients cannot check pieces from the file alone."
        "Create the torrent file anew from the content.";
    NameCollision "name_collision" Error
        "two files or folders have names that are one on some systems, as where case does not count."
        "Rename one of them.";
    HostileName "hostile_name" Warning
        "a name that Windows does not take, that leads out of its folder, or has characters nobody can see."
        "Rename the file: clients will each rename it in a way of their own.";
    NameTooLong "name_too_long" Warning
        "a name of more than 240 bytes."
        "Shorten the name: most file systems take 255 bytes, with what clients add to it.";
    NameNotUtf8 "name_not_utf8" Warning
        "a name or other text that is not UTF-8."
        "Write it in UTF-8 (BEP 3).";
    PrivateWithNodes "private_with_nodes" Warning
        "a private torrent names DHT nodes, which may not be asked (BEP 27)."
        "Remove nodes.";
    PrivateWithoutSource "private_without_source" Note
        "a private torrent has no `source`, so that it has the same info-hash at every tracker."
        "Set source to the tracker's name, as most private trackers ask.";
    DuplicateTracker "duplicate_tracker" Warning
        "a tracker is there twice, and is announced to twice."
        "Remove one of them.";
    AnnounceNotInList "announce_not_in_list" Warning
        "`announce` is not in `announce-list`, where alone clients look (BEP 12)."
        "Add it to a tier, or set announce to the first tracker of the list.";
    FlatAnnounceList "flat_announce_list" Warning
        "`announce-list` has addresses where it should have tiers, lists of them (BEP 12), and some clients find none."
        "Put each address into a list of its own.";
    HttpOnlyTrackers "http_only_trackers" Note
        "all trackers are asked over plain http, which everyone on the way can read and change."
        "Use https or udp where the tracker has it.";
    OddPieceLength "odd_piece_length" Warning
        "the piece length is no multiple of 16 KiB, the length of a block."
        "Use a power of two of at least 16 KiB.";
    UnevenPieceLength "uneven_piece_length" Warning
        "the piece length is no power of two, which some clients refuse."
        "Use a power of two.";
    SmallPieceLength "small_piece_length" Warning
        "the pieces are so small that there are more of them than clients like."
        "Use longer pieces.";
    LargePieceLength "large_piece_length" Warning
        "the pieces are so long that peers have few to share, or longer than some clients take."
        "Use shorter pieces, at most 16 MiB.";
    LargeTorrent "large_torrent" Warning
        "the torrent file is larger than many sites take."
        "Use longer pieces, or fewer files.";
    PadOverhead "pad_overhead" Warning
        "pad files (BEP 47) make a large part of the torrent."
        "Use shorter pieces, or pack small files together.";
    EmptyFile "empty_file" Note
        "a file has no content."
        "Leave it out unless something looks for it.";
    V1Only "v1_only" Note
        "there is no version 2 half (BEP 52)."
        "Create a hybrid torrent, which clients of either version can load.";
    HybridHalvesDiffer "hybrid_halves_differ" Warning
        "the halves of a hybrid torrent give a file different attributes, or only one has it in a folder."
        "Create the torrent anew with one program.";
    NonCanonicalBencode "non_canonical_bencode" Warning
        "unsorted or repeated keys and the like, for which programs that write it anew get another info-hash."
        "Write the torrent with a program that sorts.";
    TrailingSpace "trailing_space" Warning
        "white space behind the end, which some clients refuse."
        "Cut it off.";
    IgnoredValue "ignored_value" Warning
        "an optional value of the wrong type or range, which was left out when loading."
        "Correct or remove it.";
    DeprecatedKey "deprecated_key" Note
        "a key that no client uses any more."
        "Remove it.";
    CreationDateInFuture "creation_date_in_future" Warning
        "`creation date` is later than now."
        "Correct the date, or remove it.";
    CreationDateNegative "creation_date_negative" Warning
        "`creation date` is before 1970."
        "Correct the date, or remove it.";
    ControlCharacters "control_characters" Warning
        "text to be shown has control characters, which can upset a terminal."
        "Write the text anew without them.";
    More "more" Note
        "there are more lints of a kind than are told."
        "Mend the ones that are told first.";
}

impl fmt::Display for LintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no lint of that name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no lint {name:?}")]
#[non_exhaustive]
pub struct ParseLintKindError {
    /// The name.
    pub name: String,
}

impl FromStr for LintKind {
    type Err = ParseLintKindError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|kind| kind.name() == name);
        found.copied().ok_or_else(|| ParseLintKindError {
            name: name.to_owned(),
        })
    }
}
