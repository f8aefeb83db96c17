//! Datagrams that others could send: queries, and answers to what the node asked.

use std::net::SocketAddr;

use bip_dht::{
    Body, Call, ErrorCode, ErrorMessage, Family, Message, MessageDecoder, MutableItem, NodeInfo,
    Nodes, Put, PutMutable, Query, Response, Samples, SecretKey, Values, Want,
};

use super::{Input, World, address, key, node_id, value};

impl World {
    /// Somebody asks something that can be answered.
    pub fn be_asked(&mut self, input: &mut Input<'_>) {
        let (from, sender, argument) = (address(input.byte()), input.byte(), input.byte());
        let key = key(argument);
        let value = value(argument);
        let token = match argument % 5 {
            0 => input.take_some().to_vec(),
            _ => self.token.clone(),
        };
        let owner = SecretKey::from_seed(&[sender % 4; 32]);
        let item = MutableItem::sign(&owner, b"salt", i64::from(sender / 4), &value);
        let item = item.expect("a short value");
        let choice = input.byte();
        let call = match choice % 10 {
            0 => Call::Ping,
            1 => Call::FindNode { target: key.into() },
            2 => Call::GetPeers {
                info_hash: key,
                scrape: choice > 127,
                no_seed: choice % 4 == 0,
            },
            3 | 4 => Call::AnnouncePeer {
                info_hash: key,
                port: u16::from(choice / 16),
                implied_port: choice > 127,
                token: &token,
                seed: choice % 4 == 0,
            },
            5 => Call::Get {
                target: match choice > 127 {
                    true => item.target(),
                    false => bip_dht::Key::of_immutable(&value),
                },
                seq: (choice % 4 == 0).then_some(3),
            },
            6 => Call::Put(Put::immutable(&token, &value)),
            7 => Call::Put(Put::mutable(&token, &value, signed(&item, choice))),
            8 => Call::SampleInfohashes { target: key.into() },
            _ => Call::Unknown {
                name: b"vote",
                target: (choice > 127).then(|| key.into()),
            },
        };
        let id = match sender {
            255 => self.core.id(Family::of(from)).unwrap_or(node_id(0)),
            sender => node_id(sender),
        };
        let want = Want {
            n4: choice & 16 != 0,
            n6: choice & 32 != 0,
        };
        let transaction = vec![argument; usize::from(argument % 32) + 1];
        let mut message = Message::query(&transaction, Query::new(id, call).want(want));
        message.read_only = choice % 11 == 0;
        let mut bytes = Vec::new();
        message.encode(&mut bytes);
        self.receive(from, &bytes);
    }

    /// One of the node's queries is answered, by who was asked or by somebody else.
    pub fn be_answered(&mut self, input: &mut Input<'_>) {
        let Some((to, query)) = self.take_query(input.byte()) else {
            return;
        };
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(&query).expect("what the node sent");
        let (flags, sender) = (input.byte(), input.byte());
        let from = match flags {
            255 => address(sender),
            _ => to,
        };
        let Body::Query(asked) = message.body else {
            return;
        };
        let sender = match sender {
            255 => asked.sender,
            _ => node_id(sender),
        };
        let (nodes, nodes6, peers) = (nodes(input), nodes(input), addresses(input));
        let bytes: Vec<u8> = std::iter::repeat_n(input.byte(), 600).collect();
        let token = &bytes[..usize::from(input.byte()) * 2];
        let value = value(input.byte());
        let owner = SecretKey::from_seed(&[flags / 64; 32]);
        let item = MutableItem::sign(&owner, b"salt", i64::from(flags % 8), &value);
        let item = item.expect("a short value");
        let mut response = Response::new(sender);
        response.nodes = (flags & 1 != 0).then(|| Nodes::new(Family::V4, &nodes));
        response.nodes6 = (flags & 2 != 0).then(|| Nodes::new(Family::V6, &nodes6));
        response.values = (flags & 4 != 0).then(|| Values::new(&peers));
        response.token = (flags & 8 != 0).then_some(token);
        response.samples = (flags & 16 != 0).then(|| Samples::new(&bytes[..100]));
        response.interval_s = (flags & 16 != 0).then_some(u32::from(flags));
        if let Call::GetPeers { scrape: true, .. } = asked.call {
            response.seeds = bytes.first_chunk();
        }
        if flags & 32 != 0 {
            response.value = Some(item.value());
            if flags & 64 != 0 {
                response.public_key = Some(item.public_key());
                response.signature = Some(item.signature());
                response.seq = Some(item.seq());
            }
        }
        let mut answer = Message::response(message.transaction, response);
        answer.ip = (flags & 128 != 0).then(|| address(input.byte()));
        let mut bytes = Vec::new();
        answer.encode(&mut bytes);
        self.proven.insert(from);
        self.receive(from, &bytes);
    }

    /// One of the node's queries is refused.
    pub fn be_refused(&mut self, input: &mut Input<'_>) {
        let Some((to, query)) = self.take_query(input.byte()) else {
            return;
        };
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(&query).expect("what the node sent");
        let code = match input.byte() % 4 {
            0 => ErrorCode::CasMismatch,
            1 => ErrorCode::SequenceTooLow,
            2 => ErrorCode::MethodUnknown,
            _ => ErrorCode::Other(-1),
        };
        let text = b"no";
        let mut bytes = Vec::new();
        Message::error(message.transaction, ErrorMessage { code, text }).encode(&mut bytes);
        self.receive(to, &bytes);
    }

    /// One of the node's queries; the last with 255, else counted from the oldest.
    fn take_query(&mut self, choice: u8) -> Option<(SocketAddr, Vec<u8>)> {
        self.drain(None);
        let last = self.queries.len().checked_sub(1)?;
        self.queries.remove(usize::from(choice).min(last))
    }
}

fn signed(item: &MutableItem, choice: u8) -> PutMutable<'_> {
    let mut mutable = PutMutable::new(item.public_key(), item.seq(), item.signature());
    mutable.salt = item.salt();
    mutable.cas = (choice > 127).then_some(2);
    mutable
}

/// Made-up nodes.
fn nodes(input: &mut Input<'_>) -> Vec<NodeInfo> {
    let made_up = input.take_some().chunks_exact(2).map(|bytes| NodeInfo {
        id: node_id(bytes[0]),
        address: made_up_address(bytes[0], bytes[1]),
    });
    made_up.collect()
}

fn addresses(input: &mut Input<'_>) -> Vec<SocketAddr> {
    let made_up = input.take_some().chunks_exact(2);
    made_up
        .map(|bytes| made_up_address(bytes[0], bytes[1]))
        .collect()
}

/// One of those that ask, or of far more others.
fn made_up_address(choice: u8, host: u8) -> SocketAddr {
    match choice % 4 {
        0 => address(host),
        1 => SocketAddr::new(
            [
                0x2001,
                0xdb8,
                u16::from(choice),
                1,
                0,
                0,
                0,
                u16::from(host),
            ]
            .into(),
            7000,
        ),
        _ => SocketAddr::from(([9, choice, host, 1], 7000 + u16::from(choice))),
    }
}
