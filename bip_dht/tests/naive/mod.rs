//! Messages read the slow way: over an owned tree, one look-up for each field.

use bip_bencode::{BDecodeOpt, BencodeMut, Irregularity};
use bip_dht::{Body, Call, Message, Query, Response};

/// What a message says, as text: the fields in an order of their own, the absent ones left out.
pub(crate) fn read(datagram: &[u8]) -> Option<String> {
    let options = BDecodeOpt::strict().max_depth(8).max_tokens(1024);
    let document = options
        .allow(Irregularity::UnsortedKey)
        .decode(datagram)
        .ok()?;
    let root = BencodeMut::from(document.root());
    root.dict()?;
    let transaction = bytes(&root, "t").filter(|id| (1..=32).contains(&id.len()))?;
    let mut said = Said::default();
    said.bytes("t", Some(transaction));
    said.bytes("v", bytes(&root, "v"));
    said.address("ip", bytes(&root, "ip"));
    said.flag("ro", int(&root, "ro") == Some(1));
    match bytes(&root, "y")? {
        b"q" => query(&root, datagram, &mut said)?,
        b"r" => response(&root, datagram, &mut said)?,
        b"e" => error(&root, &mut said),
        _ => return None,
    }
    Some(said.0)
}

/// The same of what was decoded.
pub(crate) fn describe(message: &Message<'_>) -> String {
    let mut said = Said::default();
    said.bytes("t", Some(message.transaction));
    said.bytes("v", message.version);
    said.text("ip", message.ip.map(|ip| ip.to_string()));
    said.flag("ro", message.read_only);
    match &message.body {
        Body::Query(query) => describe_query(query, &mut said),
        Body::Response(response) => describe_response(response, &mut said),
        Body::Error(error) => {
            said.text("code", Some(error.code.number()));
            said.bytes("text", Some(error.text));
        }
    }
    said.0
}

#[derive(Default)]
struct Said(String);

impl Said {
    fn text(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0 += &format!("{name}={}\n", value.to_string());
        }
    }

    fn bytes(&mut self, name: &str, value: Option<&[u8]>) {
        self.text(name, value.map(|value| value.escape_ascii()));
    }

    fn flag(&mut self, name: &str, is_set: bool) {
        self.text(name, is_set.then_some("yes"));
    }

    fn address(&mut self, name: &str, value: Option<&[u8]>) {
        self.text(name, value.and_then(address));
    }
}

fn bytes<'v>(dict: &'v BencodeMut<'_>, key: &str) -> Option<&'v [u8]> {
    dict.get(key)?.bytes()
}

fn sized<'v>(dict: &'v BencodeMut<'_>, key: &str, length: usize) -> Option<&'v [u8]> {
    bytes(dict, key).filter(|bytes| bytes.len() == length)
}

fn int(dict: &BencodeMut<'_>, key: &str) -> Option<i64> {
    dict.get(key)?.int()?.to_i64().ok()
}

fn address(bytes: &[u8]) -> Option<String> {
    let port = |at: usize| u16::from(bytes[at]) << 8 | u16::from(bytes[at + 1]);
    match bytes.len() {
        6 => {
            let [a, b, c, d] = [bytes[0], bytes[1], bytes[2], bytes[3]];
            Some(format!("{a}.{b}.{c}.{d}:{}", port(4)))
        }
        18 => {
            let ip: [u8; 16] = bytes[..16].try_into().unwrap();
            let ip = std::net::Ipv6Addr::from(ip).to_canonical();
            Some(std::net::SocketAddr::new(ip, port(16)).to_string())
        }
        _ => None,
    }
}

/// The value of `outer.v`, if it may be one: canonical bencode.
fn canonical_value<'d>(datagram: &'d [u8], outer: &str) -> Option<Option<&'d [u8]>> {
    let options = BDecodeOpt::lenient();
    let document = options.decode(datagram).ok()?;
    let dict = document.root().dict()?.get(outer.as_bytes())?.dict()?;
    let Some(value) = dict.get(b"v") else {
        return Some(None);
    };
    let is_canonical = BencodeMut::from(value).encode() == value.raw();
    is_canonical.then_some(Some(value.raw()))
}

