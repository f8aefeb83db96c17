/// Whose rules a torrent's paths are made to fit.
///
/// Whatever the policy, no path leaves the folder: `.`, `..` and empty components become `_`, a `/` within a component is
/// dropped, what is no UTF-8, NUL and other controls become `_`, invisible and direction-turning characters are dropped,
/// and a component of more than 240 bytes is cut. Where two files or a file and a folder would meet, one is renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathPolicy {
    /// The rules of all systems together, so that the same torrent lies in the same place on each of them.
    #[default]
    Portable,
    /// No more than what holds for every policy: `\`, `:`, `?`, dots at the end and the rest are characters like any
    /// other, and `a` and `A` are two names.
    Linux,
    /// Like [`Linux`](Self::Linux), but names that differ only in case, or in being composed or decomposed, are one.
    MacOs,
    /// `\` is dropped, `< > : " | ? *` become `_`, dots and spaces at the end are dropped, names of devices (`con`,
    /// `lpt1.txt`) get a `_` in front, and names that differ only in case are one.
    Windows,
}

impl PathPolicy {
    /// The policy of the system that this was built for; of a Unix that is not macOS, [`Linux`](Self::Linux).
    #[must_use]
    pub const fn of_this_system() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_vendor = "apple") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    /// Whether names have to be fit for Windows.
    pub(super) const fn has_windows_names(self) -> bool {
        matches!(self, Self::Portable | Self::Windows)
    }

    /// Whether two spellings of a name meet.
    pub(super) const fn folds_names(self) -> bool {
        !matches!(self, Self::Linux)
    }
}
