use alloc::string::String;
use core::fmt::{self, Write};

use crate::limits::MESSAGE_BYTES_SHOWN;

/// The text, cut where it gets long: it may quote the input.
#[cold]
pub(super) fn shortened(text: impl fmt::Display) -> String {
    let mut shortened = Shortened(String::new());
    // Fails when it is full.
    let _ = write!(shortened, "{text}");
    shortened.0
}

struct Shortened(String);

impl fmt::Write for Shortened {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MESSAGE_BYTES_SHOWN - self.0.len().min(MESSAGE_BYTES_SHOWN);
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let mut end = room;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.0.push_str(&text[..end]);
        self.0.push('…');
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: usize, kept: usize, is_cut: bool) {
        let text = shortened(format_args!("{}{}", "x", "y".repeat(written - 1)));
        let cut = if is_cut { "…" } else { "" };
        assert_eq!(text, alloc::format!("x{}{cut}", "y".repeat(kept - 1)));
    }

    #[test]
    fn a_message_is_kept_up_to_its_limit_and_one_past_it_is_cut() {
        check(MESSAGE_BYTES_SHOWN, MESSAGE_BYTES_SHOWN, false);
        check(MESSAGE_BYTES_SHOWN + 1, MESSAGE_BYTES_SHOWN, true);
        check(1 << 20, MESSAGE_BYTES_SHOWN, true);
    }

    #[test]
    fn a_message_is_cut_between_characters() {
        let text = shortened("ä".repeat(MESSAGE_BYTES_SHOWN));
        assert_eq!(text, "ä".repeat(MESSAGE_BYTES_SHOWN / 2) + "…");
        let text = shortened(alloc::format!("x{}", "ä".repeat(MESSAGE_BYTES_SHOWN)));
        assert_eq!(text.len(), MESSAGE_BYTES_SHOWN - 1 + "…".len());
    }
}
