//! `Deserialize` and `Serialize` types from and to bencode.

pub mod bytes;

mod deserialize_error;
mod deserializer;
mod dict_writer;
mod elements;
mod key_reader;
mod key_writer;
mod list_writer;
mod message;
mod number;
mod octets;
mod pairs;
mod raw_value;
mod read;
mod seen_keys;
mod serialize_error;
mod serializer;
mod sorting;
mod source;
mod trail;
mod value_reader;
mod value_writer;
mod variant;
mod way;
mod with_raw;
mod write;

pub use deserialize_error::{DeserializeError, DeserializeErrorKind};
pub use raw_value::{RawValue, RawValueBuf};
pub use read::{from_bytes, from_prefix, from_value};
pub use serialize_error::{SerializeError, SerializeErrorKind};
pub use with_raw::WithRaw;
pub use write::{serialize_into, to_bytes};
