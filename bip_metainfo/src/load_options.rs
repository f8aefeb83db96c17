use crate::limits::LoadLimits;
use crate::path::PathPolicy;

/// How a torrent is loaded: within which [limits](LoadLimits), and with paths for [which system](PathPolicy). Either
/// alone does as options too.
///
/// ```
/// use bip_metainfo::{Info, LoadOptions, PathPolicy};
///
/// let info = b"d6:lengthi1e4:name6:a:b?c.12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae";
/// let options = LoadOptions::default().paths(PathPolicy::Linux);
/// assert_eq!(Info::from_bytes_with(info, options)?.name(), "a:b?c.");
/// assert_eq!(Info::from_bytes_with(info, PathPolicy::Windows)?.name(), "a_b_c");
/// # Ok::<(), bip_metainfo::MetainfoError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadOptions {
    pub(crate) limits: LoadLimits,
    pub(crate) paths: PathPolicy,
}

impl LoadOptions {
    /// How much the torrent may ask for.
    #[must_use]
    pub const fn limits(mut self, limits: LoadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whose rules paths are made to fit. Default [`PathPolicy::Portable`].
    #[must_use]
    pub const fn paths(mut self, policy: PathPolicy) -> Self {
        self.paths = policy;
        self
    }
}

impl From<LoadLimits> for LoadOptions {
    fn from(limits: LoadLimits) -> Self {
        Self::default().limits(limits)
    }
}

impl From<PathPolicy> for LoadOptions {
    fn from(policy: PathPolicy) -> Self {
        Self::default().paths(policy)
    }
}
