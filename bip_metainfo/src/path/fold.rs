//! When two names are one: on Windows and macOS in any case, on macOS also composed and decomposed.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// What all spellings of a name have in common. It joins a little more than any file system does (`ß` and `ss`, `ı`
/// and `i`), which costs a rename and no file.
pub(super) fn fold(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(name.to_ascii_lowercase());
        }
        return Cow::Borrowed(name);
    }
    // Upper case first: it joins what has several lower cases (σ and ς).
    Cow::Owned(
        name.nfd()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .nfd()
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (one, other) in [
            ("README", "readme"),
            ("\u{e9}", "E\u{301}"),
            ("Σς", "σΣ"),
            ("ß", "SS"),
            ("\u{212a}", "k"),
            ("ｆ", "Ｆ"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("e"), fold("é"));
    }
}
