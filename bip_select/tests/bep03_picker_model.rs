//! Rarest first, partial pieces first, endgame and blame, each decision beside a naive picker's.

mod model;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_decision_is_one_the_naive_picker_allows(
        script in proptest::collection::vec(any::<u8>(), 0..1_500),
    ) {
        model::run(&script);
    }
}
