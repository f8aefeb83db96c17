use serde_core::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use super::key_reader::KeyReader;
use super::message::shortened;
use super::pairs::Pairs;
use super::source::Source;
use crate::value_type::BencodeType;

type Result<T> = core::result::Result<T, DeserializeError>;

/// A variant told by a byte string: one without content.
pub(super) struct StringVariant<'de> {
    name: &'de [u8],
}

impl<'de> StringVariant<'de> {
    pub(super) fn new(name: &'de [u8]) -> StringVariant<'de> {
        StringVariant { name }
    }

    #[cold]
    fn without_content(&self) -> DeserializeError {
        let expected = "a dictionary with the variant's content";
        DeserializeError::wrong_type(BencodeType::Bytes, &expected)
    }
}

impl<'de> EnumAccess<'de> for StringVariant<'de> {
    type Error = DeserializeError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let variant = seed.deserialize(KeyReader::new(self.name))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for StringVariant<'de> {
    type Error = DeserializeError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value> {
        Err(self.without_content())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value> {
        Err(self.without_content())
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value> {
        Err(self.without_content())
    }
}

/// A variant told by a dictionary of one pair: its name and its content.
pub(super) struct DictVariant<'p, 's, 'de> {
    pairs: &'p mut Pairs<'s, 'de>,
    key: &'de [u8],
    /// How many bytes were left where the key begins.
    left: usize,
}

impl<'de> DictVariant<'_, '_, 'de> {
    /// Reads the dictionary whose `d` is next.
    pub(super) fn visit<V: Visitor<'de>>(source: &mut Source<'de>, visitor: V) -> Result<V::Value> {
        let mut pairs = Pairs::open(source)?;
        let left = pairs.source().left();
        let Some(key) = pairs.next_key()? else {
            return Err(not_one_pair(0));
        };
        let value = visitor.visit_enum(DictVariant {
            pairs: &mut pairs,
            key,
            left,
        })?;
        let mut length = 1;
        while pairs.next_key()?.is_some() {
            pairs.skip_value()?;
            length += 1;
        }
        if length > 1 {
            return Err(not_one_pair(length));
        }
        Ok(value)
    }
}

#[cold]
fn not_one_pair(length: usize) -> DeserializeError {
    DeserializeError::new(DeserializeErrorKind::WrongLength {
        length,
        expected: shortened("a dictionary of one variant"),
    })
}

impl<'de> EnumAccess<'de> for DictVariant<'_, '_, 'de> {
    type Error = DeserializeError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        match seed.deserialize(KeyReader::new(self.key)) {
            Ok(variant) => Ok((variant, self)),
            Err(error) => Err(self.pairs.refuse_key(error, self.left)),
        }
    }
}

impl<'de> VariantAccess<'de> for DictVariant<'_, '_, 'de> {
    type Error = DeserializeError;

    fn unit_variant(self) -> Result<()> {
        self.pairs.source().skip().map(|_| ())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.pairs.source())
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.pairs.source().deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.pairs.source().deserialize_map(visitor)
    }
}
