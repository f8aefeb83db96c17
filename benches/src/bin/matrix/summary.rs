use crate::input::{Class, Input};
use crate::outcome::Outcome;

/// A decoder's row of the second table, as far as it follows from the first.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Summary {
    /// What is not canonical: how often an error, how often accepted with a remark that it is wrong, of how many.
    pub(crate) refused: usize,
    pub(crate) remarked: usize,
    pub(crate) not_canonical: usize,
    /// What is canonical and not deep: how often accepted as it is, of how many.
    pub(crate) accepted: usize,
    pub(crate) canonical: usize,
    /// How often another number was read than stands there.
    pub(crate) other_numbers: usize,
    /// Deep nesting: how often the decoder came back, of how many.
    pub(crate) deep_survived: usize,
    pub(crate) deep: usize,
    /// The same for all other inputs.
    pub(crate) rest_survived: usize,
    pub(crate) rest: usize,
}

impl Summary {
    /// `outcomes` are in the order of `inputs`.
    pub(crate) fn of(inputs: &[Input], outcomes: &[Outcome]) -> Summary {
        let mut summary = Summary::default();
        for (input, outcome) in inputs.iter().zip(outcomes) {
            summary.add(input, outcome);
        }
        summary
    }

    fn add(&mut self, input: &Input, outcome: &Outcome) {
        let is_refused = matches!(outcome, Outcome::Refused(_));
        let is_accepted = matches!(outcome, Outcome::Accepted(_));
        let is_other = outcome.other_number(input).is_some();
        let is_remarked = match outcome {
            Outcome::Accepted(reading) => reading.remark.is_some_and(|remark| remark.is_blame()),
            _ => false,
        };
        let survived = usize::from(is_refused || is_accepted);
        self.other_numbers += usize::from(is_other);
        match input.class {
            Class::NotCanonical => {
                self.not_canonical += 1;
                self.refused += usize::from(is_refused);
                self.remarked += usize::from(is_remarked);
            }
            Class::Canonical => {
                self.canonical += 1;
                self.accepted += usize::from(is_accepted && !is_other);
            }
            Class::Deep => {
                self.deep += 1;
                self.deep_survived += survived;
                return;
            }
        }
        self.rest += 1;
        self.rest_survived += survived;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::{Reading, Remark};
    use crate::input;

    fn check(outcome: fn(&Input) -> Outcome, expect: Summary) {
        let inputs = input::all();
        let outcomes: Vec<Outcome> = inputs.iter().map(outcome).collect();
        assert_eq!(Summary::of(&inputs, &outcomes), expect);
    }

    /// What all decoders have in common: 17 inputs are not canonical, 7 are, 4 are deep.
    fn totals() -> Summary {
        Summary {
            not_canonical: 17,
            canonical: 7,
            deep: 4,
            rest: 24,
            ..Summary::default()
        }
    }

    fn reading(number: Option<&str>, remark: Option<Remark>) -> Outcome {
        Outcome::Accepted(Reading {
            number: number.map(str::to_string),
            remark,
        })
    }

    #[test]
    fn a_decoder_that_refuses_all_is_strict_and_of_no_use() {
        let expect = Summary {
            refused: 17,
            deep_survived: 4,
            rest_survived: 24,
            ..totals()
        };
        check(|_| Outcome::Refused(String::new()), expect);
    }

    #[test]
    fn what_does_not_come_back_neither_refuses_nor_survives() {
        check(|_| Outcome::Panicked, totals());
        check(|_| Outcome::Aborted, totals());
        check(|_| Outcome::OutOfTime, totals());
    }

    #[test]
    fn another_number_is_counted_and_not_taken_for_the_value() {
        let survived = || Summary {
            deep_survived: 4,
            rest_survived: 24,
            ..totals()
        };
        let right = Summary {
            accepted: 7,
            ..survived()
        };
        check(|input| reading(input.number, None), right);
        // Ten inputs spell a number, one of them this one. Four of them are canonical.
        let zero = Summary {
            accepted: 3,
            other_numbers: 9,
            ..survived()
        };
        check(|input| reading(input.number.map(|_| "0"), None), zero);
    }

    #[test]
    fn only_a_remark_that_something_is_wrong_counts_as_one() {
        let expect = |remarked| Summary {
            remarked,
            accepted: 7,
            deep_survived: 4,
            rest_survived: 24,
            ..totals()
        };
        check(|_| reading(None, Some(Remark::Warned)), expect(17));
        check(|_| reading(None, Some(Remark::SoftError)), expect(17));
        check(|_| reading(None, Some(Remark::TwoValues)), expect(0));
        check(|_| reading(None, Some(Remark::NoValue)), expect(0));
    }
}
