//! Percent-encoding (RFC 3986, section 2.1), as magnet links use it.

use std::fmt::{self, Write as _};

/// The bytes that `text` stands for. `Err` has them too, with each broken escape left as it stands.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut broken = false;
    while let Some((&first, after)) = rest.split_first() {
        match (first, escaped(after)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                broken |= first == b'%';
                bytes.push(first);
                rest = after;
            }
        }
    }
    if broken { Err(bytes) } else { Ok(bytes) }
}

fn escaped(after: &[u8]) -> Option<u8> {
    let digit = |index: usize| (*after.get(index)? as char).to_digit(16);
    Some((digit(0)? * 16 + digit(1)?) as u8)
}

/// Writes `bytes` so that [`decode`] gives them back; those in `plain` are left readable beside the unreserved ones.
pub(crate) fn encode(f: &mut fmt::Formatter<'_>, bytes: &[u8], plain: &[u8]) -> fmt::Result {
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            f.write_char(byte as char)?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_broken_ones_left_standing() {
        assert_eq!(decode("a%20b%2fc%C3%a9"), Ok("a b/cé".as_bytes().to_vec()));
        assert_eq!(decode("100%"), Err(b"100%".to_vec()));
        assert_eq!(decode("%%3A%4"), Err(b"%:%4".to_vec()));
        assert_eq!(decode("%+1%é"), Err("%+1%é".as_bytes().to_vec()));
    }
}
