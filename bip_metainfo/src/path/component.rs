//! One component, from whatever bytes to a name that the systems of a policy take for that very name.

use std::borrow::Cow;

use super::{PathChange, PathChanges, PathPolicy};

/// File systems take 255 bytes or UTF-16 units; the difference leaves room for the number of a duplicate.
const MAX_COMPONENT_LENGTH: usize = 240;

/// An extension up to this long, its dot included, survives when a component is cut.
const MAX_KEPT_EXTENSION: usize = 16;

/// Windows gives these to devices in every folder, whatever extension follows.
const RESERVED: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// What means nothing anywhere, but for dots alone, dots and spaces at the end, and names of devices.
const HARMLESS: [bool; 256] = {
    let mut harmless = [false; 256];
    let mut byte = 0;
    while byte < harmless.len() {
        let it = byte as u8;
        harmless[byte] =
            it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_' | b' ' | b'(' | b')');
        byte += 1;
    }
    harmless
};

/// A name that is safe as a component, or `None` when nothing of `raw` can be kept.
pub(crate) fn sanitize<'a>(
    raw: &'a [u8],
    policy: PathPolicy,
    changes: &mut PathChanges,
) -> Option<Cow<'a, str>> {
    if is_plain(raw, policy) {
        return std::str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    if raw == b"." || raw == b".." {
        changes.insert(PathChange::DotComponent);
        return None;
    }
    let text = match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            changes.insert(PathChange::NotUtf8);
            Cow::Owned(readable(raw))
        }
    };
    let text = finish(replace_characters(text, policy, changes), policy, changes);
    if text.is_empty() {
        changes.insert(PathChange::Empty);
        return None;
    }
    Some(text)
}

/// Whether `raw` needs no second look, as nearly all names there are: letters and digits of ASCII, and between them what
/// no system minds. It is safe as it is then.
#[inline]
pub(crate) fn is_plain(raw: &[u8], policy: PathPolicy) -> bool {
    let is_device_like = || {
        policy.has_windows_names()
            && raw.first_chunk().is_some_and(starts_like_a_device)
            && std::str::from_utf8(raw).is_ok_and(is_reserved)
    };
    raw.len() <= MAX_COMPONENT_LENGTH
        && raw.last().is_some_and(u8::is_ascii_alphanumeric)
        && raw.iter().all(|byte| HARMLESS[usize::from(*byte)])
        && !is_device_like()
}

/// Whether letters like these begin all that is reserved.
fn starts_like_a_device([first, second, third]: &[u8; 3]) -> bool {
    // Capitals become small, and what is no letter becomes none of these.
    matches!(
        &[first | 0x20, second | 0x20, third | 0x20],
        b"con" | b"prn" | b"aux" | b"nul" | b"clo" | b"com" | b"lpt"
    )
}

/// `raw` with one `_` in place of each run of bytes that are no UTF-8.
fn readable(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut in_run = false;
    for part in raw.utf8_chunks() {
        in_run &= part.valid().is_empty();
        text.push_str(part.valid());
        if !part.invalid().is_empty() && !in_run {
            text.push('_');
            in_run = true;
        }
    }
    text
}

enum Verdict {
    Keep,
    Drop(PathChange),
    Replace(PathChange),
}

fn replace_characters<'a>(
    text: Cow<'a, str>,
    policy: PathPolicy,
    changes: &mut PathChanges,
) -> Cow<'a, str> {
    let good = |character: char| matches!(judge(character, policy), Verdict::Keep);
    if text.chars().all(good) {
        return text;
    }
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match judge(character, policy) {
            Verdict::Keep => kept.push(character),
            Verdict::Drop(change) => changes.insert(change),
            Verdict::Replace(change) => {
                changes.insert(change);
                kept.push('_');
            }
        }
    }
    Cow::Owned(kept)
}

fn judge(character: char, policy: PathPolicy) -> Verdict {
    match character {
        '/' => Verdict::Drop(PathChange::Separator),
        '\\' if policy.has_windows_names() => Verdict::Drop(PathChange::Separator),
        '<' | '>' | ':' | '"' | '|' | '?' | '*' if policy.has_windows_names() => {
            Verdict::Replace(PathChange::Forbidden)
        }
        _ if character.is_ascii_graphic() || character == ' ' => Verdict::Keep,
        _ if is_control(character) => Verdict::Replace(PathChange::Control),
        _ if is_invisible(character) => Verdict::Drop(PathChange::Invisible),
        _ => Verdict::Keep,
    }
}

fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// What acts on a reader or a terminal instead of being seen.
pub(crate) fn is_unseen(character: char) -> bool {
    !matches!(character, ' '..='~') && (is_control(character) || is_invisible(character))
}

/// Zero-width and direction-turning characters: names that look alike would differ by them (and on HFS+ would not
/// even differ, which ignores most of these). Variation selectors, which choose how an emoji looks, stay.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// What is judged by the whole component: its end, its length, its meaning.
fn finish<'a>(text: Cow<'a, str>, policy: PathPolicy, changes: &mut PathChanges) -> Cow<'a, str> {
    if !policy.has_windows_names() {
        return finish_anywhere(text, changes);
    }
    let mut text = trim_end(text, changes);
    if is_reserved(&text) {
        changes.insert(PathChange::ReservedName);
        text = Cow::Owned(format!("_{text}"));
    }
    if text.len() > MAX_COMPONENT_LENGTH {
        changes.insert(PathChange::TooLong);
        text = trim_end(Cow::Owned(cut(&text)), changes);
    }
    text
}

fn finish_anywhere<'a>(text: Cow<'a, str>, changes: &mut PathChanges) -> Cow<'a, str> {
    // What was dropped may have stood between two dots.
    if text == "." || text == ".." {
        changes.insert(PathChange::DotComponent);
        return Cow::Borrowed("_");
    }
    if text.len() > MAX_COMPONENT_LENGTH {
        changes.insert(PathChange::TooLong);
        return Cow::Owned(cut(&text));
    }
    text
}

fn trim_end<'a>(text: Cow<'a, str>, changes: &mut PathChanges) -> Cow<'a, str> {
    let kept = text.trim_end_matches(['.', ' ']).len();
    if kept == text.len() {
        return text;
    }
    changes.insert(PathChange::TrailingDotOrSpace);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..kept]),
        Cow::Owned(mut text) => {
            text.truncate(kept);
            Cow::Owned(text)
        }
    }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    if RESERVED
        .iter()
        .any(|reserved| stem.eq_ignore_ascii_case(reserved))
    {
        return true;
    }
    let Some((port, number)) = stem.split_at_checked(3) else {
        return false;
    };
    (port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt"))
        && matches!(
            number,
            "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
        )
}

fn cut(text: &str) -> String {
    let extension = match split_extension(text).1 {
        extension if extension.len() <= MAX_KEPT_EXTENSION => extension,
        _ => "",
    };
    let mut end = MAX_COMPONENT_LENGTH - extension.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &text[..end])
}

