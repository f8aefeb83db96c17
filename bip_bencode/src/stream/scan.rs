use super::found::Found;
use super::state::{Fault, Place, State};
use super::tokenizer::Tokenizer;
use crate::decode::{Irregularity, Warning};
use crate::error::{DecodeError, DecodeErrorKind};

/// The machine: which byte may come where. What stands in [`State`] is changed here and in `scalar.rs` only.
impl Tokenizer {
    /// Takes bytes up to the end of the next token, or all of them if that has not come yet.
    #[inline]
    pub(super) fn step(&mut self, input: &mut &[u8]) -> Result<Option<Found>, DecodeError> {
        let allowed = self.max_input_length - self.at;
        if input.len() as u64 > allowed {
            return self.last_step(input, allowed as usize);
        }
        self.scan(input).map_err(|fault| self.fail(fault))
    }

    /// A step where the input given goes on past the limit.
    #[cold]
    fn last_step(
        &mut self,
        input: &mut &[u8],
        allowed: usize,
    ) -> Result<Option<Found>, DecodeError> {
        let (mut within, beyond) = input.split_at(allowed);
        let found = self.scan(&mut within).map_err(|fault| self.fail(fault))?;
        *input = &input[allowed - within.len()..];
        if found.is_some() || beyond.len() < input.len() {
            return Ok(found);
        }
        Err(self.fail(Fault {
            kind: DecodeErrorKind::InputTooLong {
                limit: offset_of(self.max_input_length),
            },
            offset: self.max_input_length,
            place: Place::Input,
        }))
    }

    #[inline]
    fn scan(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        let Some(&byte) = input.first() else {
            return self.scan_nothing();
        };
        match self.state {
            State::Content => Ok(Some(self.content(input))),
            State::Key if byte == b'e' => self.close(input),
            State::Key => self.key(byte, input),
            State::Value if byte == b'e' => {
                Err(Fault::in_element(DecodeErrorKind::MissingValue, self.at))
            }
            State::Element if byte == b'e' => self.close(input),
            State::Element => {
                self.containers.count_element();
                self.value(byte, input)
            }
            State::Value | State::Root => self.value(byte, input),
            _ => self.scan_on(input),
        }
    }

    #[cold]
    fn scan_nothing(&self) -> Result<Option<Found>, Fault> {
        match self.state {
            State::Failed => Err(self.fault_again()),
            _ => Ok(None),
        }
    }

    /// Within a token, or behind the last.
    #[cold]
    fn scan_on(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        match self.state {
            State::Int => self.int(input),
            State::Length => self.length(input),
            State::KeyLength => self.key_length(input),
            State::KeyContent => self.key_content(input),
            State::Complete => {
                self.note_trailing()?;
                self.take(input, input.len());
                Ok(None)
            }
            State::Failed => Err(self.fault_again()),
            _ => {
                self.take(input, input.len());
                Ok(None)
            }
        }
    }

    fn note_trailing(&mut self) -> Result<(), Fault> {
        self.state = State::Trailing;
        self.note(Irregularity::TrailingBytes, self.at)
            .map_err(|kind| Fault::in_element(kind, self.at))
    }

    /// Something follows the one value. It is not taken.
    #[cfg(feature = "std")]
    pub(super) fn see_trailing(&mut self) -> Result<(), DecodeError> {
        self.note_trailing().map_err(|fault| self.fail(fault))
    }

    /// A value that begins with `byte`.
    #[inline]
    fn value(&mut self, byte: u8, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        self.start = self.at;
        match byte {
            b'0'..=b'9' => {
                self.begin_length(byte, input);
                self.length(input)
            }
            b'i' => self.whole_int(input),
            b'l' => self.open(State::Element, input),
            b'd' => self.open(State::Key, input),
            found => Err(Fault::in_element(
                DecodeErrorKind::ExpectedValue { found },
                self.at,
            )),
        }
    }

