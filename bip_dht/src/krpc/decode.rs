use bip_bencode::{BDecodeOpt, BencodeRef, Decoder, DictRef, Irregularity};

use super::arguments::{Arguments, read_array, read_int};
use super::compact::decode_address;
use super::{
    Body, Call, DecodeError, DecodeErrorKind, ErrorCode, ErrorMessage, Message, Nodes, Put,
    PutMutable, Query, Response, Samples, Values,
};
use crate::NodeId;
use crate::family::Family;
use crate::limits::{MAX_MESSAGE_DEPTH, MAX_MESSAGE_TOKENS, MAX_TRANSACTION_LENGTH};

/// Decodes one datagram after the other and keeps its memory: from the second message on, nothing is allocated.
///
/// It is liberal where implementations differ and nothing depends on it: keys in any order, keys nobody knows, any `v`
/// in the top dictionary, transaction ids of 1 to 32 bytes. It is strict about what is hashed and signed: the value of
/// an item must be canonical bencode (BEP 44).
#[derive(Clone, Debug)]
pub struct MessageDecoder {
    message: Decoder,
    /// Only for the values of items.
    value: Decoder,
}

impl Default for MessageDecoder {
    fn default() -> MessageDecoder {
        MessageDecoder::new()
    }
}

impl MessageDecoder {
    /// A decoder without memory yet.
    pub fn new() -> MessageDecoder {
        let strict = BDecodeOpt::strict()
            .max_depth(MAX_MESSAGE_DEPTH)
            .max_tokens(MAX_MESSAGE_TOKENS)
            .max_warnings(0);
        MessageDecoder {
            message: Decoder::new(strict.allow(Irregularity::UnsortedKey)),
            value: Decoder::new(strict),
        }
    }

    /// Reads a datagram.
    ///
    /// # Errors
    /// The datagram is no message. If it was a query, the error knows what to [refuse](DecodeError::refusal) it with.
    pub fn decode<'a>(&mut self, datagram: &'a [u8]) -> Result<Message<'a>, DecodeError> {
        let root = self.message.decode(datagram);
        let root = root
            .ok()
            .and_then(|root| root.dict())
            .ok_or(DecodeError::new(DecodeErrorKind::Bencode))?;
        let envelope = Envelope::read(root);
        let transaction = envelope
            .transaction
            .filter(|id| (1..=MAX_TRANSACTION_LENGTH).contains(&id.len()))
            .ok_or(DecodeError::new(DecodeErrorKind::Transaction))?;
        let value = &mut self.value;
        let body = match envelope.kind {
            Some(b"q") => read_query(&envelope, value)
                .map(Body::Query)
                .map_err(|kind| DecodeError::of_query(kind, transaction))?,
            Some(b"r") => read_response(&envelope, value)
                .map(Body::Response)
                .map_err(DecodeError::new)?,
            Some(b"e") => Body::Error(read_error(&envelope)),
            _ => return Err(DecodeError::new(DecodeErrorKind::Kind)),
        };
        Ok(Message {
            transaction,
            version: envelope.version,
            ip: envelope.ip.and_then(decode_address),
            read_only: envelope.read_only,
            body,
        })
    }
}

/// The top dictionary, with what is of the wrong type left out.
#[derive(Default)]
struct Envelope<'a, 't> {
    transaction: Option<&'a [u8]>,
    kind: Option<&'a [u8]>,
    method: Option<&'a [u8]>,
    arguments: Option<DictRef<'a, 't>>,
    response: Option<DictRef<'a, 't>>,
    error: Option<BencodeRef<'a, 't>>,
    version: Option<&'a [u8]>,
    ip: Option<&'a [u8]>,
    read_only: bool,
}

impl<'a, 't> Envelope<'a, 't> {
    fn read(root: DictRef<'a, 't>) -> Envelope<'a, 't> {
        let mut envelope = Envelope::default();
        for (key, value) in root.iter() {
            match key {
                b"a" => envelope.arguments = value.dict(),
                b"e" => envelope.error = Some(value),
                b"ip" => envelope.ip = value.bytes(),
                b"q" => envelope.method = value.bytes(),
                b"r" => envelope.response = value.dict(),
                b"ro" => envelope.read_only = read_int(value) == Some(1),
                b"t" => envelope.transaction = value.bytes(),
                b"v" => envelope.version = value.bytes(),
                b"y" => envelope.kind = value.bytes(),
                _ => {}
            }
        }
        envelope
    }
}

fn read_query<'a>(
    envelope: &Envelope<'a, '_>,
    value: &mut Decoder,
) -> Result<Query<'a>, DecodeErrorKind> {
    let name = envelope.method.ok_or(DecodeErrorKind::Missing("q"))?;
    let arguments = Arguments(envelope.arguments.ok_or(DecodeErrorKind::Missing("a"))?);
    let sender = NodeId::new(*arguments.array("id")?);
    let call = match name {
        b"ping" => Call::Ping,
        b"find_node" => Call::FindNode {
            target: arguments.place("target")?,
        },
        b"get_peers" => Call::GetPeers {
            info_hash: arguments.key("info_hash")?,
            scrape: arguments.flag("scrape"),
            no_seed: arguments.flag("noseed"),
        },
        b"announce_peer" => read_announce(arguments)?,
        b"get" => Call::Get {
            target: arguments.key("target")?,
            seq: arguments.optional_int("seq"),
        },
        b"put" => Call::Put(read_put(arguments, value)?),
        b"sample_infohashes" => Call::SampleInfohashes {
            target: arguments.place("target")?,
        },
        name => Call::Unknown {
            name,
            target: arguments
                .place("target")
                .or_else(|_| arguments.place("info_hash"))
                .ok(),
        },
    };
    let want = arguments.want();
    Ok(Query { sender, want, call })
}

