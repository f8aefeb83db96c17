use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use crate::error::MagnetError;
use crate::host;
use crate::info_hash::InfoHash;
use crate::percent;
use crate::tracker;
use crate::warning::{Warning, Warnings};

const SCHEME: &str = "magnet:?";
const V1_TOPIC: &str = "urn:btih:";
const V2_TOPIC: &str = "urn:btmh:";

/// The multihash of SHA-256: its code, and its length of 32 bytes.
const SHA256_MULTIHASH: &str = "1220";

/// Characters of a malformed topic shown in an error.
const TOPIC_SHOWN: usize = 120;

/// A magnet link: the info-hash of a torrent, and where to find peers that have it (BEP 9, "magnet URI format").
///
/// ```
/// use bip_metainfo::Magnet;
///
/// let link: Magnet = "magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC&dn=A+name&tr=udp://a.example:1337"
///     .parse()?;
/// assert_eq!(link.name(), Some("A name"));
/// assert_eq!(link.trackers(), ["udp://a.example:1337"]);
/// assert_eq!(
///     link.to_string(),
///     "magnet:?xt=urn:btih:6162616261626162616261626162616261626162&dn=A%20name&tr=udp%3A%2F%2Fa.example%3A1337"
/// );
/// # Ok::<(), bip_metainfo::MagnetError>(())
/// ```
///
/// Links are equal when they say the same, however they were written; warnings do not count. What
/// [`Display`](fmt::Display) writes reads as an equal link, as long as it is within [`MAX_LENGTH`](Self::MAX_LENGTH).
#[derive(Debug, Clone)]
pub struct Magnet {
    info_hash: InfoHash,
    name: Option<String>,
    trackers: Vec<String>,
    peers: Vec<String>,
    other: Vec<(String, String)>,
    warnings: Box<[Warning]>,
}

impl Magnet {
    /// Bytes of the longest link that is read: no browser passes on more.
    pub const MAX_LENGTH: usize = 65_536;

    /// A link that holds nothing but the info-hash.
    #[must_use]
    pub fn new(info_hash: InfoHash) -> Self {
        Self {
            info_hash,
            name: None,
            trackers: Vec::new(),
            peers: Vec::new(),
            other: Vec::new(),
            warnings: Box::default(),
        }
    }

    /// Adds the name to show (`dn`). An empty one is none.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned()).filter(|name| !name.is_empty());
        self
    }

    /// Adds a tracker's address (`tr`), without the white space around it. One that is empty, or has white space or
    /// control characters within, is left out.
    #[must_use]
    pub fn with_tracker(mut self, url: &str) -> Self {
        self.trackers.extend(tracker::clean(url).map(str::to_owned));
        self
    }

    /// Adds the address of a peer (`x.pe`). One with port 0 is left out.
    #[must_use]
    pub fn with_peer(mut self, address: SocketAddr) -> Self {
        self.peers
            .extend((address.port() != 0).then(|| address.to_string()));
        self
    }

    /// Reads a link. Scheme, topics and hashes may have any case, parameters any order and a number (`tr.1`), values
    /// may be percent-encoded or plain, and white space around the link is skipped. In `dn`, `+` is a space.
    ///
    /// # Errors
    /// See [`MagnetError`]. Only exact topics (`xt`) can be at fault; what else is malformed is left out with a
    /// [warning](Self::warnings).
    pub fn parse(text: &str) -> Result<Self, MagnetError> {
        let text = text.trim();
        if text.len() > Self::MAX_LENGTH {
            return Err(MagnetError::TooLong {
                length: text.len(),
                limit: Self::MAX_LENGTH,
            });
        }
        match text.split_at_checked(SCHEME.len()) {
            Some((scheme, parameters)) if scheme.eq_ignore_ascii_case(SCHEME) => {
                Reader::default().read(parameters)
            }
            _ => Err(MagnetError::NotMagnet),
        }
    }

    /// The torrent's info-hash (`xt=urn:btih:`), never all zeros where the link was read.
    #[must_use]
    pub fn info_hash(&self) -> InfoHash {
        self.info_hash
    }

    /// A name to show until the torrent's own is known (`dn`). **Not safe** as a file's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Trackers (`tr`) in the link's order; each is a tier of its own.
    #[must_use]
    pub fn trackers(&self) -> &[String] {
        &self.trackers
    }

    /// Peers to connect to (`x.pe`), each `name:port`, `ipv4:port` or `[ipv6]:port`, the port never 0.
    #[must_use]
    pub fn peers(&self) -> &[String] {
        &self.peers
    }

    /// Those of the [`peers`](Self::peers) whose host is an address literal and needs no name look-up.
    pub fn peer_addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.peers.iter().filter_map(|peer| peer.parse().ok())
    }

    /// Every other parameter and its decoded value, in the link's order, `xt` of other networks and of version 2
    /// (`urn:btmh:`) among them. They are written back.
    pub fn other(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.other.iter().map(|(key, value)| (&**key, &**value))
    }

    /// What is wrong with the link, but was tolerated. At most about a hundred.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl PartialEq for Magnet {
    fn eq(&self, other: &Self) -> bool {
        let said = |link: &Self| {
            let Self {
                info_hash,
                name,
                trackers,
                peers,
                other,
                warnings: _,
            } = link.clone();
            (info_hash, name, trackers, peers, other)
        };
        said(self) == said(other)
    }
}

