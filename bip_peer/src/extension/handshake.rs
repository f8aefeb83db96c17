use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bip_bencode::{DictRef, Encoder};
use bytes::Bytes;

use super::codec;
use crate::Violation;
use crate::limits::{MAX_CLIENT_NAME, MAX_EXTENDED_HANDSHAKE, MAX_EXTENSION_NAME, MAX_EXTENSIONS};

/// What a peer says about itself and its extensions (BEP 10, "handshake message"). Every key is optional.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtendedHandshake {
    /// `m`: extensions by name, and the id that messages to this peer bear. In a single handshake id 0 takes an
    /// extension away; after [`merge`](ExtendedHandshake::merge) no id is 0.
    pub extensions: BTreeMap<String, u8>,
    /// `v`: name and version of the client, at most
    /// [`limits::MAX_CLIENT_NAME`](crate::limits::MAX_CLIENT_NAME) bytes of it.
    pub client: Option<String>,
    /// `p`: TCP port it listens on, not 0.
    pub port: Option<u16>,
    /// `reqq`: requests it takes at a time.
    pub reqq: Option<u32>,
    /// `metadata_size`: size of the info dictionary (BEP 9), not 0. As the peer says: no more than a claim.
    pub metadata_size: Option<u64>,
    /// `yourip`: the address it sees us at.
    pub your_ip: Option<IpAddr>,
    /// `ipv4`: its address of that family.
    pub ipv4: Option<Ipv4Addr>,
    /// `ipv6`: its address of that family.
    pub ipv6: Option<Ipv6Addr>,
    /// The dictionary as it came, exact bytes of the latest handshake, for keys not named here. Not written by
    /// [`encode`](ExtendedHandshake::encode).
    pub raw: Bytes,
}

impl ExtendedHandshake {
    /// Reads a handshake: what stands behind the extended id 0. A key whose value makes no sense counts as not there.
    ///
    /// # Errors
    ///
    /// [`Violation::ExtendedHandshake`] when it is longer than
    /// [`limits::MAX_EXTENDED_HANDSHAKE`](crate::limits::MAX_EXTENDED_HANDSHAKE), no bencode, or no dictionary.
    pub fn decode(payload: &[u8]) -> Result<ExtendedHandshake, Violation> {
        if payload.len() > MAX_EXTENDED_HANDSHAKE {
            return Err(Violation::ExtendedHandshake(format!(
                "{} bytes long",
                payload.len()
            )));
        }
        let document = codec::options()
            .decode(payload)
            .map_err(|error| malformed(&error))?;
        let dict = document
            .root()
            .try_dict()
            .map_err(|error| malformed(&error))?;
        Ok(ExtendedHandshake {
            extensions: extensions(&dict),
            client: bytes(&dict, b"v").map(client_name),
            port: number(&dict, b"p")
                .and_then(|port| u16::try_from(port).ok())
                .filter(|port| *port != 0),
            reqq: number(&dict, b"reqq").map(|reqq| u32::try_from(reqq).unwrap_or(u32::MAX)),
            metadata_size: number(&dict, b"metadata_size").filter(|size| *size != 0),
            your_ip: bytes(&dict, b"yourip").and_then(ip),
            ipv4: bytes(&dict, b"ipv4")
                .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
                .map(Ipv4Addr::from),
            ipv6: bytes(&dict, b"ipv6")
                .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
                .map(Ipv6Addr::from),
            raw: Bytes::copy_from_slice(payload),
        })
    }

    /// Writes the handshake as what stands behind the extended id 0.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        Encoder::new(&mut out).dict(|dict| {
            if let Some(ip) = self.ipv4 {
                dict.bytes("ipv4", ip.octets());
            }
            if let Some(ip) = self.ipv6 {
                dict.bytes("ipv6", ip.octets());
            }
            dict.dict("m", |names| {
                for (name, id) in &self.extensions {
                    names.int(name, u64::from(*id));
                }
            });
            if let Some(size) = self.metadata_size {
                dict.int("metadata_size", size);
            }
            if let Some(port) = self.port {
                dict.int("p", u64::from(port));
            }
            if let Some(reqq) = self.reqq {
                dict.int("reqq", u64::from(reqq));
            }
            if let Some(client) = &self.client {
                dict.bytes("v", client);
            }
            match self.your_ip {
                Some(IpAddr::V4(ip)) => dict.bytes("yourip", ip.octets()),
                Some(IpAddr::V6(ip)) => dict.bytes("yourip", ip.octets()),
                None => {}
            }
        });
        out
    }

    /// Takes a later handshake of the same peer in: what it says replaces, what it does not say stays, and id 0 takes an
    /// extension away (BEP 10: "the m dictionary is additive").
    pub fn merge(&mut self, later: ExtendedHandshake) {
        for (name, id) in later.extensions {
            if id == 0 {
                self.extensions.remove(&name);
            } else if self.extensions.len() < MAX_EXTENSIONS || self.extensions.contains_key(&name)
            {
                self.extensions.insert(name, id);
            }
        }
        self.client = later.client.or(self.client.take());
        self.port = later.port.or(self.port);
        self.reqq = later.reqq.or(self.reqq);
        self.metadata_size = later.metadata_size.or(self.metadata_size);
        self.your_ip = later.your_ip.or(self.your_ip);
        self.ipv4 = later.ipv4.or(self.ipv4);
        self.ipv6 = later.ipv6.or(self.ipv6);
        self.raw = later.raw;
    }
}

fn malformed(error: &dyn std::fmt::Display) -> Violation {
    Violation::ExtendedHandshake(error.to_string())
}

fn number(dict: &DictRef<'_, '_>, key: &[u8]) -> Option<u64> {
    dict.get(key)?.int()?.to_u64().ok()
}

fn bytes<'a>(dict: &DictRef<'a, '_>, key: &[u8]) -> Option<&'a [u8]> {
    dict.get(key)?.bytes()
}

/// Names that are no UTF-8, too long or too many are left out, and ids that are no byte.
fn extensions(dict: &DictRef<'_, '_>) -> BTreeMap<String, u8> {
    let Some(names) = dict.get(b"m").and_then(|m| m.dict()) else {
        return BTreeMap::new();
    };
    let named = names.iter().filter_map(|(name, id)| {
        let id = u8::try_from(id.int()?.to_u64().ok()?).ok()?;
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| name.len() <= MAX_EXTENSION_NAME)?;
        Some((name.to_owned(), id))
    });
    named.take(MAX_EXTENSIONS).collect()
}

fn client_name(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_CLIENT_NAME)];
    String::from_utf8_lossy(bytes).into_owned()
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(ip) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(ip));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}
