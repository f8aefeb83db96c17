use bip_dht::Key;

use super::told;
use crate::attacker::Attacker;
use crate::outcome::Outcome;
use crate::scene::Scene;

const PORT: u16 = 5000;

/// A token that was given to another address.
pub(super) fn stolen(scene: &Scene) -> Outcome {
    let key = Key::of_name("room");
    let token = scene.attacker(0, 1).token(key);
    announce(scene, &scene.attacker(1, 1), key, &token)
}

/// A checksum of address and secret is linear: the tokens of three addresses, added up bit by bit, are that of the address
/// that is the sum of the three. On the Internet nobody has to be at that address: its owner is never asked.
pub(super) fn forged(scene: &Scene) -> Outcome {
    let key = Key::of_name("room");
    let tokens = [1, 2, 4].map(|host| scene.attacker(0, host).token(key));
    let forged: Vec<u8> = (0..tokens[0].len())
        .map(|at| tokens.iter().fold(0, |sum, token| sum ^ token[at]))
        .collect();
    announce(scene, &scene.attacker(0, 7), key, &forged)
}

/// A token that was given for another key: one query gives the right to announce at all of them.
pub(super) fn replayed(scene: &Scene) -> Outcome {
    let attacker = scene.attacker(0, 1);
    let token = attacker.token(Key::of_name("room"));
    announce(scene, &attacker, Key::of_name("another room"), &token)
}

fn announce(scene: &Scene, attacker: &Attacker, key: Key, token: &[u8]) -> Outcome {
    let answer = attacker.announce(key, PORT, token);
    let is_kept = scene.has(key, attacker.peer(PORT));
    Outcome::new(is_kept, told(answer.as_ref()))
}
