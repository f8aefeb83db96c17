use bip_bencode::{BDecodeOpt, Document, KeyPath, Warning};

use super::input::Input;
use super::tell;

/// Warnings told of one value.
const SHOWN: usize = 100;

/// Lenient, with one warning more than is told, so as to know whether there are more.
pub(super) fn lenient() -> BDecodeOpt {
    BDecodeOpt::lenient().max_warnings(SHOWN + 1)
}

/// The warnings to tell, and whether there are more.
pub(super) fn shown(warnings: &[Warning]) -> (&[Warning], bool) {
    match warnings.split_at_checked(SHOWN) {
        Some((shown, rest)) => (shown, !rest.is_empty()),
        None => (warnings, false),
    }
}

/// Tells on stderr what is irregular in a value whose offsets count from `base` of the input.
pub(super) fn tell_warnings(input: &Input, document: &Document<'_>, base: usize) {
    let (warnings, is_more) = shown(document.warnings());
    for warning in warnings {
        let path = document.root().path_at(warning.offset);
        tell(&format!(
            "bip: warning: {}",
            sentence(input, warning, base, &path)
        ));
    }
    if is_more {
        tell(&format!("bip: warning: {input}: and more"));
    }
}

pub(super) fn sentence(input: &Input, warning: &Warning, base: usize, path: &KeyPath) -> String {
    let (what, offset) = (warning.irregularity, base + warning.offset);
    let place = if path.is_root() { "" } else { " in " };
    format!("{input}: {what} at byte {offset}{place}{path}")
}
