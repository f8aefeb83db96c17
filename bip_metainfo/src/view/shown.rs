use std::fmt::{self, Write as _};

use crate::path::is_unseen;

/// Text of a stranger, for a terminal: what acts on it instead of being seen is escaped (`\u{202e}`), as is what is no
/// UTF-8 (`\xff`), and the backslash itself, so that two texts never look alike.
pub(crate) struct Shown<'a>(pub(crate) &'a [u8]);

impl<'a> Shown<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.utf8_chunks() {
            for character in part.valid().chars() {
                match character {
                    '\\' | '\n' | '\r' | '\t' => write!(f, "{}", character.escape_default())?,
                    _ if is_unseen(character) => write!(f, "{}", character.escape_unicode())?,
                    _ => f.write_char(character)?,
                }
            }
            for byte in part.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_what_is_seen_is_not() {
        for (text, expect) in [
            (&b"plain \"text\" 1"[..], "plain \"text\" 1"),
            ("é日🌊".as_bytes(), "é日🌊"),
            (b"\x1b[2J\x07", "\\u{1b}[2J\\u{7}"),
            (b"a\\b\r\n\t", "a\\\\b\\r\\n\\t"),
            (
                "\u{9b}\u{202e}\u{200b}\u{2028}".as_bytes(),
                "\\u{9b}\\u{202e}\\u{200b}\\u{2028}",
            ),
            (b"a\xff\xc3", "a\\xff\\xc3"),
        ] {
            assert_eq!(Shown(text).to_string(), expect);
        }
    }
}
