use std::borrow::Cow;
use std::fmt;

/// The client that a peer id claims: a name and, where the id says one, a version (BEP 20).
///
/// Displayed as `libtorrent 2.0.11`. For the eye only: anyone may claim anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientName {
    name: Cow<'static, str>,
    version: String,
}

impl ClientName {
    /// The client's name; its two characters where they are not known.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, empty where the id says none.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.version.is_empty() {
            write!(f, " {}", self.version)?;
        }
        Ok(())
    }
}

/// The client that claims `id`, tried style by style, the most telling first.
pub(crate) fn identify(id: &[u8; 20]) -> Option<ClientName> {
    azureus(id)
        .or_else(|| mainline(id))
        .or_else(|| shadow(id))
        .or_else(|| {
            let generic = id[..12].iter().all(|byte| *byte == 0);
            generic.then(|| ClientName {
                name: "Generic".into(),
                version: String::new(),
            })
        })
}

/// `-XXvvvv-`: two characters, four version digits in base 62.
fn azureus(id: &[u8; 20]) -> Option<ClientName> {
    let [b'-', first, second, a, b, c, d, b'-', ..] = *id else {
        return None;
    };
    if !first.is_ascii_graphic() || !second.is_ascii_graphic() {
        return None;
    }
    let digits = [base62(a)?, base62(b)?, base62(c)?, base62(d)?];
    let code = [first, second];
    let version = match &code {
        // Transmission wrote one digit, then two, then its state; with version 4 it went over to dots.
        b"TR" if digits[0] < 4 => format!("{}.{}{}", digits[0], digits[1], digits[2]),
        b"TR" => dotted(&digits[..3]),
        _ if digits[3] == 0 => dotted(&digits[..3]),
        _ => dotted(&digits),
    };
    let known = AZUREUS
        .iter()
        .find(|(known, _)| **known == code)
        .map(|(_, name)| Cow::Borrowed(*name));
    let name = known.unwrap_or_else(|| String::from_utf8_lossy(&code).into_owned().into());
    Some(ClientName { name, version })
}

/// `M4-20-8-`: one letter (aria2 takes two characters), then decimal numbers, each closed by a dash.
fn mainline(id: &[u8; 20]) -> Option<ClientName> {
    let (name, rest) = match id.as_slice() {
        [b'A', b'2', b'-', rest @ ..] => ("aria2", rest),
        [b'M', rest @ ..] => ("Mainline", rest),
        [b'Q', rest @ ..] => ("Queen Bee", rest),
        _ => return None,
    };
    let mut numbers = rest.splitn(4, |byte| *byte == b'-');
    let mut version = Vec::with_capacity(3);
    for _ in 0..3 {
        let digits = numbers.next()?;
        if !(1..=3).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        version.push(String::from_utf8_lossy(digits));
    }
    // The third number is closed by a dash too, else `splitn` would have swallowed the random part.
    numbers.next()?;
    Some(ClientName {
        name: name.into(),
        version: version.join("."),
    })
}

/// `S58B-----`: one letter, up to five version characters filled up with dashes, three dashes; or raw bytes for the
/// version and a zero at the ninth byte.
fn shadow(id: &[u8; 20]) -> Option<ClientName> {
    let name = SHADOW
        .iter()
        .find(|(letter, _)| *letter == id[0])
        .map(|(_, name)| *name)?;
    if id[8] == 0 && id[1..4].iter().all(|byte| *byte < 128) {
        return Some(ClientName {
            name: name.into(),
            version: dotted(&[id[1], id[2], id[3]].map(u32::from)),
        });
    }
    let closed = id[4..6] == *b"--" || id[6..9] == *b"---";
    let digits: Vec<u32> = id[1..6]
        .iter()
        .take_while(|byte| **byte != b'-')
        .map(|byte| base62(*byte))
        .collect::<Option<_>>()?;
    (closed && !digits.is_empty()).then(|| ClientName {
        name: name.into(),
        version: dotted(&digits),
    })
}

fn base62(character: u8) -> Option<u32> {
    let value = match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        b'a'..=b'z' => character - b'a' + 36,
        _ => return None,
    };
    Some(u32::from(value))
}

