//! How JSON strings stand for what JSON lacks. A string that begins with none of the marks is the text that it is.

/// Bytes that are not UTF-8, as hexadecimal digits follow.
pub(super) const HEX: &str = "hex:";

/// An integer that neither an `i64` nor a `u64` holds. Keys are never integers, so this is no mark there.
pub(super) const INT: &str = "int:";

/// Text that itself begins with a mark.
pub(super) const TEXT: &str = "text:";

/// serde_json names a number so where another crate of the program switched on its feature `arbitrary_precision`. As a
/// key it gets a mark, so that a dictionary and a number are never taken for one another.
pub(super) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Where a string stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    Value,
}

/// Whether text needs [`TEXT`] in front, so as to be read as the text that it is.
pub(super) fn needs_mark(text: &str, role: Role) -> bool {
    let is_marked = text.starts_with(HEX) || text.starts_with(TEXT);
    is_marked
        || match role {
            Role::Key => text == NUMBER_TOKEN,
            Role::Value => text.starts_with(INT),
        }
}
