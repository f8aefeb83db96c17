#[allow(
    dead_code,
    unused_imports,
    reason = "those who hash with it are being built"
)]
pub(crate) mod hashing;

pub use hashing::{HashOptions, Progress, Source};
