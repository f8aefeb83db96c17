//! Percent-encoding (RFC 3986, section 2.1), as magnet links use it.

use std::fmt;

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
    let is_plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~')
            || plain.contains(byte)
    };
    let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble & 15)];
    let mut rest = bytes;
    while !rest.is_empty() {
        let count = rest.iter().position(|byte| !is_plain(byte));
        let (run, others) = rest.split_at(count.unwrap_or(rest.len()));
        // What is plain is ASCII.
        f.write_str(std::str::from_utf8(run).unwrap_or_default())?;
        rest = others;
        while let Some((byte, others)) = rest.split_first().filter(|(byte, _)| !is_plain(byte)) {
            let escape = [b'%', digit(byte >> 4), digit(*byte)];
            f.write_str(std::str::from_utf8(&escape).unwrap_or_default())?;
            rest = others;
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
