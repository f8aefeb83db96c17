use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};

use super::{ItemError, SecretKey, check_value};
use crate::Key;
use crate::limits::MAX_SALT_LENGTH;

/// An item that its owner can replace (BEP 44, "Mutable Items"). There is none whose signature does not fit.
///
/// ```
/// use bip_dht::{MutableItem, SecretKey};
///
/// let owner = SecretKey::from_seed(&[7; 32]);
/// let item = MutableItem::sign(&owner, b"blog", 1, b"12:Hello World!")?;
/// assert_eq!(item.public_key(), owner.public_key());
/// # Ok::<(), bip_dht::ItemError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct MutableItem {
    public_key: [u8; 32],
    salt: Box<[u8]>,
    seq: i64,
    value: Box<[u8]>,
    signature: [u8; 64],
}

impl MutableItem {
    /// Signs a value, which is bencoded, as version `seq` of the item with this salt. Without a salt, it is empty.
    ///
    /// # Errors
    /// Value or salt are longer than nodes keep, or the value is not canonical bencode.
    pub fn sign(
        owner: &SecretKey,
        salt: &[u8],
        seq: i64,
        value: &[u8],
    ) -> Result<MutableItem, ItemError> {
        check(salt, value)?;
        Ok(MutableItem {
            public_key: *owner.public_key(),
            salt: salt.into(),
            seq,
            value: value.into(),
            signature: owner.sign(&signed_bytes(salt, seq, value)),
        })
    }

    /// The item that came with this signature.
    ///
    /// # Errors
    /// Value or salt are longer than nodes keep, the value is not canonical bencode, or the signature does not fit.
    pub fn verify(
        public_key: &[u8; 32],
        salt: &[u8],
        seq: i64,
        value: &[u8],
        signature: &[u8; 64],
    ) -> Result<MutableItem, ItemError> {
        check(salt, value)?;
        if !is_signed(public_key, &signed_bytes(salt, seq, value), signature) {
            return Err(ItemError::InvalidSignature);
        }
        Ok(MutableItem {
            public_key: *public_key,
            salt: salt.into(),
            seq,
            value: value.into(),
            signature: *signature,
        })
    }

    /// Where the item is kept.
    pub fn target(&self) -> Key {
        Key::of_mutable(&self.public_key, &self.salt)
    }

    /// Who may replace it.
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// Tells the items of one owner apart; empty if there is none.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The number of this version.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// The value, bencoded.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The owner's signature over salt, sequence number and value.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

impl fmt::Debug for MutableItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MutableItem")
            .field("target", &self.target())
            .field("seq", &self.seq)
            .field("value", &format_args!("\"{}\"", self.value.escape_ascii()))
            .finish_non_exhaustive()
    }
}

fn check(salt: &[u8], value: &[u8]) -> Result<(), ItemError> {
    let length = salt.len();
    if length > MAX_SALT_LENGTH {
        return Err(ItemError::SaltTooLong { length });
    }
    check_value(value)
}

/// What is signed (BEP 44, "Signature Verification").
pub(super) fn signed_bytes(salt: &[u8], seq: i64, value: &[u8]) -> Vec<u8> {
    let mut bytes = if salt.is_empty() {
        Vec::new()
    } else {
        [format!("4:salt{}:", salt.len()).as_bytes(), salt].concat()
    };
    bytes.extend_from_slice(format!("3:seqi{seq}e1:v").as_bytes());
    bytes.extend_from_slice(value);
    bytes
}

/// Whether the signature fits. Keys and signatures of small order, which fit to more than one message, fit to none.
pub(super) fn is_signed(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(public_key)
        .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_VALUE_LENGTH;

    fn owner() -> SecretKey {
        SecretKey::from_seed(&[7; 32])
    }

    #[test]
    fn an_item_verifies_as_it_was_signed_and_in_no_other_way() {
        let item = MutableItem::sign(&owner(), b"salt", 4, b"12:Hello World!").unwrap();
        let verify = |key: &[u8; 32], salt: &[u8], seq: i64, value: &[u8], signature: &[u8; 64]| {
            MutableItem::verify(key, salt, seq, value, signature)
        };
        let (key, salt, value) = (item.public_key(), item.salt(), item.value());
        assert_eq!(
            verify(key, salt, 4, value, item.signature()),
            Ok(item.clone())
        );
        let wrong = Err(ItemError::InvalidSignature);
        assert_eq!(verify(key, b"", 4, value, item.signature()), wrong);
        assert_eq!(verify(key, salt, 5, value, item.signature()), wrong);
        assert_eq!(
            verify(key, salt, 4, b"12:Hello World?", item.signature()),
            wrong
        );
        let other = SecretKey::from_seed(&[8; 32]);
        assert_eq!(
            verify(other.public_key(), salt, 4, value, item.signature()),
            wrong
        );
        for bit in 0..512 {
            let mut signature = *item.signature();
            signature[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(key, salt, 4, value, &signature), wrong, "bit {bit}");
        }
    }

    #[test]
    fn a_key_of_small_order_signs_nothing() {
        // The neutral element: with it, one signature would fit to every message.
        let mut key = [0; 32];
        key[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        let verified = MutableItem::verify(&key, b"", 1, b"i1e", &signature);
        assert_eq!(verified, Err(ItemError::InvalidSignature));
    }

    #[test]
    fn a_salt_of_64_bytes_is_the_longest() {
        assert!(MutableItem::sign(&owner(), &[1; 64], 1, b"i1e").is_ok());
        let error = ItemError::SaltTooLong { length: 65 };
        assert_eq!(MutableItem::sign(&owner(), &[1; 65], 1, b"i1e"), Err(error));
        assert_eq!(
            MutableItem::verify(&[0; 32], &[1; 65], 1, b"i1e", &[0; 64]),
            Err(error)
        );
    }

    #[test]
    fn a_value_is_checked_before_it_is_signed() {
        let length = MAX_VALUE_LENGTH + 1;
        let long = [b"997:".as_slice(), &[0; 997]].concat();
        assert_eq!(
            MutableItem::sign(&owner(), b"", 1, &long),
            Err(ItemError::ValueTooLong { length })
        );
        let value = b"d1:b0:1:a0:e";
        let error = Err(ItemError::NotCanonical);
        assert_eq!(MutableItem::sign(&owner(), b"", 1, value), error);
    }

    #[test]
    fn any_sequence_number_can_be_signed() {
        for seq in [i64::MIN, -1, 0, i64::MAX] {
            let item = MutableItem::sign(&owner(), b"", seq, b"i1e").unwrap();
            assert_eq!(item.seq(), seq);
        }
        assert_eq!(signed_bytes(b"", -1, b"i1e"), b"3:seqi-1e1:vi1e");
        assert_eq!(
            signed_bytes(b"foobar", 4, b"12:Hello world!"),
            b"4:salt6:foobar3:seqi4e1:v12:Hello world!"
        );
    }
}
