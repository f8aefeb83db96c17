use alloc::vec::Vec;

use serde_core::Serialize;

use super::serialize_error::SerializeError;
use super::serializer::Writer;
use crate::limits::INITIAL_WRITTEN_LENGTH;

/// Writes a `Serialize` type as bencode, canonical whatever the order of its fields or keys. The table at
/// [`from_bytes`](crate::from_bytes) tells what becomes what.
///
/// ```
/// # use serde::Serialize;
/// #[derive(Serialize)]
/// struct Torrent<'a> {
///     name: &'a str,
///     length: Option<u64>,
///     comment: Option<&'a str>,
/// }
///
/// let torrent = Torrent { name: "spam", length: Some(7), comment: None };
/// assert_eq!(bip_bencode::to_bytes(&torrent)?, b"d6:lengthi7e4:name4:spame");
/// # Ok::<(), bip_bencode::SerializeError>(())
/// ```
///
/// # Errors
/// What bencode cannot say, or what the type refused, with the key path.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, SerializeError> {
    let mut out = Vec::with_capacity(INITIAL_WRITTEN_LENGTH);
    serialize_into(value, &mut out)?;
    Ok(out)
}

/// Appends the encoded value to a buffer; after an error the buffer is as before. As long as fields and keys come
/// sorted, nothing is allocated but room in the buffer.
///
/// # Errors
/// What bencode cannot say, or what the type refused, with the key path.
pub fn serialize_into<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    let start = out.len();
    let written = Writer::new(out).write_whole(value);
    written.map_err(|error| {
        out.truncate(start);
        error.finish()
    })
}
