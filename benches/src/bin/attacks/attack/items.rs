use bip_bencode::ben_map;
use bip_dht::{Key, MutableItem, SecretKey};

use super::told;
use crate::attacker::{Answer, Attacker};
use crate::outcome::Outcome;
use crate::scene::Scene;

/// The longest text that is 1000 bytes with its length in front (BEP 44, "Messages").
const LARGE: usize = 996;

/// Puts an item of 1000 bytes, and returns where it is.
pub(super) fn keep_large(scene: &Scene) -> Key {
    let text = "x".repeat(LARGE);
    let key = Key::of_immutable(format!("{LARGE}:{text}").as_bytes());
    let owner = scene.attacker(0, 1);
    let token = token(&owner, key);
    // mainline reads no put without `target`, which BEP 44 does not have and others do not look at.
    let put = ben_map! { "target" => key.as_bytes(), "token" => &token[..], "v" => &text[..] };
    let answer = owner.ask("put", put).expect("a put is answered");
    assert_eq!(answer.error, None, "the item is kept");
    let answer = get(&owner, key).expect("a get is answered");
    assert!(answer.has_value, "the item is handed out");
    key
}

/// An item that one signed, put at the key under which all look for that of another.
pub(super) fn foreign(scene: &Scene) -> Outcome {
    let of_victim = Key::of_mutable(SecretKey::from_seed(&[1; 32]).public_key(), b"");
    let item = MutableItem::sign(&SecretKey::from_seed(&[2; 32]), b"", 1, b"7:forgery").unwrap();
    let attacker = scene.attacker(0, 1);
    let token = token(&attacker, of_victim);
    let put = ben_map! {
        "k" => &item.public_key()[..],
        "seq" => item.seq(),
        "sig" => &item.signature()[..],
        "target" => of_victim.as_bytes(),
        "token" => &token[..],
        "v" => "forgery",
    };
    let answer = attacker.ask("put", put);
    let found = get(&scene.onlooker(0), of_victim).expect("a get is answered");
    let is_handed_out = found.public_key.as_ref() == Some(item.public_key());
    Outcome::new(is_handed_out, told(answer.as_ref()))
}

fn token(asker: &Attacker, key: Key) -> Vec<u8> {
    get(asker, key).expect("a get is answered").token
}

fn get(asker: &Attacker, key: Key) -> Option<Answer> {
    asker.ask("get", ben_map! { "target" => key.as_bytes() })
}
