//! What may stand as a tracker's address, in a torrent as in a magnet link.

/// `text` without white space around it, or `None` where nothing is left or what is left could break a request line:
/// white space and control characters within an address are how headers get injected.
pub(crate) fn clean(text: &str) -> Option<&str> {
    let text = text.trim();
    let clean = !text.is_empty()
        && !text.contains(|character: char| character.is_whitespace() || character.is_control());
    clean.then_some(text)
}

/// Whether a web seed is read as it stands. Spaces within it are left to whoever asks it.
pub(crate) fn is_web_seed(url: &str) -> bool {
    !url.is_empty() && url.trim() == url && !url.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_and_never_hold_what_breaks_a_line() {
        assert_eq!(clean(" udp://a:1/announce\r\n"), Some("udp://a:1/announce"));
        for bad in [
            "",
            " \t",
            "http://a/\r\nHost: b",
            "http://a /",
            "http://a/\0",
            "http://a/\u{85}x",
        ] {
            assert_eq!(clean(bad), None, "{bad:?}");
        }
    }
}
