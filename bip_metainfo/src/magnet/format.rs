use std::fmt::{self, Write as _};

use crate::hex::Hex;
use crate::percent;

use super::{Magnet, topic};

pub(super) const SCHEME: &str = "magnet:?";

/// `xt` (version 1, version 2, others), `xs=urn:btpk:` with `s`, `dn`, `xl`, `tr`, `ws`, `xs`, `as`, `kt`, `x.pe`, `so`
/// and all others, in this order, percent-encoded.
impl fmt::Display for Magnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = &self.said;
        f.write_str(SCHEME)?;
        let mut writer = Writer { f, separator: "" };
        if let Some(hash) = said.v1 {
            writer.write("xt", format_args!("{}{hash}", topic::V1))?;
        }
        if let Some(hash) = said.v2 {
            writer.write("xt", format_args!("{}{hash}", topic::V2))?;
        }
        writer.encode_all("xt", &said.other_topics, b":")?;
        if let Some(mutable) = &said.mutable {
            let key = Hex(&mutable.public_key);
            writer.write("xs", format_args!("{}{key}", topic::PUBLIC_KEY))?;
            if !mutable.salt.is_empty() {
                writer.write("s", format_args!("{}", Hex(&mutable.salt)))?;
            }
        }
        writer.encode_all("dn", said.name.as_slice(), b"")?;
        if let Some(length) = said.length {
            writer.write("xl", format_args!("{length}"))?;
        }
        writer.encode_all("tr", &said.trackers, b"")?;
        writer.encode_all("ws", &said.web_seeds, b"")?;
        writer.encode_all("xs", &said.exact_sources, b"")?;
        writer.encode_all("as", &said.acceptable_sources, b"")?;
        if let Some((first, rest)) = said.keywords.split_first() {
            writer.encode("kt", first.as_bytes(), b",")?;
            for word in rest {
                writer.f.write_char('+')?;
                percent::encode(writer.f, word.as_bytes(), b",")?;
            }
        }
        writer.encode_all("x.pe", &said.peers, b":[]")?;
        if let Some(selection) = &said.select_only {
            writer.write("so", format_args!("{selection}"))?;
        }
        for (name, value) in &said.other {
            writer.encode(name, value, b":,/")?;
        }
        Ok(())
    }
}

struct Writer<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    separator: &'static str,
}

impl Writer<'_, '_> {
    /// A value that needs no encoding.
    fn write(&mut self, name: &str, value: fmt::Arguments<'_>) -> fmt::Result {
        self.name(name)?;
        self.f.write_fmt(value)
    }

    fn encode_all(&mut self, name: &str, values: &[String], plain: &[u8]) -> fmt::Result {
        values
            .iter()
            .try_for_each(|value| self.encode(name, value.as_bytes(), plain))
    }

    fn encode(&mut self, name: &str, value: &[u8], plain: &[u8]) -> fmt::Result {
        self.name(name)?;
        percent::encode(self.f, value, plain)
    }

    fn name(&mut self, name: &str) -> fmt::Result {
        self.f.write_str(self.separator)?;
        self.separator = "&";
        percent::encode(self.f, name.as_bytes(), b"")?;
        self.f.write_char('=')
    }
}
