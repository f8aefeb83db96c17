use super::way::Way;
use crate::error::Segment;

/// What the containers that were left before their end say of themselves, from within outwards: the way to the place of
/// an error. They say it when they are dropped, so that results are handed on untouched; to look at each for an error
/// would mean to copy it, which costs more than to read it.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) way: Way,
    /// Where the value begins at which the innermost one was left.
    pub(super) place: Option<usize>,
    /// The innermost one is a dictionary.
    pub(super) ends_in_dict: bool,
}

impl Trail {
    /// A container was left at a value that begins at `offset`.
    #[cold]
    pub(super) fn add(&mut self, segment: Segment<'_>, offset: usize) {
        if self.place.is_none() {
            self.place = Some(offset);
            self.ends_in_dict = matches!(segment, Segment::Key(_));
        }
        self.way.push(segment);
    }
}