    #[inline]
    fn open(&mut self, inside: State, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        let limit = self.options.max_depth;
        if self.containers.depth() >= limit {
            return Err(Fault::in_element(
                DecodeErrorKind::TooDeep { limit },
                self.at,
            ));
        }
        self.containers.push(inside == State::Key);
        self.state = inside;
        self.take(input, 1);
        Ok(Some(match inside {
            State::Key => Found::Dict,
            _ => Found::List,
        }))
    }

    #[inline]
    fn close(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        if self.containers.is_unsorted() {
            self.note_repetitions()?;
        }
        self.start = self.at;
        self.containers.pop();
        self.take(input, 1);
        self.end_value();
        Ok(Some(Found::End))
    }

    /// A value has ended: what comes next is up to the container.
    #[inline]
    pub(super) fn end_value(&mut self) {
        self.state = match self.containers.in_dict() {
            Some(true) => State::Key,
            Some(false) => State::Element,
            None => self.end_outermost(),
        };
    }

    fn end_outermost(&mut self) -> State {
        self.sort_warnings();
        self.sorted_warnings = self.warnings.len();
        self.after_value
    }

    #[inline]
    pub(super) fn take(&mut self, input: &mut &[u8], count: usize) {
        *input = &input[count..];
        self.at += count as u64;
    }

    /// Records what is allowed, or gives the error that it is.
    #[cold]
    pub(super) fn note(
        &mut self,
        irregularity: Irregularity,
        offset: u64,
    ) -> Result<(), DecodeErrorKind> {
        if !self.options.allows(irregularity) {
            return Err(DecodeErrorKind::Irregular(irregularity));
        }
        if self.warnings.len() < self.options.max_warnings {
            self.warnings.push(Warning {
                irregularity,
                offset: offset_of(offset),
            });
        }
        Ok(())
    }

    #[cold]
    fn note_repetitions(&mut self) -> Result<(), Fault> {
        for index in 0..self.containers.find_repetitions() {
            let offset = self.containers.repetition_offset(index);
            if let Err(kind) = self.note(Irregularity::DuplicateKey, offset) {
                self.containers.blame_repetition(index);
                return Err(Fault::in_element(kind, offset));
            }
        }
        Ok(())
    }

    /// Repetitions in an unsorted dictionary are found only at its end.
    fn sort_warnings(&mut self) {
        self.warnings[self.sorted_warnings..].sort_by_key(|warning| warning.offset);
    }

    /// The input ends here.
    pub(super) fn end(&mut self) -> Result<(), DecodeError> {
        let unexpected = DecodeErrorKind::UnexpectedEnd;
        let past_end = DecodeErrorKind::StringPastEnd {
            missing: offset_of(self.length),
        };
        let fault = match self.state {
            State::Complete | State::Trailing => return Ok(()),
            State::Failed => self.fault_again(),
            State::Root if self.after_value == State::Root => return Ok(()),
            State::Root | State::Element | State::Key | State::KeyLength => {
                Fault::in_container(unexpected, self.at)
            }
            State::Value | State::Int | State::Length => Fault::in_element(unexpected, self.at),
            State::KeyContent => Fault::in_container(past_end, self.start),
            State::Content => Fault::in_element(past_end, self.start),
        };
        Err(self.fail(fault))
    }

    /// Any fault: once there is an error, [`fail`](Tokenizer::fail) tells only that one.
    fn fault_again(&self) -> Fault {
        Fault::in_element(DecodeErrorKind::UnexpectedEnd, self.at)
    }

    #[cold]
    fn fail(&mut self, fault: Fault) -> DecodeError {
        if let Some(error) = &self.error {
            return error.clone();
        }
        let path = self.containers.path(fault.place);
        let error = DecodeError::new(fault.kind, offset_of(fault.offset), path);
        self.sort_warnings();
        self.state = State::Failed;
        self.error = Some(error.clone());
        error
    }
}

/// On machines of 32 bits, offsets above 4 GiB are told as the largest there is.
pub(super) fn offset_of(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
