//! BEP 44, "Errors": what a node says to a put that it does not keep, and in which order it looks.
#![cfg(feature = "ed25519")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail, and any instant serves"
)]

use std::net::SocketAddr;
use std::time::Instant;

use bip_dht::{
    Body, Call, DhtConfig, DhtCore, ErrorCode, Key, Message, MessageDecoder, MutableItem, NodeId,
    Put, PutMutable, Query, Role, SecretKey,
};

/// A node, and somebody who puts.
struct Scene {
    core: DhtCore,
    now: Instant,
    asker: SocketAddr,
}

impl Scene {
    fn new() -> Scene {
        let config = DhtConfig::default().role(Role::Server);
        let now = Instant::now();
        Scene {
            core: DhtCore::new(now, config, [7; 32]),
            now,
            asker: "127.0.0.2:6881".parse().unwrap(),
        }
    }

    /// The answer's token, if it has one, or its error.
    fn ask(&mut self, call: Call<'_>) -> Result<Vec<u8>, ErrorCode> {
        let mut query = Vec::new();
        let mut message = Message::query(b"abcd", Query::new(NodeId::new([1; 20]), call));
        message.read_only = true;
        message.encode(&mut query);
        self.core.handle_datagram(self.now, self.asker, &query);
        let mut datagram = Vec::new();
        while self.core.poll_transmit(&mut datagram).is_some() {
            let mut decoder = MessageDecoder::new();
            match decoder.decode(&datagram).unwrap().body {
                Body::Response(response) => return Ok(response.token.unwrap_or_default().to_vec()),
                Body::Error(error) => return Err(error.code),
                Body::Query(_) => {}
            }
        }
        panic!("no answer");
    }

    fn put(
        &mut self,
        item: &MutableItem,
        signature: &[u8; 64],
        token: &[u8],
        cas: Option<i64>,
    ) -> Result<(), ErrorCode> {
        let mut mutable = PutMutable::new(item.public_key(), item.seq(), signature);
        mutable.salt = item.salt();
        mutable.cas = cas;
        let put = Put::mutable(token, item.value(), mutable);
        self.ask(Call::Put(put)).map(|_| ())
    }
}

fn item(seq: i64, value: &[u8]) -> MutableItem {
    MutableItem::sign(&SecretKey::from_seed(&[9; 32]), b"salt", seq, value).unwrap()
}

/// A signature takes a thousand times as long to check as a token: whoever floods with puts gets none checked.
#[test]
fn nobody_without_a_token_has_a_signature_checked() {
    let mut scene = Scene::new();
    let (item, wrong) = (item(1, b"i1e"), [3; 64]);
    assert_eq!(
        scene.put(&item, &wrong, b"guessed!", None),
        Err(ErrorCode::Protocol)
    );
    let token = scene
        .ask(Call::Get {
            target: item.target(),
            seq: None,
        })
        .unwrap();
    assert_eq!(
        scene.put(&item, &wrong, &token, None),
        Err(ErrorCode::InvalidSignature)
    );
    assert_eq!(scene.put(&item, item.signature(), &token, None), Ok(()));
}

#[test]
fn a_token_of_one_item_is_none_for_another() {
    let mut scene = Scene::new();
    let item = item(1, b"i1e");
    let other = Key::of_mutable(item.public_key(), b"other salt");
    let token = scene
        .ask(Call::Get {
            target: other,
            seq: None,
        })
        .unwrap();
    assert_eq!(
        scene.put(&item, item.signature(), &token, None),
        Err(ErrorCode::Protocol)
    );
    let value = b"12:Hello World!";
    let put = Put::immutable(&token, value);
    assert_eq!(scene.ask(Call::Put(put)), Err(ErrorCode::Protocol));
    let target = Key::of_immutable(value);
    let token = scene.ask(Call::Get { target, seq: None }).unwrap();
    assert!(scene.ask(Call::Put(Put::immutable(&token, value))).is_ok());
}

#[test]
fn old_and_equal_numbers_and_wrong_expectations_are_refused() {
    let mut scene = Scene::new();
    let first = item(4, b"i1e");
    let token = scene
        .ask(Call::Get {
            target: first.target(),
            seq: None,
        })
        .unwrap();
    for (seq, value, cas, expect) in [
        (4, &b"i1e"[..], None, Ok(())),
        (4, b"i1e", None, Ok(())),
        (4, b"i2e", None, Err(ErrorCode::SequenceTooLow)),
        (3, b"i1e", None, Err(ErrorCode::SequenceTooLow)),
        (5, b"i5e", Some(3), Err(ErrorCode::CasMismatch)),
        (5, b"i5e", Some(4), Ok(())),
    ] {
        let item = item(seq, value);
        let put = scene.put(&item, item.signature(), &token, cas);
        assert_eq!(put, expect, "{seq}, {cas:?}");
    }
}

#[test]
fn what_is_too_long_is_told_so() {
    let mut scene = Scene::new();
    let (owner, signature) = (SecretKey::from_seed(&[9; 32]), [0; 64]);
    let long = [b"997:".as_slice(), &[0; 997]].concat();
    let salt = [0; 65];
    let mut salted = PutMutable::new(owner.public_key(), 1, &signature);
    salted.salt = &salt;
    let plain = PutMutable::new(owner.public_key(), 1, &signature);
    for (value, mutable, expect) in [
        (&long[..], Some(plain), ErrorCode::ValueTooLong),
        (b"i1e", Some(salted), ErrorCode::SaltTooLong),
        (&long, None, ErrorCode::ValueTooLong),
    ] {
        let target = match mutable {
            Some(mutable) => Key::of_mutable(mutable.public_key, mutable.salt),
            None => Key::of_immutable(value),
        };
        let token = scene.ask(Call::Get { target, seq: None }).unwrap();
        let put = match mutable {
            Some(mutable) => Put::mutable(&token, value, mutable),
            None => Put::immutable(&token, value),
        };
        assert_eq!(scene.ask(Call::Put(put)), Err(expect));
    }
}
