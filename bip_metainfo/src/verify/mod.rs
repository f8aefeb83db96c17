//! Whether what lies on disk is what a torrent describes.

mod block_hashes;
mod error;
mod extras;
mod fault;
mod findings;
mod place;
mod verification;
mod verified_file;
mod verifier;

pub use error::VerifyError;
pub use fault::FileFault;
pub use findings::PieceState;
pub use place::LinkPolicy;
pub use verification::Verification;
pub use verified_file::VerifiedFile;
pub use verifier::Verifier;
