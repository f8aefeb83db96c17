use bip_dht::Key;

use crate::swarm::Source;

/// What follows is a name, whose SHA-1 is the key.
const NAME: &str = "name:";

/// 40 hex digits, a magnet link, or `name:TEXT`.
pub(super) fn key(text: &str) -> Result<Key, String> {
    if let Some(name) = text.strip_prefix(NAME) {
        return Ok(Key::of_name(name));
    }
    if Source::is_magnet(text) {
        return of_magnet(text);
    }
    match hex::<20>(text) {
        Some(bytes) => Ok(Key::new(bytes)),
        None => Err("neither 40 hex digits, a magnet link nor name:TEXT".to_owned()),
    }
}

fn of_magnet(text: &str) -> Result<Key, String> {
    let link = Source::parse_magnet(text).map_err(|error| crate::output::chain(&error))?;
    let v1 = link.info_hash_v1().map(|hash| hash.to_bytes());
    // Of the longer hash, the DHT takes the beginning (BEP 52).
    let v2 = || Some(link.info_hash_v2()?.truncated().to_bytes());
    v1.or_else(v2)
        .map(Key::new)
        .ok_or_else(|| "the link has no info-hash".to_owned())
}

/// So many bytes, each in two hex digits.
pub(super) fn hex<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * LENGTH {
        return None;
    }
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    let mut bytes = [0; LENGTH];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from(digit(2 * at)? * 16 + digit(2 * at + 1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hex_or_a_magnet_link_or_the_hash_of_a_name() {
        let hash = "0123456789abcdefABCDEF0123456789abcdef01";
        let expect = hash.to_ascii_lowercase();
        assert_eq!(key(hash).unwrap().to_string(), expect);
        let link = format!("magnet:?xt=urn:btih:{hash}");
        assert_eq!(key(&link).unwrap().to_string(), expect);
        let long = format!("magnet:?xt=urn:btmh:1220{}", "ab".repeat(32));
        assert_eq!(key(&long).unwrap().to_string(), "ab".repeat(20));
        let name = key("name:abc").unwrap().to_string();
        assert_eq!(name, "a9993e364706816aba3e25717850c26c9cd0d89d");
        for text in [
            "",
            "abc",
            &hash[1..],
            &format!("{hash}0"),
            &hash.replace('0', "g"),
        ] {
            assert!(key(text).is_err(), "{text}");
        }
        assert!(key("magnet:?dn=nothing").is_err());
    }
}
