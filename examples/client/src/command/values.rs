//! What is written on the command line, and what it means.

use std::net::Ipv6Addr;

use bip_metainfo::PieceLength;

/// Bytes: digits, and a unit of 1024 where one follows.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let malformed = || format!("no size such as 16384, 16KiB or 4M: {text:?}");
    let digits = text.len()
        - text
            .trim_start_matches(|one: char| one.is_ascii_digit())
            .len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        _ => return Err(malformed()),
    };
    let number: u64 = number.parse().map_err(|_| malformed())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| format!("more bytes than there are: {text:?}"))
}

/// A size that pieces can have.
pub(super) fn short_size(text: &str) -> Result<u32, String> {
    u32::try_from(size(text)?).map_err(|_| format!("no piece is as long: {text:?}"))
}

pub(super) fn piece_length(text: &str) -> Result<PieceLength, String> {
    Ok(match text {
        "auto" => PieceLength::OptBalanced,
        "file-size" => PieceLength::OptFileSize,
        "transfer" => PieceLength::OptTransfer,
        _ => PieceLength::Custom(short_size(text)?),
    })
}

/// Trackers of one tier, with commas between them. A comma that no address follows belongs to the one before.
#[derive(Clone, Debug)]
pub(super) struct Tier(pub(super) Vec<String>);

pub(super) fn tier(text: &str) -> Result<Tier, String> {
    let mut urls: Vec<String> = Vec::new();
    for part in text.split(',') {
        match urls.last_mut() {
            Some(last) if !part.contains("://") => {
                last.push(',');
                last.push_str(part);
            }
            _ => urls.push(part.to_owned()),
        }
    }
    match urls.iter().find(|url| !url.contains("://")) {
        Some(url) => Err(format!("no address of a tracker: {url:?}")),
        None => Ok(Tier(urls)),
    }
}

/// A host, without brackets around an IPv6 address, and a port.
pub(super) fn node(text: &str) -> Result<(String, u16), String> {
    let malformed = || format!("neither NAME:PORT, IPV4:PORT nor [IPV6]:PORT: {text:?}");
    let (host, port) = text.rsplit_once(':').ok_or_else(malformed)?;
    let port = port.parse().map_err(|_| malformed())?;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bare {
        Some(host) if host.parse::<Ipv6Addr>().is_ok() => Ok((host.to_owned(), port)),
        None if !host.contains(':') => Ok((host.to_owned(), port)),
        _ => Err(malformed()),
    }
}

/// A node as it was written.
pub(super) fn host_and_port(text: &str) -> Result<String, String> {
    node(text).map(|_| text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_1024() {
        for (text, expect) in [
            ("0", Some(0)),
            ("16384", Some(16_384)),
            ("16KiB", Some(16_384)),
            ("16 kib", Some(16_384)),
            ("4M", Some(4 << 20)),
            ("3g", Some(3 << 30)),
            ("7b", Some(7)),
            ("", None),
            ("K", None),
            ("1.5M", None),
            ("-1", None),
            ("16KB", None),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("17179869184G", None),
        ] {
            assert_eq!(size(text).ok(), expect, "{text}");
        }
        assert_eq!(
            short_size("4G"),
            Err("no piece is as long: \"4G\"".to_owned())
        );
    }

    #[test]
    fn tiers_are_split_where_addresses_begin() {
        let check = |text, expect: &[&str]| assert_eq!(tier(text).unwrap().0, expect);
        check("udp://a:1", &["udp://a:1"]);
        check(
            "udp://a:1,http://b/?x=1,2",
            &["udp://a:1", "http://b/?x=1,2"],
        );
        assert!(tier("").is_err() && tier("a:1").is_err() && tier(",udp://a:1").is_err());
    }

    #[test]
    fn nodes_have_a_port() {
        let is = |text, host: &str| assert_eq!(node(text), Ok((host.to_owned(), 1)));
        is("a.test:1", "a.test");
        is("192.0.2.7:1", "192.0.2.7");
        is("[::1]:1", "::1");
        for text in ["", "a", "a:", "a:65536", "::1:1", "[a]:1", "[::1]"] {
            assert!(node(text).is_err(), "{text}");
        }
    }
}
