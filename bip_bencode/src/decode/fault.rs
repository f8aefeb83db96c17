use super::frame::{Frame, OpenFrames};
use super::lexer::LexError;
use crate::error::{DecodeError, DecodeErrorKind, KeyPath, Segment};

/// A violation, before its path is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: DecodeErrorKind,
    pub(crate) offset: usize,
    pub(super) place: Place,
}

/// What a fault belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The innermost open container: its end or next key.
    Container,
    /// The newest value or key of that container.
    Element,
}

impl Fault {
    pub(super) fn in_container((kind, offset): LexError) -> Fault {
        Fault {
            kind,
            offset,
            place: Place::Container,
        }
    }

    pub(super) fn in_element((kind, offset): LexError) -> Fault {
        Fault {
            kind,
            offset,
            place: Place::Element,
        }
    }

    /// The way to the fault from the outermost of the containers that were open when it happened.
    pub(super) fn segments<'a>(
        &self,
        open: &OpenFrames,
        input: &'a [u8],
    ) -> impl ExactSizeIterator<Item = Segment<'a>> {
        let frames: &[Frame] = match (self.place, open.frames()) {
            (Place::Container, [outer @ .., _]) => outer,
            (_, frames) => frames,
        };
        frames.iter().map(move |frame| frame.segment(input))
    }

    /// Finds the path. Only here, so that decoding pays nothing for it.
    #[cold]
    pub(super) fn describe(&self, open: &OpenFrames, input: &[u8]) -> DecodeError {
        let path = KeyPath::from_segments(self.segments(open, input));
        DecodeError::new(self.kind, self.offset, path)
    }
}
