//! Values to an `io::Write`.

mod bencode_writer;
mod dict_writer;
mod list_writer;
mod progress;
mod slot;
mod staging;

pub use bencode_writer::BencodeWriter;
pub use dict_writer::DictWriter;
pub use list_writer::ListWriter;

use std::io;

use super::write_value;
use crate::mutable::BencodeMut;
use staging::Staging;

/// Writes a built value through a buffer on the stack and says how many bytes that was.
pub(crate) fn write_to(value: &BencodeMut<'_>, out: &mut dyn io::Write) -> io::Result<u64> {
    let mut staging = Staging::new(out);
    write_value(value, &mut staging)?;
    staging.drain()?;
    Ok(staging.written())
}
