use std::time::Duration;

use bip_dht::Key;

use super::told;
use crate::attacker::announce;
use crate::outcome::Outcome;
use crate::scene::Scene;

const FIRST_PORT: u16 = 5000;

/// How many peers one host makes up.
const PEERS: u16 = 98;

/// How many peers a host may well have, with several programs or users.
const FAIR: usize = 8;

/// How long each announce waits for its answer, which comes at once if at all.
const HASTE: Duration = Duration::from_millis(10);

/// One token, and for each announce another node id and another port.
pub(super) fn many_of_one_address(scene: &Scene) -> Outcome {
    let key = Key::of_name("room");
    let mut attacker = scene.attacker(0, 1);
    let token = attacker.token(key);
    for port in FIRST_PORT..FIRST_PORT + PEERS {
        attacker.id[18..].copy_from_slice(&port.to_be_bytes());
        attacker.ask_hastily("announce_peer", announce(key, port, &token), HASTE);
    }
    let ip = attacker.peer(0).ip().to_owned();
    let handed_out = scene.peers(key);
    let count = handed_out.iter().filter(|peer| peer.ip() == ip).count();
    assert!(count > 0, "one at least is kept");
    Outcome::new(count > FAIR, format!("{count} of {PEERS} handed out"))
}

/// There is no port 0: whoever is told of it tries in vain.
pub(super) fn at_port_0(scene: &Scene) -> Outcome {
    let key = Key::of_name("room");
    let attacker = scene.attacker(0, 1);
    let token = attacker.token(key);
    let answer = attacker.announce(key, 0, &token);
    let is_kept = scene.has(key, attacker.peer(0));
    Outcome::new(is_kept, told(answer.as_ref()))
}
