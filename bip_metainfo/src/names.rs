//! Names that stay, for what goes wrong or is odd: programs compare them, while words may change.

/// Gives each variant a name of its own, or that of the error which caused it.
macro_rules! names {
    (
        $of:ty, $example:literal:
        $($variant:ident $name:literal,)*
        $(; by_cause: $($cause:ident),*)?
    ) => {
        impl $of {
            #[doc = concat!("A name for machines to read, which stays: `", $example, "`.")]
            $(#[doc = concat!("Where another error is the cause (`", stringify!($($cause),*), "`), it is that one's.")])?
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                    $($(Self::$cause(cause) => cause.name(),)*)?
                }
            }

            #[cfg(test)]
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),*];
        }
    };
}

pub(crate) use names;

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(names: &[&str], expect: &[&str]) {
        assert_eq!(names, expect);
        let mut unique = names.to_vec();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
    }

    /// Whoever has to change a line here breaks the programs of others.
    #[test]
    fn names_stay() {
        check(
            crate::MetainfoError::NAMES,
            &[
                "too_large",
                "bencode",
                "trailing_bytes",
                "unknown_version",
                "not_canonical",
                "missing_key",
                "wrong_type",
                "invalid_piece_length",
                "invalid_length",
                "total_too_long",
                "no_content",
                "no_files",
                "empty_path",
                "path_too_deep",
                "too_many_duplicate_names",
                "pieces_length",
                "too_many_pieces",
                "piece_count",
                "piece_length_not_for_v2",
                "file_tree",
                "pieces_root",
                "inconsistent_files",
                "piece_layer",
                "too_many_layer_hashes",
                "paths_too_long",
                "symlink_escapes",
                "too_many_signatures",
            ],
        );
        check(
            crate::CreateError::NAMES,
            &[
                "read",
                "changed",
                "cancelled",
                "piece_length_zero",
                "piece_length_too_large",
                "piece_length_uneven",
                "piece_length_not_for_v2",
                "target_too_small",
                "invalid_path",
                "known_pieces",
                "reserved_key",
                "invalid_text",
                "mistaken",
            ],
        );
        check(
            crate::AccessError::NAMES,
            &[
                "io",
                "not_a_file",
                "no_name",
                "not_unicode",
                "symlink_escapes",
                "symlink_loop",
                "cancelled",
                "too_many_files",
            ],
        );
        check(
            crate::SkipReason::NAMES,
            &["junk", "hidden", "symlink", "special", "pattern"],
        );
        check(
            crate::EditError::NAMES,
            &["invalid_value", "no_such_tier", "info_key", "content_key"],
        );
        check(
            crate::ReuseError::NAMES,
            &[
                "missing_file",
                "extra_file",
                "other_length",
                "symlink_without_target",
                "missing_hashes",
                "other_pieces",
                "already_v2",
                "piece_length_not_for_v2",
            ],
        );
        check(
            crate::MagnetError::NAMES,
            &[
                "not_magnet",
                "too_long",
                "invalid_escape",
                "missing_info_hash",
                "invalid_info_hash",
                "zero_info_hash",
                "conflicting_info_hashes",
                "invalid_public_key",
                "invalid_salt",
            ],
        );
        #[cfg(feature = "sign")]
        check(
            crate::SignError::NAMES,
            &[
                "certificate",
                "key",
                "encrypted_key",
                "unsupported_key",
                "key_length",
                "other_key",
                "no_signature",
                "no_certificate",
                "wrong_signature",
                "not_issuer",
                "info_not_dict",
            ],
        );
        check(
            crate::VerifyError::NAMES,
            &["no_such_file", "block_hashes", "folder"],
        );
        check(
            crate::FileFault::NAMES,
            &[
                "missing",
                "too_short",
                "too_long",
                "not_a_file",
                "behind_link",
                "not_a_link",
                "other_target",
                "unreadable",
            ],
        );
        check(crate::ParseInfoHashError::NAMES, &["length", "digit"]);
        check(
            crate::Warning::NAMES,
            &[
                "irregular",
                "trailing_space",
                "ignored",
                "not_utf8",
                "length_beside_files",
                "flat_announce_list",
                "missing_piece_layers",
                "paths_changed",
                "more",
            ],
        );
        check(
            crate::MagnetWarningKind::NAMES,
            &[
                "broken_escape",
                "not_utf8",
                "empty",
                "unprintable",
                "repeated",
                "not_host_and_port",
                "port_zero",
                "port_out_of_range",
                "not_http",
                "not_length",
                "not_file_index",
                "unknown_topic",
                "second_public_key",
                "long_salt",
                "more",
            ],
        );
    }
}
