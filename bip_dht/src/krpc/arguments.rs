use bip_bencode::{BencodeRef, DictRef};

use super::{DecodeErrorKind, Want};
use crate::{Key, NodeId};

/// The arguments of a query, by name.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a, 't>(pub(super) DictRef<'a, 't>);

impl<'a, 't> Arguments<'a, 't> {
    pub(super) fn value(self, name: &'static str) -> Result<BencodeRef<'a, 't>, DecodeErrorKind> {
        self.0
            .get(name.as_bytes())
            .ok_or(DecodeErrorKind::Missing(name))
    }

    pub(super) fn bytes(self, name: &'static str) -> Result<&'a [u8], DecodeErrorKind> {
        let value = self.value(name)?;
        value.bytes().ok_or(DecodeErrorKind::Invalid(name))
    }

    pub(super) fn optional_bytes(
        self,
        name: &'static str,
    ) -> Result<Option<&'a [u8]>, DecodeErrorKind> {
        match self.bytes(name) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(DecodeErrorKind::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn array<const N: usize>(
        self,
        name: &'static str,
    ) -> Result<&'a [u8; N], DecodeErrorKind> {
        let bytes = self.bytes(name)?;
        bytes.try_into().map_err(|_| DecodeErrorKind::Invalid(name))
    }

    pub(super) fn key(self, name: &'static str) -> Result<Key, DecodeErrorKind> {
        self.array(name).copied().map(Key::new)
    }

    pub(super) fn place(self, name: &'static str) -> Result<NodeId, DecodeErrorKind> {
        self.array(name).copied().map(NodeId::new)
    }

    pub(super) fn int(self, name: &'static str) -> Result<i64, DecodeErrorKind> {
        read_int(self.value(name)?).ok_or(DecodeErrorKind::Invalid(name))
    }

    pub(super) fn optional_int(self, name: &'static str) -> Option<i64> {
        self.int(name).ok()
    }

    pub(super) fn flag(self, name: &'static str) -> bool {
        self.optional_int(name).is_some_and(|number| number != 0)
    }

    pub(super) fn want(self) -> Want {
        let list = self.0.get(b"want").and_then(|want| want.list());
        let mut want = Want::default();
        for family in list.into_iter().flatten() {
            match family.bytes() {
                Some(b"n4") => want.n4 = true,
                Some(b"n6") => want.n6 = true,
                _ => {}
            }
        }
        want
    }
}

pub(super) fn read_int(value: BencodeRef<'_, '_>) -> Option<i64> {
    value.int()?.to_i64().ok()
}

pub(super) fn read_array<'a, const N: usize>(value: BencodeRef<'a, '_>) -> Option<&'a [u8; N]> {
    value.bytes()?.try_into().ok()
}
