use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use super::siphash::siphash;
use crate::Key;
use crate::limits::{TOKEN_EPOCH, TOKEN_LENGTH};

/// Bytes that are hashed: the epoch, the key and the address.
const INPUT_LENGTH: usize = 8 + 20 + 16;

/// Gives out the tokens that an announce or a put must bring back, and knows its own again without keeping any (BEP 5,
/// "Overview"). Who has one was seen, at most ten minutes ago, to receive at its address.
///
/// A token is a keyed hash over the address, the place in the key space and the time in epochs of five minutes; it is
/// taken in the epoch it was given out in and in the next. So a token of one address, one torrent or one time says
/// nothing about that of another. The port is left out, because a NAT may change it between two datagrams.
#[derive(Clone)]
pub(crate) struct Tokens {
    secret: [u64; 2],
    start: Instant,
}

impl Tokens {
    /// Whoever knows the secret can forge: it must come from a cryptographic source.
    pub(crate) fn new(secret: [u64; 2], start: Instant) -> Tokens {
        Tokens { secret, start }
    }

    /// The token for who asks from `ip` about `key`.
    pub(crate) fn issue(&self, now: Instant, ip: IpAddr, key: Key) -> [u8; TOKEN_LENGTH] {
        self.token(self.epoch(now), ip, key)
    }

    /// Whether `ip` got this token when it asked about `key`, in this epoch or the one before.
    pub(crate) fn accepts(&self, now: Instant, ip: IpAddr, key: Key, token: &[u8]) -> bool {
        let Ok(token) = <[u8; TOKEN_LENGTH]>::try_from(token) else {
            return false;
        };
        let epoch = self.epoch(now);
        let is_current = is_equal(&token, &self.token(epoch, ip, key));
        let is_previous = is_equal(&token, &self.token(epoch.wrapping_sub(1), ip, key));
        is_current | is_previous
    }

    fn epoch(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.start).as_secs() / TOKEN_EPOCH.as_secs()
    }

    fn token(&self, epoch: u64, ip: IpAddr, key: Key) -> [u8; TOKEN_LENGTH] {
        let mut input = [0; INPUT_LENGTH];
        input[..8].copy_from_slice(&epoch.to_le_bytes());
        input[8..28].copy_from_slice(key.as_bytes());
        // The length tells the families apart.
        let length = match ip.to_canonical() {
            IpAddr::V4(ip) => {
                input[28..32].copy_from_slice(&ip.octets());
                32
            }
            IpAddr::V6(ip) => {
                input[28..].copy_from_slice(&ip.octets());
                INPUT_LENGTH
            }
        };
        siphash(self.secret, &input[..length]).to_le_bytes()
    }
}

