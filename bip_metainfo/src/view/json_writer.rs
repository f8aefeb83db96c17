use std::fmt::{self, Write as _};

use crate::path::is_unseen;

/// Writes JSON (RFC 8259): on one line, or indented where the format is `{:#}`.
pub(super) struct JsonWriter<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
    depth: usize,
    is_empty: bool,
}

impl<'a, 'f> JsonWriter<'a, 'f> {
    pub(super) fn new(f: &'a mut fmt::Formatter<'f>) -> Self {
        Self {
            f,
            depth: 0,
            is_empty: true,
        }
    }

    pub(super) fn object(&mut self, fill: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.container(['{', '}'], fill)
    }

    /// `write` writes each item, after [`next`](Self::next) has been called for it.
    pub(super) fn array<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> fmt::Result,
    ) -> fmt::Result {
        self.container(['[', ']'], |json| {
            for item in items {
                json.next()?;
                write(json, item)?;
            }
            Ok(())
        })
    }

    pub(super) fn key(&mut self, key: &str) -> fmt::Result {
        self.next()?;
        self.string(key)?;
        self.f
            .write_str(if self.f.alternate() { ": " } else { ":" })
    }

    /// A pair of which the value is text, or `null`.
    pub(super) fn text(&mut self, key: &str, text: Option<&str>) -> fmt::Result {
        self.key(key)?;
        match text {
            Some(text) => self.string(text),
            None => self.f.write_str("null"),
        }
    }

    /// A pair of which the value is a number, `true`, `false`, or `null`.
    pub(super) fn plain(&mut self, key: &str, value: Option<impl fmt::Display>) -> fmt::Result {
        self.key(key)?;
        match value {
            Some(value) => self.number(value),
            None => self.f.write_str("null"),
        }
    }

    /// Something that JSON writes like Rust.
    pub(super) fn number(&mut self, value: impl fmt::Display) -> fmt::Result {
        write!(self.f, "{value}")
    }

    /// What cannot be seen is escaped, so that the text may go to a terminal.
    pub(super) fn string(&mut self, text: &str) -> fmt::Result {
        self.f.write_char('"')?;
        for character in text.chars() {
            match character {
                '"' | '\\' => write!(self.f, "\\{character}")?,
                '\n' => self.f.write_str("\\n")?,
                '\r' => self.f.write_str("\\r")?,
                '\t' => self.f.write_str("\\t")?,
                _ if is_unseen(character) => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.f, "\\u{unit:04x}")?;
                    }
                }
                _ => self.f.write_char(character)?,
            }
        }
        self.f.write_char('"')
    }

    fn container(
        &mut self,
        [open, close]: [char; 2],
        fill: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        self.f.write_char(open)?;
        self.depth += 1;
        self.is_empty = true;
        fill(self)?;
        self.depth -= 1;
        if !std::mem::replace(&mut self.is_empty, false) {
            self.new_line()?;
        }
        self.f.write_char(close)
    }

    fn next(&mut self) -> fmt::Result {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.f.write_char(',')?;
        }
        self.new_line()
    }

    fn new_line(&mut self) -> fmt::Result {
        if self.f.alternate() {
            write!(self.f, "\n{:1$}", "", 2 * self.depth)?;
        }
        Ok(())
    }
}
