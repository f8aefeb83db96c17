//! Signatures of those who vouch for a torrent (BEP 35): made and verified with RSA.

mod blinding;
mod certificate;
mod digest;
mod error;
mod oid;
mod pem;
mod signer;
mod signing_key;
mod verify;

pub use certificate::Certificate;
pub use digest::SignatureDigest;
pub use error::SignError;
pub use signer::Signer;
pub use signing_key::SigningKey;
pub use verify::{Trust, Verified};
