//! Percent-encoding (RFC 3986, section 2.1), as magnet links use it.

use std::fmt::{self, Write as _};

/// The bytes that `text` stands for. `Err` has them too, with each broken escape left as it stands.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut broken = false;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let after = &rest[at + 1..];
        if let Some(byte) = escaped(after) {
            bytes.extend_from_slice(&rest[..at]);
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.extend_from_slice(&rest[..=at]);
            broken = true;
            rest = after;
        }
    }
    bytes.extend_from_slice(rest);
    if broken { Err(bytes) } else { Ok(bytes) }
}

fn escaped(after: &[u8]) -> Option<u8> {
    let digit = |index: usize| (*after.get(index)? as char).to_digit(16);
    Some((digit(0)? * 16 + digit(1)?) as u8)
}

/// Writes `bytes` so that [`decode`] gives them back; those in `plain` are left readable beside the unreserved ones.
pub(crate) fn encode(f: &mut fmt::Formatter<'_>, bytes: &[u8], plain: &[u8]) -> fmt::Result {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte);
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble & 15)]);
    for run in bytes.chunk_by(|one, next| is_plain(*one) == is_plain(*next)) {
        match std::str::from_utf8(run) {
            Ok(text) if run.first().is_some_and(|byte| is_plain(*byte)) => f.write_str(text)?,
            _ => run.iter().try_for_each(|byte| {
                f.write_char('%')?;
                f.write_char(digit(byte >> 4))?;
                f.write_char(digit(*byte))
            })?,
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

    #[test]
    fn all_bytes_are_written_so_that_they_are_read_again() {
        struct Written(Vec<u8>);
        impl fmt::Display for Written {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(f, &self.0, b"/")
            }
        }
        let all = Written((0..=255).collect());
        let text = all.to_string();
        assert_eq!(decode(&text), Ok(all.0));
        assert!(text.starts_with("%00%01") && text.ends_with("%FE%FF"));
        assert!(text.contains("%2C-./0123456789%3A"));
    }
}