fn dotted(numbers: &[u32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    numbers.join(".")
}

/// Shadow's letters (BEP 20).
const SHADOW: [(u8, &str); 7] = [
    (b'A', "ABC"),
    (b'O', "Osprey Permaseed"),
    (b'Q', "BTQueue"),
    (b'R', "Tribler"),
    (b'S', "Shadow"),
    (b'T', "BitTornado"),
    (b'U', "UPnP NAT BitTorrent"),
];

/// Azureus style: the clients still met, of BEP 20's list and since.
const AZUREUS: [(&[u8; 2], &str); 32] = [
    (b"AG", "Ares"),
    (b"AZ", "Azureus"),
    (b"BC", "BitComet"),
    (b"BI", "BiglyBT"),
    (b"BT", "BitTorrent"),
    (b"CT", "CTorrent"),
    (b"DE", "Deluge"),
    (b"FD", "Free Download Manager"),
    (b"FG", "FlashGet"),
    (b"FW", "FrostWire"),
    (b"GT", "anacrolix/torrent"),
    (b"HL", "Halite"),
    (b"KG", "KGet"),
    (b"KT", "KTorrent"),
    (b"LT", "libtorrent"),
    (b"LW", "LimeWire"),
    (b"MO", "MonoTorrent"),
    (b"PI", "PicoTorrent"),
    (b"QD", "QQDownload"),
    (b"SD", "Thunder"),
    (b"TL", "Tribler"),
    (b"TR", "Transmission"),
    (b"UM", "\u{b5}Torrent Mac"),
    (b"UT", "\u{b5}Torrent"),
    (b"UW", "\u{b5}Torrent Web"),
    (b"WD", "WebTorrent Desktop"),
    (b"WW", "WebTorrent"),
    (b"XL", "Xunlei"),
    (b"bp", "bip"),
    (b"lt", "libTorrent"),
    (b"qB", "qBittorrent"),
    (b"rQ", "rqbit"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &[u8; 20], expect: Option<&str>) {
        assert_eq!(
            identify(id).map(|client| client.to_string()).as_deref(),
            expect,
            "{}",
            id.escape_ascii()
        );
    }

    #[test]
    fn azureus_style_is_told() {
        check(b"-LT20B0-xxxxxxxxxxxx", Some("libtorrent 2.0.11"));
        check(b"-TR3000-xxxxxxxxxxxx", Some("Transmission 3.00"));
        check(b"-TR4050-xxxxxxxxxxxx", Some("Transmission 4.0.5"));
        check(b"-qB4630-xxxxxxxxxxxx", Some("qBittorrent 4.6.3"));
        check(b"-AZ123B-............", Some("Azureus 1.2.3.11"));
        check(b"-AZ1230-............", Some("Azureus 1.2.3"));
        check(b"-xx1230-............", Some("xx 1.2.3"));
        check(b"-xx12!0-............", None);
        check(b"-\x01x1230-............", None);
    }

    #[test]
    fn mainline_style_is_told() {
        check(b"M1-2-3--............", Some("Mainline 1.2.3"));
        check(b"M4-20-8-............", Some("Mainline 4.20.8"));
        check(b"Q1-10-0-............", Some("Queen Bee 1.10.0"));
        check(b"A2-1-36-0-..........", Some("aria2 1.36.0"));
        check(b"M4-20-8.............", None);
        check(b"M--------...........", None);
    }

    #[test]
    fn shadow_style_is_told() {
        check(b"S123--..............", Some("Shadow 1.2.3"));
        check(b"S58B-----...........", Some("Shadow 5.8.11"));
        check(b"S\x01\x02\x03....\0...........", Some("Shadow 1.2.3"));
        check(b"T03I-----...........", Some("BitTornado 0.3.18"));
        check(b"S---------..........", None);
    }

    #[test]
    fn an_id_of_no_convention_has_no_client() {
        check(b"\0\0\0\0\0\0\0\0\0\0\0\0........", Some("Generic"));
        check(b"random random random", None);
        check(&[255; 20], None);
    }
}