fn query(root: &BencodeMut<'_>, datagram: &[u8], said: &mut Said) -> Option<()> {
    let method = bytes(root, "q")?;
    let arguments = root.get("a")?;
    arguments.dict()?;
    let id = |key| sized(arguments, key, 20);
    let flag = |key| int(arguments, key).is_some_and(|flag| flag != 0);
    said.bytes("q", Some(method));
    said.bytes("id", Some(id("id")?));
    let want = arguments
        .get("want")
        .and_then(|want| want.list())
        .unwrap_or(&[]);
    said.flag(
        "n4",
        want.iter().any(|family| family.bytes() == Some(b"n4")),
    );
    said.flag(
        "n6",
        want.iter().any(|family| family.bytes() == Some(b"n6")),
    );
    match method {
        b"ping" => {}
        b"find_node" | b"sample_infohashes" => said.bytes("target", Some(id("target")?)),
        b"get_peers" => {
            said.bytes("info_hash", Some(id("info_hash")?));
            said.flag("scrape", flag("scrape"));
            said.flag("noseed", flag("noseed"));
        }
        b"announce_peer" => {
            said.bytes("info_hash", Some(id("info_hash")?));
            let port = int(arguments, "port").filter(|port| (0..=65_535).contains(port));
            let implied = flag("implied_port");
            said.text(
                "port",
                Some(if implied { port.unwrap_or(0) } else { port? }),
            );
            said.flag("implied_port", implied);
            said.bytes("token", Some(bytes(arguments, "token")?));
            said.flag("seed", flag("seed"));
        }
        b"get" => {
            said.bytes("target", Some(id("target")?));
            said.text("seq", int(arguments, "seq"));
        }
        b"put" => put(arguments, canonical_value(datagram, "a")??, said)?,
        _ => said.bytes("target", id("target").or(id("info_hash"))),
    }
    Some(())
}

fn put(arguments: &BencodeMut<'_>, value: &[u8], said: &mut Said) -> Option<()> {
    said.bytes("token", Some(bytes(arguments, "token")?));
    said.bytes("value", Some(value));
    said.bytes("target", sized(arguments, "target", 20));
    if arguments.get("k").is_some() {
        said.bytes("k", Some(sized(arguments, "k", 32)?));
        let salt = arguments.get("salt").map(|salt| salt.bytes());
        said.bytes("salt", Some(salt.unwrap_or(Some(b""))?));
        said.text("seq", Some(int(arguments, "seq")?));
        said.bytes("sig", Some(sized(arguments, "sig", 64)?));
        if arguments.get("cas").is_some() {
            said.text("cas", Some(int(arguments, "cas")?));
        }
    }
    Some(())
}

fn describe_query(query: &Query<'_>, said: &mut Said) {
    said.bytes("q", Some(query.call.name()));
    said.bytes("id", Some(query.sender.as_bytes()));
    said.flag("n4", query.want.n4);
    said.flag("n6", query.want.n6);
    match query.call {
        Call::Ping => {}
        Call::FindNode { target } | Call::SampleInfohashes { target } => {
            said.bytes("target", Some(target.as_bytes()));
        }
        Call::GetPeers {
            info_hash,
            scrape,
            no_seed,
        } => {
            said.bytes("info_hash", Some(info_hash.as_bytes()));
            said.flag("scrape", scrape);
            said.flag("noseed", no_seed);
        }
        Call::AnnouncePeer {
            info_hash,
            port,
            implied_port,
            token,
            seed,
        } => {
            said.bytes("info_hash", Some(info_hash.as_bytes()));
            said.text("port", Some(port));
            said.flag("implied_port", implied_port);
            said.bytes("token", Some(token));
            said.flag("seed", seed);
        }
        Call::Get { target, seq } => {
            said.bytes("target", Some(target.as_bytes()));
            said.text("seq", seq);
        }
        Call::Put(put) => {
            said.bytes("token", Some(put.token));
            said.bytes("value", Some(put.value));
            said.bytes(
                "target",
                put.target.as_ref().map(|target| &target.as_bytes()[..]),
            );
            if let Some(mutable) = put.mutable {
                said.bytes("k", Some(mutable.public_key));
                said.bytes("salt", Some(mutable.salt));
                said.text("seq", Some(mutable.seq));
                said.bytes("sig", Some(mutable.signature));
                said.text("cas", mutable.cas);
            }
        }
        Call::Unknown { target, .. } => {
            said.bytes(
                "target",
                target.as_ref().map(|target| &target.as_bytes()[..]),
            );
        }
        _ => said.text("unknown call", Some("")),
    }
}

