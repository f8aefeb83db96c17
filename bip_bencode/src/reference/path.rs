use alloc::vec::Vec;

use super::BencodeRef;
use crate::decode::TokenKind;
use crate::error::{KeyPath, Segment};

impl<'a, 't> BencodeRef<'a, 't> {
    /// The keys and indices that lead here from the outermost value. Found by a search from there: for messages, not
    /// for loops.
    pub fn path(&self) -> KeyPath {
        KeyPath::from_segments(self.segments().into_iter())
    }

    /// The keys and indices that lead to the innermost value in here that has this byte of the input; a key has its
    /// value's. Of a byte outside, this value's own path. What a [`Warning`](crate::Warning) is about:
    ///
    /// ```
    /// use bip_bencode::BDecodeOpt;
    ///
    /// let document = BDecodeOpt::lenient().decode(b"d4:infod6:lengthi03eee")?;
    /// let warning = document.warnings()[0];
    /// assert_eq!(document.root().path_at(warning.offset), "info.length");
    /// # Ok::<(), bip_bencode::DecodeError>(())
    /// ```
    pub fn path_at(&self, offset: usize) -> KeyPath {
        KeyPath::from_segments(self.innermost_at(offset).segments().into_iter())
    }

    /// What a list or dictionary holds, each value with its key if it has one.
    fn elements(self) -> impl Iterator<Item = (Option<&'a [u8]>, BencodeRef<'a, 't>)> {
        let mut next = self.at(self.index() + 1);
        let last = self.next_index() - 1;
        core::iter::from_fn(move || {
            if next.index() >= last {
                return None;
            }
            let key = (next.token().kind() == TokenKind::Key).then(|| next.bytes_here());
            let value = next.at(next.index() + usize::from(key.is_some()));
            next = value.at(value.next_index());
            Some((key, value))
        })
    }

    /// The innermost value in here of which this byte is part, or its key.
    fn innermost_at(&self, offset: usize) -> Self {
        let mut found = *self;
        while (found.offset() + 1..found.end()).contains(&offset) {
            let mut values = found.elements().map(|(_, value)| value);
            match values.find(|value| offset < value.end()) {
                Some(value) => found = value,
                None => break,
            }
        }
        found
    }

    pub(crate) fn segments(&self) -> Vec<Segment<'a>> {
        let mut segments = Vec::new();
        let mut container = self.at(0);
        while container.index() < self.index() {
            let mut elements = container.elements().enumerate();
            let Some((position, (key, value))) =
                elements.find(|(_, (_, value))| value.next_index() > self.index())
            else {
                break;
            };
            segments.push(key.map_or(Segment::Index(position), Segment::Key));
            container = value;
        }
        segments
    }
}
