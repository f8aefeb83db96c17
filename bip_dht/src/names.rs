//! Names that stay, for what goes wrong: programs compare them, while words may change.

/// Gives each variant a name of its own, or that of the error which caused it.
macro_rules! names {
    ($of:ty, $example:literal: $($variant:ident $name:literal,)* $(; by_cause: $($cause:ident),*)?) => {
        impl $of {
            #[doc = concat!("A name for machines to read, which stays: `", $example, "`.")]
            $(#[doc = concat!("Where another error is the cause (`", stringify!($($cause),*), "`), it is that one's.")])?
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
    /// Whoever has to change a line here breaks the programs of others.
    #[test]
    fn names_stay() {
        let expect = ["too_many_operations", "family_unavailable", "unreachable"];
        assert_eq!(crate::BeginError::NAMES, expect);
        let expect = [
            "no_nodes",
            "not_bootstrapped",
            "no_answer",
            "not_found",
            "not_stored",
            "outdated",
            "refused",
        ];
        assert_eq!(crate::OperationError::NAMES, expect);
        let expect = [
            "value_too_long",
            "not_canonical",
            "salt_too_long",
            "invalid_signature",
        ];
        assert_eq!(crate::ItemError::NAMES, expect);
        let expect = [
            "bencode",
            "transaction",
            "kind",
            "missing",
            "invalid",
            "not_canonical",
        ];
        assert_eq!(crate::DecodeErrorKind::NAMES, expect);
        assert_eq!(crate::RestoreError::NAMES, ["bencode", "id", "nodes"]);
    }

    #[cfg(any(feature = "tokio", feature = "blocking"))]
    #[test]
    fn an_error_with_a_cause_has_its_name() {
        use crate::{BeginError, DhtError, ItemError, LookupReport, OperationError};
        let operation = |error| DhtError::Operation {
            error,
            report: Box::new(LookupReport::default()),
        };
        let begin = |error| DhtError::Begin(BeginError::Item(error));
        for (error, name) in [
            (begin(ItemError::NotCanonical), "not_canonical"),
            (operation(OperationError::NotFound), "not_found"),
            (DhtError::NotReady, "not_ready"),
            (DhtError::Closed, "closed"),
        ] {
            assert_eq!(error.name(), name);
        }
    }
}
