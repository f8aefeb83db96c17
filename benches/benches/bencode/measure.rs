//! Contenders take turns, so that whatever else the machine does falls on all of them, and the least time of each counts:
//! other work only ever adds to it.

use std::time::{Duration, Instant};

use bip_benches::Corpus;

use crate::contender::Contender;
use crate::counting;

/// How often each gets its turn. Slow ones get fewer.
const ROUNDS: u32 = 100;
const LEAST_ROUNDS: u32 = 16;
/// About how long a turn lasts.
const TURN: Duration = Duration::from_millis(3);
/// A run of this length is not helped by caches that another has left warm or cold.
const LONG: Duration = Duration::from_millis(20);
/// About how long one contender may take on one corpus over all rounds.
const SHARE: Duration = Duration::from_secs(1);

pub(crate) fn measure(group: &str, corpus: &Corpus, contenders: Vec<Contender<'_>>) {
    let mut lanes: Vec<Lane<'_>> = contenders.into_iter().map(Lane::new).collect();
    for round in 0..ROUNDS {
        for lane in &mut lanes {
            if round % lane.every == 0 {
                lane.take_turn();
            }
        }
    }
    let first = lanes.first().map(|lane| lane.least);
    for lane in &lanes {
        lane.print(group, corpus, first.unwrap_or(lane.least));
    }
}

struct Lane<'c> {
    contender: Contender<'c>,
    allocations: u64,
    /// Runs in one turn, not counting the first if that one only warms the caches.
    runs: u32,
    warms_up: bool,
    /// Takes part in every so many rounds.
    every: u32,
    /// Of one run.
    least: Duration,
}

impl<'c> Lane<'c> {
    fn new(mut contender: Contender<'c>) -> Lane<'c> {
        // The second run is the one that counts: memory that is kept has been set aside by then.
        (contender.run)();
        let allocations = counting::during(&mut contender.run);
        let once = time(&mut contender.run);
        let runs = whole_ratio(TURN, once).max(1);
        let warms_up = once < LONG;
        let turn = once * (runs + u32::from(warms_up));
        let rounds = whole_ratio(SHARE, turn).clamp(LEAST_ROUNDS, ROUNDS);
        Lane {
            contender,
            allocations,
            runs,
            warms_up,
            every: ROUNDS / rounds,
            least: Duration::MAX,
        }
    }

    fn take_turn(&mut self) {
        if self.warms_up {
            // The one before has left the caches full of its own.
            (self.contender.run)();
        }
        let runs = self.runs;
        let turn = time(|| {
            for _ in 0..runs {
                (self.contender.run)();
            }
        });
        self.least = self.least.min(turn / runs);
    }

    /// A line for the eye, and for the program that makes tables of these.
    fn print(&self, group: &str, corpus: &Corpus, first: Duration) {
        let inputs = corpus.inputs.len() as f64;
        let seconds = self.least.as_secs_f64();
        println!(
            "{group} | {} | {} | {} | {:.1} ns | {:.2} times | {:.0} MB/s | {:.1} allocations",
            corpus.name,
            self.contender.maker,
            self.contender.name,
            seconds / inputs * 1e9,
            seconds / first.as_secs_f64(),
            corpus.length() as f64 / seconds / 1e6,
            self.allocations as f64 / inputs,
        );
    }
}

#[allow(clippy::disallowed_methods, reason = "measuring time is the purpose")]
fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed().max(Duration::from_nanos(1))
}

fn whole_ratio(of: Duration, to: Duration) -> u32 {
    (of.as_nanos() / to.as_nanos()).min(u128::from(u32::MAX)) as u32
}
