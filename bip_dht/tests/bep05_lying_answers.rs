//! Lies in answers, which are known to succeed against other nodes, and fail here (BEP 5, "KRPC Protocol"; BEP 44).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_dht::{
    DhtConfig, DhtCore, DhtEvent, Family, Key, Message, MessageDecoder, NodeId, OperationError,
    OperationId, Outcome, Response, Role,
};

const NODE: &str = "198.51.100.1:4000";
const LIAR: NodeId = NodeId::new([9; 20]);

struct Victim {
    core: DhtCore,
    now: Instant,
}

impl Victim {
    #[allow(clippy::disallowed_methods, reason = "any moment will do")]
    fn new() -> Victim {
        let now = Instant::now();
        let config = DhtConfig::default().role(Role::Server);
        let core = DhtCore::new(now, config, [7; 32]);
        Victim { core, now }
    }

    /// One that knows the liar alone.
    fn of_a_liar() -> Victim {
        let mut victim = Victim::new();
        victim.core.add_node(victim.now, NODE.parse().unwrap());
        victim.core.handle_timeout(victim.now);
        while victim.answer(&Response::new(LIAR)) {}
        while victim.core.poll_event().is_some() {}
        victim
    }

    fn sent(&mut self) -> Option<Vec<u8>> {
        let mut datagram = Vec::new();
        let transmit = self.core.poll_transmit(&mut datagram)?;
        assert_eq!(transmit.destination, NODE.parse().unwrap());
        Some(datagram)
    }

    fn receive(&mut self, datagram: &[u8]) {
        let from: SocketAddr = NODE.parse().unwrap();
        self.core.handle_datagram(self.now, from, datagram);
    }

    /// Answers what was asked next, if anything was.
    fn answer(&mut self, response: &Response<'_>) -> bool {
        let Some(query) = self.sent() else {
            return false;
        };
        self.receive(&encoded(&transaction(&query), response));
        true
    }

    fn ping(&mut self) -> (OperationId, Vec<u8>) {
        let id = self.core.ping(self.now, NODE.parse().unwrap()).unwrap();
        (id, self.sent().unwrap())
    }

    /// Waits until the operation has ended.
    fn end(&mut self, of: OperationId) -> Result<Outcome, OperationError> {
        for _ in 0..100 {
            while let Some(event) = self.core.poll_event() {
                match event {
                    DhtEvent::Ended { id, result, .. } if id == of => return result,
                    _ => {}
                }
            }
            self.now += Duration::from_secs(1);
            self.core.handle_timeout(self.now);
        }
        panic!("it does not end");
    }
}

fn transaction(datagram: &[u8]) -> Vec<u8> {
    let mut decoder = MessageDecoder::new();
    decoder.decode(datagram).unwrap().transaction.to_vec()
}

fn encoded(transaction: &[u8], response: &Response<'_>) -> Vec<u8> {
    let mut datagram = Vec::new();
    Message::response(transaction, *response).encode(&mut datagram);
    datagram
}

/// Several crates count their transactions up: who sees one, or guesses how many there were, answers for anybody from a
/// forged address.
#[test]
fn who_knows_the_transactions_before_cannot_answer_the_next() {
    let mut victim = Victim::new();
    let mut seen: Vec<u32> = Vec::new();
    for _ in 0..64 {
        let (id, query) = victim.ping();
        seen.push(u32::from_be_bytes(transaction(&query).try_into().unwrap()));
        victim.core.cancel(id);
    }
    let steps: HashSet<u32> = seen
        .windows(2)
        .map(|pair| pair[1].wrapping_sub(pair[0]))
        .collect();
    assert!(steps.len() > 60, "{steps:?}");

    let (id, _) = victim.ping();
    let last = seen.last().unwrap();
    let guesses = (0..100).map(|step| last.wrapping_add(step)).chain(0..100);
    for guess in guesses {
        victim.receive(&encoded(&guess.to_be_bytes(), &Response::new(LIAR)));
    }
    assert_eq!(victim.core.stats().strays, 200);
    let result = victim.end(id);
    assert_eq!(result, Err(OperationError::NoAnswer { asked: 1 }));
    assert_eq!(victim.core.stats().nodes_v4, 0);
}

/// Some hosts send back whatever comes, and some answer with our own id: neither is a node, nor does one who is asked by
/// its own echo ask again for ever.
#[test]
fn an_echo_is_nobodys_answer() {
    let mut victim = Victim::new();
    let (id, query) = victim.ping();
    victim.receive(&query);
    assert_eq!(victim.sent(), None, "our own question is not answered");
    let own = victim.core.id(Family::V4).unwrap();
    victim.receive(&encoded(&transaction(&query), &Response::new(own)));
    let result = victim.end(id);
    assert_eq!(result, Err(OperationError::NoAnswer { asked: 1 }));
    assert_eq!(victim.core.stats().contacts, 0);
}

/// BEP 44: the key is the value's hash, and nobody's word counts for it.
#[test]
fn a_value_of_another_hash_is_not_taken() {
    let target = Key::of_immutable(b"4:true");
    for (value, expect) in [
        (&b"3:lie"[..], Err(OperationError::NotFound)),
        (
            b"4:true",
            Ok(Outcome::Immutable {
                value: b"4:true".to_vec(),
            }),
        ),
    ] {
        let mut victim = Victim::of_a_liar();
        let id = victim.core.get_immutable(victim.now, target).unwrap();
        let mut response = Response::new(LIAR);
        response.value = Some(value);
        while victim.answer(&response) {}
        assert_eq!(victim.end(id), expect);
    }
}

/// BEP 44, "Mutable Items": neither a wrong signature, nor another's key, nor one for another salt or number.
#[cfg(feature = "ed25519")]
#[test]
fn an_item_that_its_owner_did_not_sign_is_not_taken() {
    use bip_dht::{MutableItem, SecretKey};
    let [owner, other] = [1, 2].map(|seed| SecretKey::from_seed(&[seed; 32]));
    let sign = |key, salt: &[u8], seq| MutableItem::sign(key, salt, seq, b"5:value").unwrap();
    let genuine = sign(&owner, b"salt", 5);
    for (item, claimed_seq, is_taken) in [
        (sign(&other, b"salt", 5), 5, false),
        (sign(&owner, b"pepper", 5), 5, false),
        (sign(&owner, b"salt", 4), 5, false),
        (genuine.clone(), 6, false),
        (genuine.clone(), 5, true),
    ] {
        let mut victim = Victim::of_a_liar();
        let public_key = *owner.public_key();
        let id = victim
            .core
            .get_mutable(victim.now, public_key, b"salt")
            .unwrap();
        let mut response = Response::new(LIAR);
        response.value = Some(item.value());
        response.public_key = Some(&public_key);
        response.signature = Some(item.signature());
        response.seq = Some(claimed_seq);
        while victim.answer(&response) {}
        let expect = match is_taken {
            true => Ok(Outcome::Mutable {
                item: genuine.clone(),
                agreeing: 1,
            }),
            false => Err(OperationError::NotFound),
        };
        assert_eq!(victim.end(id), expect, "claimed {claimed_seq}");
    }
}
