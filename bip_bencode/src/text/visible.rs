use core::fmt;

/// Characters that act on the reader or the terminal instead of being seen: controls, line and paragraph separators,
/// format characters (bidirectional overrides and isolates, zero-width characters, tags) and letters without ink. From
/// the Unicode categories Cc, Cf, Zl and Zp, with what stands unassigned between them. Sorted.
const UNSEEN: &[(char, char)] = &[
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Writes text as it stands, except for quotes, backslashes and what cannot be seen: those are left to `escape`.
pub(super) fn write_visibly(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    escape: impl Fn(&mut fmt::Formatter<'_>, char) -> fmt::Result,
) -> fmt::Result {
    let mut rest = text;
    while let Some((at, char)) = first_to_escape(rest) {
        f.write_str(&rest[..at])?;
        escape(f, char)?;
        rest = &rest[at + char.len_utf8()..];
    }
    f.write_str(rest)
}

fn first_to_escape(text: &str) -> Option<(usize, char)> {
    // Most text is ASCII, and looked at fastest byte by byte.
    let plain = text
        .bytes()
        .take_while(|&byte| is_plain_ascii(byte))
        .count();
    let mut rest = text[plain..].char_indices();
    let (at, char) = rest.find(|&(_, char)| !is_plain(char))?;
    Some((plain + at, char))
}

#[inline]
fn is_plain(char: char) -> bool {
    match u8::try_from(char) {
        Ok(byte) if byte.is_ascii() => is_plain_ascii(byte),
        _ => is_seen(char),
    }
}

#[inline]
fn is_plain_ascii(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

fn is_seen(char: char) -> bool {
    let ahead = UNSEEN.partition_point(|&(_, last)| last < char);
    UNSEEN.get(ahead).is_none_or(|&(first, _)| char < first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_as_its_search_needs_it() {
        assert!(UNSEEN.iter().all(|(first, last)| first <= last));
        assert!(UNSEEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn ranges_end_where_they_say() {
        for (char, expect) in [
            ('\u{1f}', false),
            (' ', true),
            ('~', true),
            ('\u{7f}', false),
            ('\u{9f}', false),
            ('\u{a0}', true),
            ('\u{200a}', true),
            ('\u{200b}', false),
            ('\u{202e}', false),
            ('\u{202f}', true),
            ('\u{e0000}', false),
            ('\u{e0fff}', false),
            ('\u{e1000}', true),
            ('ä', true),
            ('日', true),
            ('🌊', true),
        ] {
            assert_eq!(is_seen(char), expect, "{char:?}");
        }
    }
}
