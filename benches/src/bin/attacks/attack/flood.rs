use std::time::Duration;

use bip_bencode::{BencodeMut, ben_map};
use bip_dht::Key;

use super::items;
use crate::ground::ONLOOKERS;
use crate::outcome::Outcome;
use crate::scene::Scene;

const FIND_NODES: usize = 20_000;
const GETS: usize = 1000;

/// How many are sent before answers are read: few enough that the system loses none.
const BATCH: usize = 50;

/// How long nothing must come until the next batch is sent.
const QUIET: Duration = Duration::from_millis(1);

/// The same for the last.
const END: Duration = Duration::from_millis(100);

/// The share of the queries above which a flood counts as answered: one in so many.
const SHARE: usize = 5;

/// How many bytes for each of the attacker's a node may send to a victim.
const AMPLIFICATION: f64 = 3.0;

/// Whatever was sent and came.
#[derive(Default)]
struct Traffic {
    queries: usize,
    answers: usize,
    bytes_in: usize,
    bytes_out: usize,
    longest: usize,
}

impl Traffic {
    fn amplification(&self) -> f64 {
        self.bytes_out as f64 / self.bytes_in as f64
    }

    fn told(&self) -> String {
        format!(
            "{} of {} answered, {:.2} bytes for each of the flood's, {} in the longest answer",
            self.answers,
            self.queries,
            self.amplification(),
            self.longest
        )
    }

    fn came(&mut self, lengths: &[usize]) {
        self.answers += lengths.len();
        self.bytes_out += lengths.iter().sum::<usize>();
        self.longest = lengths.iter().copied().fold(self.longest, usize::max);
    }
}

/// The work that one address can make a node do. Others have to be answered all the while.
pub(super) fn of_find_node(scene: &Scene) -> Outcome {
    let target = Key::of_name("anywhere");
    let traffic = flood(scene, FIND_NODES, "find_node", || {
        ben_map! { "target" => target.as_bytes() }
    });
    Outcome::new(traffic.answers * SHARE > traffic.queries, traffic.told())
}

/// What a node sends to a victim in whose name it is asked for an item of 1000 bytes.
pub(super) fn of_gets(scene: &Scene) -> Outcome {
    let item = items::keep_large(scene);
    let traffic = flood(scene, GETS, "get", || {
        ben_map! { "target" => item.as_bytes() }
    });
    Outcome::new(traffic.amplification() > AMPLIFICATION, traffic.told())
}

fn flood<'a>(
    scene: &Scene,
    queries: usize,
    call: &str,
    arguments: impl Fn() -> BencodeMut<'a>,
) -> Traffic {
    let flooder = scene.attacker(0, 9);
    let mut traffic = Traffic::default();
    for (onlooker, _) in (0..ONLOOKERS).cycle().zip(0..queries / BATCH) {
        for _ in 0..BATCH {
            traffic.bytes_in += flooder.send(call, arguments());
            traffic.queries += 1;
        }
        traffic.came(&flooder.receive(QUIET));
        let is_answered = scene.onlooker(onlooker).ping().is_some();
        assert!(is_answered, "others are answered");
    }
    traffic.came(&flooder.receive(END));
    traffic
}
