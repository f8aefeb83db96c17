use super::found::Found;
use super::state::{Failed, Place, State};
use super::tokenizer::Tokenizer;
use crate::decode::{Irregularity, Warning};
use crate::error::{DecodeError, DecodeErrorKind};

/// The machine: which byte may come where. The [`State`] changes here and in `int.rs` and `string.rs` only.
impl Tokenizer {
    /// Takes bytes up to the end of the next token, or all of them if that has not come yet.
    #[inline(always)]
    pub(super) fn step(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        let allowed = self.max_input_length - self.at;
        if input.len() as u64 > allowed {
            return self.last_step(input, allowed as usize);
        }
        self.scan(input)
    }

    /// A step where the input given goes on past the limit.
    #[cold]
    fn last_step(&mut self, input: &mut &[u8], allowed: usize) -> Result<Option<Found>, Failed> {
        let mut within = &input[..allowed];
        let found = self.scan(&mut within)?;
        *input = &input[allowed - within.len()..];
        if found.is_some() {
            return Ok(found);
        }
        let limit = offset_of(self.max_input_length);
        let kind = DecodeErrorKind::InputTooLong { limit };
        Err(self.fail(kind, self.max_input_length, Place::Input))
    }

    #[inline(always)]
    fn scan(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        let Some(&byte) = input.first() else {
            return self.scan_nothing();
        };
        match self.state {
            State::Content => Ok(Some(self.content(input))),
            State::Key | State::Element if byte == b'e' => self.close(input),
            State::Key => self.key(byte, input),
            State::Element | State::Value | State::Root => self.value(byte, input),
            _ => self.scan_on(input),
        }
    }

    #[cold]
    fn scan_nothing(&self) -> Result<Option<Found>, Failed> {
        match self.state {
            State::Failed => Err(Failed),
            _ => Ok(None),
        }
    }

    /// Within a token, or behind the last.
    #[cold]
    fn scan_on(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        match self.state {
            State::Int => self.int(input),
            State::Length => self.length(input),
            State::KeyLength => self.key_length(input),
            State::KeyContent => self.key_content(input),
            State::Failed => Err(Failed),
            _ => {
                if self.state == State::Complete {
                    self.note_trailing()?;
                }
                self.take(input, input.len());
                Ok(None)
            }
        }
    }

    /// Something follows the one value. It is not taken.
    pub(super) fn note_trailing(&mut self) -> Result<(), Failed> {
        self.state = State::Trailing;
        self.note(Irregularity::TrailingBytes, self.at, Place::Input)
    }

    /// A value that begins with `byte`.
    #[inline(always)]
    fn value(&mut self, byte: u8, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        self.start = self.at;
        if self.state == State::Element {
            self.containers.count_element();
        }
        match byte {
            b'0'..=b'9' => self.string(input),
            b'i' => self.whole_int(input),
            b'l' => self.open(State::Element, input),
            b'd' => self.open(State::Key, input),
            found => {
                let kind = match self.state {
                    State::Value if found == b'e' => DecodeErrorKind::MissingValue,
                    _ => DecodeErrorKind::ExpectedValue { found },
                };
                Err(self.fail(kind, self.at, Place::Element))
            }
        }
    }

    #[inline(always)]
    fn open(&mut self, inside: State, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        let limit = self.options.max_depth;
        if self.containers.depth() >= limit {
            let kind = DecodeErrorKind::TooDeep { limit };
            return Err(self.fail(kind, self.at, Place::Element));
        }
        self.containers.push(inside == State::Key);
        self.state = inside;
        self.take(input, 1);
        Ok(Some(match inside {
            State::Key => Found::Dict,
            _ => Found::List,
        }))
    }

    #[inline(always)]
    fn close(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
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
    #[inline(always)]
    pub(super) fn end_value(&mut self) {
        self.state = match self.containers.in_dict() {
            Some(true) => State::Key,
            Some(false) => State::Element,
            None => self.end_outermost(),
        };
    }

    #[cold]
    fn end_outermost(&mut self) -> State {
        self.sort_warnings();
        self.sorted_warnings = self.warnings.len();
        self.after_value
    }

    #[inline(always)]
    pub(super) fn take(&mut self, input: &mut &[u8], count: usize) {
        *input = &input[count..];
        self.at += count as u64;
    }

    /// Records what is allowed, or fails with it.
    #[cold]
    pub(super) fn note(
        &mut self,
        irregularity: Irregularity,
        offset: u64,
        place: Place,
    ) -> Result<(), Failed> {
        if !self.options.allows(irregularity) {
            return Err(self.fail(DecodeErrorKind::Irregular(irregularity), offset, place));
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
    fn note_repetitions(&mut self) -> Result<(), Failed> {
        let count = self.containers.find_repetitions();
        if count > 0 && !self.options.allows(Irregularity::DuplicateKey) {
            self.containers.blame_repetition(0);
        }
        for index in 0..count {
            let offset = self.containers.repetition_offset(index);
            self.note(Irregularity::DuplicateKey, offset, Place::Element)?;
        }
        Ok(())
    }

    /// Repetitions in an unsorted dictionary are found only at its end.
    fn sort_warnings(&mut self) {
        self.warnings[self.sorted_warnings..].sort_by_key(|warning| warning.offset);
    }

    /// The input ends here.
    pub(super) fn end(&mut self) -> Result<(), Failed> {
        let unexpected = DecodeErrorKind::UnexpectedEnd;
        let past_end = DecodeErrorKind::StringPastEnd {
            missing: offset_of(self.length),
        };
        Err(match self.state {
            State::Complete | State::Trailing => return Ok(()),
            State::Root if self.after_value == State::Root => return Ok(()),
            State::Failed => Failed,
            State::Root | State::Element | State::Key | State::KeyLength => {
                self.fail(unexpected, self.at, Place::Container)
            }
            State::Value | State::Int | State::Length => {
                self.fail(unexpected, self.at, Place::Element)
            }
            State::KeyContent => self.fail(past_end, self.start, Place::Container),
            State::Content => self.fail(past_end, self.start, Place::Element),
        })
    }

    #[cold]
    pub(super) fn fail(&mut self, kind: DecodeErrorKind, offset: u64, place: Place) -> Failed {
        let path = self.containers.path(place);
        self.error = Some(DecodeError::new(kind, offset_of(offset), path));
        self.sort_warnings();
        self.state = State::Failed;
        Failed
    }
}

/// On machines of 32 bits, offsets above 4 GiB are told as the largest there is.
pub(super) fn offset_of(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