fn response(root: &BencodeMut<'_>, datagram: &[u8], said: &mut Said) -> Option<()> {
    let dict = root.get("r")?;
    dict.dict()?;
    said.bytes("id", Some(sized(dict, "id", 20)?));
    for (key, length) in [("nodes", 26), ("nodes6", 38)] {
        if let Some(nodes) = bytes(dict, key) {
            let nodes = nodes.chunks_exact(length);
            let node = |node: &[u8]| {
                format!(
                    "{}@{}",
                    node[..20].escape_ascii(),
                    address(&node[20..]).unwrap()
                )
            };
            said.text(key, Some(nodes.map(node).collect::<Vec<_>>().join(" ")));
        }
    }
    let list = dict.get("values").and_then(|values| values.list());
    let strings: Option<Vec<_>> =
        list.and_then(|list| list.iter().map(|peer| peer.bytes()).collect());
    said.text(
        "values",
        strings.map(|strings| {
            strings
                .into_iter()
                .filter_map(address)
                .collect::<Vec<_>>()
                .join(" ")
        }),
    );
    said.bytes("token", bytes(dict, "token"));
    said.bytes("value", canonical_value(datagram, "r")?);
    said.bytes("k", sized(dict, "k", 32));
    said.bytes("sig", sized(dict, "sig", 64));
    said.text("seq", int(dict, "seq"));
    said.bytes("BFsd", sized(dict, "BFsd", 256));
    said.bytes("BFpe", sized(dict, "BFpe", 256));
    said.bytes(
        "samples",
        bytes(dict, "samples").map(|hashes| &hashes[..hashes.len() / 20 * 20]),
    );
    said.text("num", int(dict, "num").filter(|num| *num >= 0));
    said.text(
        "interval",
        int(dict, "interval").filter(|s| (0..=0xffff_ffff).contains(s)),
    );
    Some(())
}

fn describe_response(response: &Response<'_>, said: &mut Said) {
    said.bytes("id", Some(response.sender.as_bytes()));
    for (key, nodes) in [("nodes", response.nodes), ("nodes6", response.nodes6)] {
        said.text(
            key,
            nodes.map(|nodes| {
                let node = |node: bip_dht::NodeInfo| {
                    format!("{}@{}", node.id.as_bytes().escape_ascii(), node.address)
                };
                nodes.iter().map(node).collect::<Vec<_>>().join(" ")
            }),
        );
    }
    said.text(
        "values",
        response.values.map(|values| {
            values
                .iter()
                .map(|peer| peer.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        }),
    );
    said.bytes("token", response.token);
    said.bytes("value", response.value);
    said.bytes("k", response.public_key.map(|key| &key[..]));
    said.bytes("sig", response.signature.map(|signature| &signature[..]));
    said.text("seq", response.seq);
    said.bytes("BFsd", response.seeds.map(|filter| &filter[..]));
    said.bytes("BFpe", response.downloaders.map(|filter| &filter[..]));
    said.bytes(
        "samples",
        response.samples.map(|samples| samples.as_bytes()),
    );
    said.text("num", response.sample_count);
    said.text("interval", response.interval_s);
}

fn error(root: &BencodeMut<'_>, said: &mut Said) {
    let list = root.get("e").and_then(|error| error.list()).unwrap_or(&[]);
    let code = list.first().and_then(|code| code.int()?.to_i64().ok());
    said.text("code", Some(code.unwrap_or(201)));
    said.bytes(
        "text",
        Some(list.get(1).and_then(|text| text.bytes()).unwrap_or(b"")),
    );
}
