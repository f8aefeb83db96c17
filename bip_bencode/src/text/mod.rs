//! Values as text: a tree for people, JSON for programs.

mod container;
mod hex;
mod json;
mod mark;
mod pretty;
mod visible;

#[cfg(feature = "json")]
mod from_json;
#[cfg(feature = "json")]
mod json_error;

pub use json::Json;
pub use pretty::Pretty;

#[cfg(feature = "json")]
pub use from_json::from_json;
#[cfg(feature = "json")]
pub use json_error::{JsonError, JsonErrorKind};
