use bip_bencode::BDecodeOpt;

use crate::limits::MAX_EXTENDED_TOKENS;

/// How dictionaries of extensions are read: real clients sort keys wrongly now and then, and nothing hangs on it here.
pub(super) fn options() -> BDecodeOpt {
    BDecodeOpt::lenient()
        .max_depth(8)
        .max_tokens(MAX_EXTENDED_TOKENS)
}