fn read_announce<'a>(arguments: Arguments<'a, '_>) -> Result<Call<'a>, DecodeErrorKind> {
    let implied_port = arguments.flag("implied_port");
    let port = match arguments.int("port") {
        Ok(port) => u16::try_from(port).map_err(|_| DecodeErrorKind::Invalid("port")),
        Err(error) => Err(error),
    };
    Ok(Call::AnnouncePeer {
        info_hash: arguments.key("info_hash")?,
        port: if implied_port {
            port.unwrap_or(0)
        } else {
            port?
        },
        implied_port,
        token: arguments.bytes("token")?,
        seed: arguments.flag("seed"),
    })
}

fn read_put<'a>(
    arguments: Arguments<'a, '_>,
    decoder: &mut Decoder,
) -> Result<Put<'a>, DecodeErrorKind> {
    let value = arguments.value("v")?.raw();
    check_canonical(value, decoder)?;
    let mutable = match arguments.0.get(b"k") {
        None => None,
        Some(_) => Some(PutMutable {
            public_key: arguments.array("k")?,
            salt: arguments.optional_bytes("salt")?.unwrap_or_default(),
            seq: arguments.int("seq")?,
            signature: arguments.array("sig")?,
            cas: match arguments.0.get(b"cas") {
                None => None,
                Some(_) => Some(arguments.int("cas")?),
            },
        }),
    };
    Ok(Put {
        token: arguments.bytes("token")?,
        value,
        mutable,
        target: arguments.key("target").ok(),
    })
}

fn read_response<'a>(
    envelope: &Envelope<'a, '_>,
    decoder: &mut Decoder,
) -> Result<Response<'a>, DecodeErrorKind> {
    let dict = envelope.response.ok_or(DecodeErrorKind::Missing("r"))?;
    let mut id = None;
    let mut response = Response::new(NodeId::new([0; 20]));
    for (key, value) in dict.iter() {
        match key {
            b"id" => id = Some(read_array(value).ok_or(DecodeErrorKind::Invalid("id"))?),
            b"nodes" => response.nodes = read_nodes(Family::V4, value),
            b"nodes6" => response.nodes6 = read_nodes(Family::V6, value),
            b"values" => response.values = read_values(value),
            b"token" => response.token = value.bytes(),
            b"v" => response.value = Some(value.raw()),
            b"k" => response.public_key = read_array(value),
            b"sig" => response.signature = read_array(value),
            b"seq" => response.seq = read_int(value),
            b"BFsd" => response.seeds = read_array(value),
            b"BFpe" => response.downloaders = read_array(value),
            b"samples" => response.samples = value.bytes().map(Samples::new),
            b"num" => {
                response.sample_count = read_int(value).and_then(|num| u64::try_from(num).ok());
            }
            b"interval" => {
                response.interval_s = read_int(value).and_then(|s| u32::try_from(s).ok());
            }
            _ => {}
        }
    }
    response.sender = NodeId::new(*id.ok_or(DecodeErrorKind::Missing("id"))?);
    if let Some(value) = response.value {
        check_canonical(value, decoder)?;
    }
    Ok(response)
}

/// An `e` that is no list of a number and a text still says that the query failed.
fn read_error<'a>(envelope: &Envelope<'a, '_>) -> ErrorMessage<'a> {
    let list = envelope.error.and_then(|error| error.list());
    let element = |position| list.and_then(|list| list.get(position));
    ErrorMessage {
        code: element(0)
            .and_then(read_int)
            .map_or(ErrorCode::Generic, ErrorCode::from),
        text: element(1).and_then(|text| text.bytes()).unwrap_or_default(),
    }
}

fn check_canonical(value: &[u8], decoder: &mut Decoder) -> Result<(), DecodeErrorKind> {
    decoder
        .decode(value)
        .map(|_| ())
        .map_err(|_| DecodeErrorKind::NotCanonical)
}

fn read_nodes<'a>(family: Family, value: BencodeRef<'a, '_>) -> Option<Nodes<'a>> {
    Some(Nodes::from_bytes(family, value.bytes()?))
}

/// The strings of the list as they lie there, if there is nothing else in it.
fn read_values<'a>(value: BencodeRef<'a, '_>) -> Option<Values<'a>> {
    let has_only_strings = value.list()?.iter().all(|peer| peer.bytes().is_some());
    let strings = value.raw().strip_prefix(b"l")?.strip_suffix(b"e")?;
    has_only_strings.then_some(Values::from_strings(strings))
}
