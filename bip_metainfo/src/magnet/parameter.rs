use std::borrow::Cow;

use crate::percent;

/// `name=value`.
pub(super) struct Parameter<'a> {
    pub(super) offset: usize,
    /// Decoded.
    pub(super) name: Cow<'a, str>,
    /// As written.
    pub(super) value: &'a str,
}

impl<'a> Parameter<'a> {
    pub(super) fn new(offset: usize, written: &'a str) -> Self {
        let (name, value) = written.split_once('=').unwrap_or((written, ""));
        // Links copied out of a page's source have `&amp;` between their parameters.
        let name = name.strip_prefix("amp;").unwrap_or(name);
        Self {
            offset,
            name: match name.contains('%') {
                true => {
                    let name = percent::decode(name).unwrap_or_else(|broken| broken);
                    String::from_utf8_lossy(&name).into_owned().into()
                }
                false => name.into(),
            },
            value,
        }
    }
}

/// Whether a parameter of this name has a meaning.
pub(super) fn is_known(name: &str) -> bool {
    matches!(
        &*base(name),
        "xt" | "s" | "dn" | "xl" | "tr" | "ws" | "xs" | "as" | "kt" | "x.pe" | "so"
    )
}

/// Whether it is the salt of BEP 46.
pub(super) fn is_salt(name: &str) -> bool {
    base(name) == "s"
}

/// The name in lower case, without the number that parameters may have that come more than once (`tr.1`, `tr.2`).
pub(super) fn base(name: &str) -> Cow<'_, str> {
    let base = match name.rsplit_once('.') {
        Some((base, number))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            base
        }
        _ => name,
    };
    match base.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => base.to_ascii_lowercase().into(),
        false => base.into(),
    }
}