/// The secret stays one.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// Takes the same time wherever the first difference lies.
fn is_equal(one: &[u8; TOKEN_LENGTH], other: &[u8; TOKEN_LENGTH]) -> bool {
    let difference = one
        .iter()
        .zip(other)
        .fold(0, |difference, (one, other)| difference | (one ^ other));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::security::crc32c::crc32c;
    use proptest::prelude::*;

    const KEY: Key = Key::new([7; 20]);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[allow(clippy::disallowed_methods, reason = "any instant serves")]
    fn tokens() -> (Tokens, Instant) {
        let start = Instant::now();
        (Tokens::new([1, 2], start), start)
    }

    #[test]
    fn a_token_is_accepted_to_the_end_of_the_next_epoch() {
        let (tokens, start) = tokens();
        let asker = ip("192.0.2.1");
        for (issued, checked, expect) in [
            (0, 0, true),
            (0, 299, true),
            (0, 599, true),
            (0, 600, false),
            (299, 599, true),
            (299, 600, false),
            (300, 600, true),
            (300, 299, false),
            (86_400, 86_400 + 300, true),
        ] {
            let at = |second| start + Duration::from_secs(second);
            let token = tokens.issue(at(issued), asker, KEY);
            assert_eq!(
                tokens.accepts(at(checked), asker, KEY, &token),
                expect,
                "issued {issued}, checked {checked}"
            );
        }
    }

    #[test]
    fn a_token_serves_one_address_one_key_and_one_node() {
        let (tokens, now) = tokens();
        let token = tokens.issue(now, ip("192.0.2.1"), KEY);
        assert!(tokens.accepts(now, ip("::ffff:192.0.2.1"), KEY, &token));
        assert!(!tokens.accepts(now, ip("192.0.2.2"), KEY, &token));
        assert!(!tokens.accepts(now, ip("::c000:201"), KEY, &token));
        assert!(!tokens.accepts(now, ip("192.0.2.1"), Key::new([8; 20]), &token));
        let other = Tokens::new([1, 3], now);
        assert!(!other.accepts(now, ip("192.0.2.1"), KEY, &token));
        for bit in 0..64 {
            let mut wrong = token;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(
                !tokens.accepts(now, ip("192.0.2.1"), KEY, &wrong),
                "bit {bit}"
            );
        }
        for length in [0, 7] {
            assert!(!tokens.accepts(now, ip("192.0.2.1"), KEY, &token[..length]));
        }
        let longer = [&token[..], &[0]].concat();
        assert!(!tokens.accepts(now, ip("192.0.2.1"), KEY, &longer));
    }

    /// A node whose token is the CRC32C of the address and a secret, as the best known Rust crate makes it.
    struct LinearTokens {
        secret: [u8; 20],
    }

    impl LinearTokens {
        fn issue(&self, ip: [u8; 4]) -> u32 {
            crc32c(&[&ip[..], &self.secret].concat())
        }
    }

    /// The token of `other` out of that of `own`, without the secret: the difference of two CRCs over inputs of one
    /// length is the CRC without its constants of the difference of the inputs.
    fn forge(own: [u8; 4], token: u32, other: [u8; 4]) -> u32 {
        let mut difference = [0; 24];
        for (at, byte) in difference.iter_mut().take(4).enumerate() {
            *byte = own[at] ^ other[at];
        }
        token ^ crc32c(&difference) ^ crc32c(&[0; 24])
    }

    proptest! {
        #[test]
        fn a_token_computed_from_another_passes_for_a_crc_and_never_here(
            secret in any::<[u8; 20]>(),
            keys in any::<[u64; 2]>(),
            own in any::<[u8; 4]>(),
            other in any::<[u8; 4]>(),
        ) {
            prop_assume!(own != other);
            let rival = LinearTokens { secret };
            prop_assert_eq!(forge(own, rival.issue(own), other), rival.issue(other));

            let (_, now) = tokens();
            let tokens = Tokens::new(keys, now);
            let token = tokens.issue(now, own.into(), KEY);
            let (low, high) = token.split_at(4);
            for (at, half) in [(0, low), (4, high)] {
                for bytes in [u32::from_le_bytes, u32::from_be_bytes] {
                    let guess = forge(own, bytes(half.try_into().unwrap()), other);
                    for guess in [guess.to_le_bytes(), guess.to_be_bytes()] {
                        let mut forged = token;
                        forged[at..at + 4].copy_from_slice(&guess);
                        prop_assert!(!tokens.accepts(now, other.into(), KEY, &forged));
                    }
                }
            }
        }

        /// The property that every forgery of this kind needs: the difference of two tokens depends on the difference
        /// of the addresses alone.
        #[test]
        fn no_difference_between_tokens_follows_from_one_between_addresses(
            keys in any::<[u64; 2]>(),
            own in any::<[u8; 4]>(),
            other in any::<[u8; 4]>(),
            difference in any::<[u8; 4]>(),
        ) {
            prop_assume!(difference != [0; 4] && own != other);
            let moved = |ip: [u8; 4]| -> [u8; 4] { std::array::from_fn(|at| ip[at] ^ difference[at]) };
            prop_assume!(moved(own) != other);
            let (_, now) = tokens();
            let tokens = Tokens::new(keys, now);
            let token = |ip: [u8; 4]| u64::from_le_bytes(tokens.issue(now, ip.into(), KEY));
            prop_assert_ne!(token(own) ^ token(moved(own)), token(other) ^ token(moved(other)));
        }
    }
}
