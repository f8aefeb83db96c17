use std::cell::Cell;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::time::Duration;

use bip_bencode::{BencodeMut, ben_map};
use bip_dht::{Body, Key, Message, MessageDecoder};

/// How long an answer is waited for that is expected, and how often it is asked for.
const PATIENCE: Duration = Duration::from_millis(500);
const ATTEMPTS: usize = 4;

/// The longest datagram that there is.
const MAX_DATAGRAM: usize = 65_535;

/// Somebody with an address of his own who writes his queries himself.
pub(crate) struct Attacker {
    socket: UdpSocket,
    /// Changed at will.
    pub(crate) id: [u8; 20],
    id_length: usize,
    next_transaction: Cell<u16>,
}

/// What the node answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) token: Vec<u8>,
    pub(crate) peers: Vec<SocketAddr>,
    pub(crate) public_key: Option<[u8; 32]>,
    pub(crate) has_value: bool,
    pub(crate) error: Option<i64>,
}

impl Attacker {
    pub(crate) fn new(ip: Ipv4Addr, node: SocketAddrV4, id_length: usize) -> Attacker {
        let socket = UdpSocket::bind((ip, 0)).unwrap();
        // Where nobody listens any more, a connected socket hears of it.
        socket.connect(node).unwrap();
        let [_, _, network, host] = ip.octets();
        let mut id = [host; 20];
        id[0] = network;
        Attacker {
            socket,
            id,
            id_length,
            next_transaction: Cell::new(0),
        }
    }

    /// The peer that it would be on this port.
    pub(crate) fn peer(&self, port: u16) -> SocketAddrV4 {
        match self.socket.local_addr().unwrap() {
            SocketAddr::V4(v4) => SocketAddrV4::new(*v4.ip(), port),
            SocketAddr::V6(_) => unreachable!("it is bound to an IPv4 address"),
        }
    }

    /// Sends any bytes; those that nobody takes are lost.
    pub(crate) fn send_bytes(&self, bytes: &[u8]) {
        let _ = self.socket.send(bytes);
    }

    /// Sends a query without waiting. How many bytes it has.
    pub(crate) fn send(&self, call: &str, arguments: BencodeMut<'_>) -> usize {
        let bytes = self.query(call, arguments).1;
        self.send_bytes(&bytes);
        bytes.len()
    }

    /// The length of every datagram that comes until nothing has come for so long.
    pub(crate) fn receive(&self, quiet: Duration) -> Vec<usize> {
        self.socket.set_read_timeout(Some(quiet)).unwrap();
        let mut buffer = vec![0; MAX_DATAGRAM];
        std::iter::from_fn(|| self.socket.recv(&mut buffer).ok()).collect()
    }

    /// The answer, if one comes.
    pub(crate) fn ask(&self, call: &str, arguments: BencodeMut<'_>) -> Option<Answer> {
        let (transaction, bytes) = self.query(call, arguments);
        (0..ATTEMPTS).find_map(|_| {
            self.send_bytes(&bytes);
            self.answer(&transaction, PATIENCE)
        })
    }

    /// The same, asked once and soon given up.
    pub(crate) fn ask_hastily(
        &self,
        call: &str,
        arguments: BencodeMut<'_>,
        patience: Duration,
    ) -> Option<Answer> {
        let (transaction, bytes) = self.query(call, arguments);
        self.send_bytes(&bytes);
        self.answer(&transaction, patience)
    }

    pub(crate) fn ping(&self) -> Option<Answer> {
        self.ask("ping", ben_map! {})
    }

    pub(crate) fn get_peers(&self, key: Key) -> Option<Answer> {
        self.ask("get_peers", ben_map! { "info_hash" => key.as_bytes() })
    }

    /// The token for a key.
    pub(crate) fn token(&self, key: Key) -> Vec<u8> {
        let answer = self.get_peers(key).expect("get_peers is answered");
        assert!(!answer.token.is_empty(), "there is a token");
        answer.token
    }

    pub(crate) fn announce(&self, key: Key, port: u16, token: &[u8]) -> Option<Answer> {
        self.ask("announce_peer", announce(key, port, token))
    }

    fn query(&self, call: &str, mut arguments: BencodeMut<'_>) -> (Vec<u8>, Vec<u8>) {
        let number = self.next_transaction.get();
        self.next_transaction.set(number.wrapping_add(1));
        let mut transaction = number.to_be_bytes().to_vec();
        transaction.resize(self.id_length, 0);
        let id = self.id.to_vec();
        arguments.dict_mut().unwrap().insert("id", id);
        let t = transaction.clone();
        let message = ben_map! { "a" => arguments, "q" => call, "t" => t, "y" => "q" };
        let bytes = message.encode();
        (transaction, bytes)
    }

    /// What comes besides, as queries of the node itself, is left alone.
    fn answer(&self, transaction: &[u8], patience: Duration) -> Option<Answer> {
        self.socket.set_read_timeout(Some(patience)).unwrap();
        let (mut decoder, mut buffer) = (MessageDecoder::new(), vec![0; MAX_DATAGRAM]);
        loop {
            let length = match self.socket.recv(&mut buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return None,
            };
            let Ok(message) = decoder.decode(&buffer[..length]) else {
                continue;
            };
            if message.transaction == transaction {
                return Some(Answer::of(&message));
            }
        }
    }
}

/// The arguments of an announce.
pub(crate) fn announce<'a>(key: Key, port: u16, token: &'a [u8]) -> BencodeMut<'a> {
    ben_map! { "info_hash" => key.as_bytes().to_vec(), "port" => port, "token" => token }
}

impl Answer {
    fn of(message: &Message<'_>) -> Answer {
        match &message.body {
            Body::Query(_) => Answer::default(),
            Body::Error(error) => Answer {
                error: Some(error.code.number()),
                ..Answer::default()
            },
            Body::Response(response) => Answer {
                token: response.token.unwrap_or_default().to_vec(),
                peers: (response.values.iter())
                    .flat_map(|values| values.iter())
                    .collect(),
                public_key: response.public_key.copied(),
                has_value: response.value.is_some(),
                error: None,
            },
        }
    }
}
