//! How torrents are read as bencode: leniently, since an info-hash is taken over the bytes as they are.

use bip_bencode::{BDecodeOpt, Document, Irregularity};

use crate::error::MetainfoError;
use crate::limits::LoadLimits;
use crate::warning::{Warning, Warnings};

/// The outermost value of `bytes`; whoever calls looks at what follows it.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    limits: &LoadLimits,
    warnings: &mut Warnings,
) -> Result<Document<'a>, MetainfoError> {
    if bytes.len() > limits.max_input_length {
        return Err(MetainfoError::TooLarge {
            length: bytes.len(),
            limit: limits.max_input_length,
        });
    }
    let options = BDecodeOpt::lenient()
        .max_input_length(limits.max_input_length)
        .max_depth(limits.max_depth)
        .max_tokens(limits.max_tokens);
    let document = options
        .decode(bytes)
        .map_err(|error| MetainfoError::Bencode {
            offset: error.offset(),
            reason: error.to_string(),
        })?;
    for warning in document.warnings() {
        if warning.irregularity != Irregularity::TrailingBytes {
            warnings.push_with(|| Warning::Irregular {
                offset: warning.offset,
                reason: warning.to_string(),
            });
        }
    }
    Ok(document)
}
