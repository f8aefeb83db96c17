use std::fmt;

/// One thing that was wrong with a path and is right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PathChange {
    /// Bytes that are no UTF-8 became `_`, one for each run of them.
    NotUtf8,
    /// A `/` or `\` within a component was dropped.
    Separator,
    /// A component `.` or `..` became `_`.
    DotComponent,
    /// A component of which nothing remained became `_`; a name of which nothing remained, the info-hash.
    Empty,
    /// NUL, another control character or a line separator became `_`.
    Control,
    /// A character that is not seen, or turns the direction of the text, was dropped.
    Invisible,
    /// One of `< > : " | ? *`, which Windows forbids, became `_`.
    Forbidden,
    /// Dots or spaces at the end, which Windows forgets, were dropped.
    TrailingDotOrSpace,
    /// A device's name on Windows, such as `con` or `lpt1.txt`, got a `_` in front.
    ReservedName,
    /// A component was cut to 240 bytes; a short extension was kept.
    TooLong,
    /// A number was inserted, since another file or folder has the same name in some spelling.
    Duplicate,
    /// A pad file without a path got one.
    MissingPadPath,
}

const ALL: [PathChange; 12] = [
    PathChange::NotUtf8,
    PathChange::Separator,
    PathChange::DotComponent,
    PathChange::Empty,
    PathChange::Control,
    PathChange::Invisible,
    PathChange::Forbidden,
    PathChange::TrailingDotOrSpace,
    PathChange::ReservedName,
    PathChange::TooLong,
    PathChange::Duplicate,
    PathChange::MissingPadPath,
];

impl fmt::Display for PathChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "not UTF-8",
            Self::Separator => "separator in a name",
            Self::DotComponent => "leads out of its folder",
            Self::Empty => "empty name",
            Self::Control => "control character",
            Self::Invisible => "invisible or direction-turning character",
            Self::Forbidden => "character forbidden on Windows",
            Self::TrailingDotOrSpace => "dot or space at the end",
            Self::ReservedName => "reserved on Windows",
            Self::TooLong => "too long",
            Self::Duplicate => "name taken",
            Self::MissingPadPath => "pad file without a path",
        })
    }
}

/// What was changed in a path: a set of [`PathChange`]s, empty for nearly every file there is.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PathChanges(u16);

impl PathChanges {
    /// Whether the path is as the torrent has it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `change` was made.
    #[must_use]
    pub const fn contains(self, change: PathChange) -> bool {
        self.0 & (1 << change as u16) != 0
    }

    /// The changes, each once.
    pub fn iter(self) -> impl Iterator<Item = PathChange> {
        ALL.into_iter().filter(move |change| self.contains(*change))
    }

    pub(crate) fn insert(&mut self, change: PathChange) {
        self.0 |= 1 << change as u16;
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for PathChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The changes, separated by commas.
impl fmt::Display for PathChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.iter().enumerate() {
            write!(f, "{}{change}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        for change in ALL {
            let mut set = PathChanges::default();
            assert!(set.is_empty() && !set.contains(change));
            set.insert(change);
            assert_eq!(set.iter().collect::<Vec<_>>(), [change]);
        }
        let mut set = PathChanges::default();
        set.insert(PathChange::Duplicate);
        set.insert(PathChange::Control);
        assert_eq!(set.to_string(), "control character, name taken");
    }
}
