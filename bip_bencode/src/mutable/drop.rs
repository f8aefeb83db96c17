use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{BencodeMut, BencodeMutKind};

impl<'a> BencodeMut<'a> {
    /// Leaves an empty byte string behind.
    pub(super) fn take_kind(&mut self) -> BencodeMutKind<'a> {
        core::mem::replace(&mut self.kind, BencodeMutKind::Bytes(Cow::Borrowed(&[])))
    }

    fn has_children(&self) -> bool {
        match &self.kind {
            BencodeMutKind::Int(_) | BencodeMutKind::Bytes(_) => false,
            BencodeMutKind::List(list) => !list.is_empty(),
            BencodeMutKind::Dict(dict) => !dict.is_empty(),
        }
    }

    fn has_grandchildren(&self) -> bool {
        match &self.kind {
            BencodeMutKind::Int(_) | BencodeMutKind::Bytes(_) => false,
            BencodeMutKind::List(list) => list.iter().any(BencodeMut::has_children),
            BencodeMutKind::Dict(dict) => dict.values().any(BencodeMut::has_children),
        }
    }
}

/// The compiler's own glue recurses, and a value that nests deep enough would overflow the stack.
impl Drop for BencodeMut<'_> {
    fn drop(&mut self) {
        if !self.has_grandchildren() {
            return;
        }
        let mut waiting = Vec::from([self.take_kind()]);
        while let Some(kind) = waiting.pop() {
            match kind {
                BencodeMutKind::Int(_) | BencodeMutKind::Bytes(_) => {}
                BencodeMutKind::List(list) => {
                    waiting.extend(
                        list.into_iter()
                            .filter(BencodeMut::has_children)
                            .map(BencodeMut::into_kind),
                    );
                }
                BencodeMutKind::Dict(dict) => {
                    waiting.extend(
                        dict.into_iter()
                            .map(|(_, value)| value)
                            .filter(BencodeMut::has_children)
                            .map(BencodeMut::into_kind),
                    );
                }
            }
        }
    }
}
