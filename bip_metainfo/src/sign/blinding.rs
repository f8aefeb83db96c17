use std::fmt;

use rsa::rand_core::{CryptoRng, Error, RngCore};
use sha2::{Digest as _, Sha256};

/// Numbers to blind one signature with: the private key multiplies what is signed by a power of them before it works on
/// it, so that how long it takes tells nothing of use to who knows what is signed.
///
/// They need to be unknown to others, not new each time. So they come from the key itself and from what is signed, with
/// SHA-256 over both and then over a counter, and no random source is asked, which a library should not do on its own.
pub(super) struct Blinding {
    seed: [u8; 32],
    counter: u64,
    block: [u8; 32],
    /// Of the block.
    used: usize,
}

impl Blinding {
    pub(super) fn new(secret: &[u8], digest: &[u8]) -> Self {
        let seed = Sha256::new()
            .chain_update(b"bip blinding")
            .chain_update((secret.len() as u64).to_be_bytes())
            .chain_update(secret)
            .chain_update(digest);
        Self {
            seed: seed.finalize().into(),
            counter: 0,
            block: [0; 32],
            used: 32,
        }
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.counter.to_be_bytes());
            self.block = block.finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        let byte = self.block[self.used];
        self.used += 1;
        byte
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
}

impl RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        out.fill_with(|| self.byte());
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Blinding {}

/// What it is made of is secret.
impl fmt::Debug for Blinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blinding").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(secret: &[u8], digest: &[u8]) -> [u8; 100] {
        Blinding::new(secret, digest).bytes()
    }

    #[test]
    fn it_depends_on_the_key_and_on_what_is_signed() {
        assert_eq!(take(b"key", b"digest"), take(b"key", b"digest"));
        let others = [
            take(b"key", b"digest"),
            take(b"kez", b"digest"),
            take(b"key", b"digesu"),
            take(b"keyd", b"igest"),
        ];
        for (index, one) in others.iter().enumerate() {
            assert!(!others[..index].contains(one));
        }
    }

    #[test]
    fn no_block_comes_twice_and_reads_of_any_width_go_on_where_the_last_one_ended() {
        let all = take(b"key", b"digest");
        assert_ne!(all[..32], all[32..64]);
        let mut blinding = Blinding::new(b"key", b"digest");
        let mut some = [0; 27];
        blinding.fill_bytes(&mut some);
        assert_eq!(some, all[..27]);
        assert_eq!(blinding.next_u64().to_le_bytes(), all[27..35]);
        assert_eq!(blinding.next_u32().to_le_bytes(), all[35..39]);
    }
}