/// The name before its last dot, and the rest from that dot on. A leading dot begins no extension.
pub(super) fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[u8], expect: Option<&str>, changes: &[PathChange]) {
        check_as(PathPolicy::Portable, raw, expect, changes);
        check_as(PathPolicy::Windows, raw, expect, changes);
    }

    fn check_as(policy: PathPolicy, raw: &[u8], expect: Option<&str>, changes: &[PathChange]) {
        let mut made = PathChanges::default();
        assert_eq!(
            sanitize(raw, policy, &mut made).as_deref(),
            expect,
            "{}",
            raw.escape_ascii()
        );
        assert_eq!(
            made.iter().collect::<Vec<_>>(),
            changes,
            "{}",
            raw.escape_ascii()
        );
    }

    #[test]
    fn harmless_names_stay_as_they_are() {
        for name in [
            "a",
            ".hidden",
            "a.tar.gz",
            "ünï ☃ 日本.txt",
            "console",
            "com10",
            "com",
            "a..b",
            "~$x",
            "{[(&)]}",
            "👩\u{fe0f}",
        ] {
            check(name.as_bytes(), Some(name), &[]);
        }
    }

    #[test]
    fn nothing_is_changed_on_unix_that_is_legal_there() {
        for policy in [PathPolicy::Linux, PathPolicy::MacOs] {
            for name in [
                "a\\b", "dev:", "<>:\"|?*", "a. . .", "...", "con", "NUL.txt", " ", "a\u{301}",
            ] {
                check_as(policy, name.as_bytes(), Some(name), &[]);
            }
            for dots in [&b"."[..], b".."] {
                check_as(policy, dots, None, &[PathChange::DotComponent]);
            }
            check_as(
                policy,
                b"/",
                None,
                &[PathChange::Separator, PathChange::Empty],
            );
            check_as(policy, b"", None, &[PathChange::Empty]);
            check_as(policy, b"/etc", Some("etc"), &[PathChange::Separator]);
            check_as(
                policy,
                ".\u{200b}.".as_bytes(),
                Some("_"),
                &[PathChange::DotComponent, PathChange::Invisible],
            );
            check_as(
                policy,
                b"./.",
                Some("_"),
                &[PathChange::Separator, PathChange::DotComponent],
            );
            check_as(policy, b"a\0\n", Some("a__"), &[PathChange::Control]);
            check_as(policy, b"\xc0\xae", Some("_"), &[PathChange::NotUtf8]);
            let at = "é".repeat(MAX_COMPONENT_LENGTH / 2);
            check_as(policy, at.as_bytes(), Some(&at), &[]);
            let past = format!("{at}x");
            check_as(policy, past.as_bytes(), Some(&at), &[PathChange::TooLong]);
        }
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        check(b".", None, &[PathChange::DotComponent]);
        check(b"..", None, &[PathChange::DotComponent]);
        check(
            b"../..",
            None,
            &[
                PathChange::Separator,
                PathChange::Empty,
                PathChange::TrailingDotOrSpace,
            ],
        );
        check(b"/etc", Some("etc"), &[PathChange::Separator]);
        check(b"\\\\host\\c$", Some("hostc$"), &[PathChange::Separator]);
        check(b"C:", Some("C_"), &[PathChange::Forbidden]);
        check(b"..\\x", Some("..x"), &[PathChange::Separator]);
        check(
            b".\xe2\x80\x8b.",
            None,
            &[
                PathChange::Empty,
                PathChange::Invisible,
                PathChange::TrailingDotOrSpace,
            ],
        );
        check(
            b".. ",
            None,
            &[PathChange::Empty, PathChange::TrailingDotOrSpace],
        );
        check(b"\xc0\xae\xc0\xae", Some("_"), &[PathChange::NotUtf8]);
        check(b"", None, &[PathChange::Empty]);
    }

    #[test]
    fn what_windows_would_read_otherwise_is_replaced() {
        check(b"a:stream", Some("a_stream"), &[PathChange::Forbidden]);
        check(b"a. . .", Some("a"), &[PathChange::TrailingDotOrSpace]);
        check(b"NUL", Some("_NUL"), &[PathChange::ReservedName]);
        check(
            b"con .tar.gz",
            Some("_con .tar.gz"),
            &[PathChange::ReservedName],
        );
        check(
            "lpt³.x".as_bytes(),
            Some("_lpt³.x"),
            &[PathChange::ReservedName],
        );
        check(
            b"aux..",
            Some("_aux"),
            &[PathChange::TrailingDotOrSpace, PathChange::ReservedName],
        );
        check(
            b"c\xe2\x80\x8bon",
            Some("_con"),
            &[PathChange::Invisible, PathChange::ReservedName],
        );
    }

    #[test]
    fn what_cannot_be_seen_is_taken_away() {
        check(b"a\0b\x7f\xc2\x85", Some("a_b__"), &[PathChange::Control]);
        check("a\u{2028}b".as_bytes(), Some("a_b"), &[PathChange::Control]);
        check(
            "exe\u{202e}gpj".as_bytes(),
            Some("exegpj"),
            &[PathChange::Invisible],
        );
        check(b"a\xff\xfeb\xffc", Some("a_b_c"), &[PathChange::NotUtf8]);
    }

    #[test]
    fn a_component_at_the_limit_stays_and_one_past_it_is_cut() {
        let at = "x".repeat(MAX_COMPONENT_LENGTH);
        check(at.as_bytes(), Some(&at), &[]);
        check(
            format!("{at}x").as_bytes(),
            Some(&at),
            &[PathChange::TooLong],
        );
        let cut = format!("{}.txt", "x".repeat(MAX_COMPONENT_LENGTH - 4));
        check(
            format!("{at}.txt").as_bytes(),
            Some(&cut),
            &[PathChange::TooLong],
        );
        check(
            "é".repeat(121).as_bytes(),
            Some(&"é".repeat(120)),
            &[PathChange::TooLong],
        );
        let dots = format!(
            "{}{}",
            "x".repeat(238),
            ".".repeat(20) + "long_extension_of_17"
        );
        check(
            dots.as_bytes(),
            Some(&"x".repeat(238)),
            &[PathChange::TrailingDotOrSpace, PathChange::TooLong],
        );
    }
}
