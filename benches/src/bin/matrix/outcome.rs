use crate::decoder::{Reading, Remark};
use crate::input::Input;

/// What came of a decoder on an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Accepted(Reading),
    /// With all that the error tells.
    Refused(String),
    Panicked,
    /// Ended by a signal, as an overflow of the stack and a failed allocation end a program.
    Aborted,
    OutOfTime,
}

/// As much of an error as fits into a pipe that nobody reads yet, in characters.
const ERROR_SHOWN: usize = 10_000;

impl Outcome {
    pub(crate) fn of(result: Result<Reading, String>) -> Outcome {
        match result {
            Ok(reading) => Outcome::Accepted(reading),
            Err(text) => Outcome::Refused(text),
        }
    }

    /// What the process of a cell tells the one that started it.
    pub(crate) fn to_line(&self) -> String {
        match self {
            Outcome::Accepted(Reading { number, remark }) => {
                let number = number.as_deref().unwrap_or_default();
                let remark = remark.map(Remark::as_str).unwrap_or_default();
                format!("accepted\t{number}\t{remark}")
            }
            Outcome::Refused(text) => {
                let line: String = text.chars().take(ERROR_SHOWN).collect();
                format!("refused\t{}", line.replace(['\n', '\r', '\t'], " "))
            }
            Outcome::Panicked | Outcome::Aborted | Outcome::OutOfTime => String::new(),
        }
    }

    pub(crate) fn from_line(line: &str) -> Option<Outcome> {
        let parts: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
        match parts.as_slice() {
            ["accepted", number, remark] => Some(Outcome::Accepted(Reading {
                number: (!number.is_empty()).then(|| number.to_string()),
                remark: Remark::ALL
                    .into_iter()
                    .find(|known| known.as_str() == *remark),
            })),
            ["refused", text] => Some(Outcome::Refused(text.to_string())),
            _ => None,
        }
    }

    /// The number that was read instead of the one that stands in the input.
    pub(crate) fn other_number(&self, input: &Input) -> Option<&str> {
        match self {
            Outcome::Accepted(reading) => reading
                .number
                .as_deref()
                .filter(|number| input.number.is_some_and(|expected| expected != *number)),
            _ => None,
        }
    }

    pub(crate) fn to_cell(&self, input: &Input) -> String {
        if let Some(number) = self.other_number(input) {
            return format!("**ok: {number}**");
        }
        match self {
            Outcome::Accepted(reading) => match reading.remark {
                Some(remark) => format!("ok, {}", remark.as_str()),
                None => "ok".to_string(),
            },
            Outcome::Refused(_) => "error".to_string(),
            Outcome::Panicked => "**PANIC**".to_string(),
            Outcome::Aborted => "**ABORT**".to_string(),
            Outcome::OutOfTime => "**out of time**".to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;

    fn accepted(number: Option<&str>, remark: Option<Remark>) -> Outcome {
        Outcome::Accepted(Reading {
            number: number.map(str::to_string),
            remark,
        })
    }

    #[test]
    fn what_a_cell_tells_is_understood() {
        let cases = [
            accepted(None, None),
            accepted(Some("-3"), None),
            accepted(Some("1"), Some(Remark::Warned)),
            accepted(None, Some(Remark::NoValue)),
            Outcome::Refused("at byte 3".to_string()),
            Outcome::Refused(String::new()),
        ];
        for outcome in cases {
            assert_eq!(Outcome::from_line(&outcome.to_line()), Some(outcome));
        }
        let lines = Outcome::Refused("a\tb\nc".to_string()).to_line();
        assert_eq!(
            Outcome::from_line(&lines),
            Some(Outcome::Refused("a b c".to_string()))
        );
        assert_eq!(Outcome::from_line(""), None);
    }

    #[test]
    fn a_cell_shows_the_number_only_where_it_is_another() {
        let inputs = input::all();
        let cases = [
            ("2^64", accepted(Some("18446744073709551616"), None), "ok"),
            ("2^64", accepted(Some("0"), None), "**ok: 0**"),
            ("2^64", accepted(None, None), "ok"),
            (
                "neg0",
                accepted(Some("0"), Some(Remark::Warned)),
                "ok, warned",
            ),
            ("valid", Outcome::Refused("at byte 3".to_string()), "error"),
            ("10M l", Outcome::Aborted, "**ABORT**"),
        ];
        for (name, outcome, expected) in cases {
            let input = inputs.iter().find(|input| input.name == name).unwrap();
            assert_eq!(outcome.to_cell(input), expected, "{name}");
        }
    }
}
