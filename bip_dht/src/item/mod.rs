//! What can be kept in the DHT besides peers (BEP 44): checked and signed here, stored and fetched elsewhere.

mod error;
#[cfg(feature = "ed25519")]
mod mutable;
#[cfg(feature = "ed25519")]
mod secret_key;
mod target;
mod torrent_pointer;
mod value;
#[cfg(all(test, feature = "ed25519"))]
mod vectors;

pub use error::ItemError;
#[cfg(feature = "ed25519")]
pub use mutable::MutableItem;
#[cfg(feature = "ed25519")]
pub use secret_key::SecretKey;
pub use torrent_pointer::TorrentPointer;
pub(crate) use value::check_value;