impl Eq for Magnet {}

impl FromStr for Magnet {
    type Err = MagnetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// `magnet:?xt=urn:btih:` and 40 hexadecimal digits, then `dn`, `tr`, `x.pe` and all others, percent-encoded.
impl fmt::Display for Magnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}xt={V1_TOPIC}{}", self.info_hash)?;
        if let Some(name) = &self.name {
            f.write_str("&dn=")?;
            percent::encode(f, name, b"")?;
        }
        for tracker in &self.trackers {
            f.write_str("&tr=")?;
            percent::encode(f, tracker, b"")?;
        }
        for peer in &self.peers {
            f.write_str("&x.pe=")?;
            percent::encode(f, peer, b":[]")?;
        }
        for (key, value) in &self.other {
            f.write_str("&")?;
            percent::encode(f, key, b"")?;
            f.write_str("=")?;
            percent::encode(f, value, b":,/")?;
        }
        Ok(())
    }
}

/// What has been read of a link.
#[derive(Debug, Default)]
struct Reader {
    info_hash: Option<InfoHash>,
    has_v2: bool,
    name: Option<String>,
    trackers: Vec<String>,
    peers: Vec<String>,
    other: Vec<(String, String)>,
    warnings: Warnings,
}

impl Reader {
    fn read(mut self, parameters: &str) -> Result<Magnet, MagnetError> {
        for parameter in parameters
            .split('&')
            .filter(|parameter| !parameter.is_empty())
        {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            // Links copied out of a page's source have `&amp;` between their parameters.
            let key =
                percent::decode(key.strip_prefix("amp;").unwrap_or(key)).unwrap_or_else(|key| key);
            self.take(String::from_utf8_lossy(&key).into_owned(), value)?;
        }
        match self.info_hash {
            Some(hash) if hash.to_bytes() == [0; 20] => Err(MagnetError::ZeroInfoHash),
            Some(info_hash) => Ok(Magnet {
                info_hash,
                name: self.name,
                trackers: self.trackers,
                peers: self.peers,
                other: self.other,
                warnings: self.warnings.finish(),
            }),
            None if self.has_v2 => Err(MagnetError::V2Only),
            None => Err(MagnetError::MissingInfoHash),
        }
    }

    fn take(&mut self, key: String, value: &str) -> Result<(), MagnetError> {
        match without_number(&key) {
            "xt" => return self.take_topic(value),
            "dn" if self.name.is_none() => {
                let name = self.readable("dn", &value.replace('+', " "));
                self.name = Some(name).filter(|name| !name.is_empty());
            }
            "tr" => {
                let url = self.readable("tr", value);
                match tracker::clean(&url) {
                    Some(url) => self.trackers.push(url.to_owned()),
                    None => self.ignored("tr", "an address without white space"),
                }
            }
            "x.pe" => {
                let peer = self.readable("x.pe", value);
                if host::is_host_and_port(&peer) {
                    self.peers.push(peer);
                } else {
                    self.ignored("x.pe", "host:port");
                }
            }
            _ => {
                let value = self.readable(&key, value);
                self.other.push((key, value));
            }
        }
        Ok(())
    }

    fn take_topic(&mut self, value: &str) -> Result<(), MagnetError> {
        let topic = percent::decode(value).map_err(|_| MagnetError::InvalidEscape)?;
        let topic = String::from_utf8_lossy(&topic).into_owned();
        let malformed = || MagnetError::InvalidInfoHash {
            topic: topic.chars().take(TOPIC_SHOWN).collect(),
        };
        if let Some(hash) = strip_prefix(&topic, V1_TOPIC) {
            let hash = hash.parse().map_err(|_| malformed())?;
            if self.info_hash.is_some_and(|known| known != hash) {
                return Err(MagnetError::ConflictingInfoHashes);
            }
            self.info_hash = Some(hash);
            return Ok(());
        }
        if let Some(hash) = strip_prefix(&topic, V2_TOPIC) {
            if !is_sha256_multihash(hash) {
                return Err(malformed());
            }
            self.has_v2 = true;
        }
        self.other.push(("xt".to_owned(), topic));
        Ok(())
    }

    fn readable(&mut self, key: &str, value: &str) -> String {
        let bytes = percent::decode(value).unwrap_or_else(|bytes| {
            self.warnings.push_with(|| Warning::BrokenEscape {
                key: key.to_owned(),
            });
            bytes
        });
        String::from_utf8(bytes).unwrap_or_else(|error| {
            self.warnings.push_with(|| Warning::NotUtf8 {
                key: key.to_owned(),
            });
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        })
    }

    fn ignored(&mut self, key: &str, expected: &'static str) {
        self.warnings.push_with(|| Warning::Ignored {
            key: key.to_owned(),
            expected,
        });
    }
}

/// Parameters that come more than once may be numbered: `tr.1`, `tr.2`.
fn without_number(key: &str) -> &str {
    match key.rsplit_once('.') {
        Some((base, number))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            base
        }
        _ => key,
    }
}

fn strip_prefix<'a>(topic: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = topic.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn is_sha256_multihash(hash: &str) -> bool {
    hash.len() == SHA256_MULTIHASH.len() + 64
        && hash.starts_with(SHA256_MULTIHASH)
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}
