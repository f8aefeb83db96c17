//! Contenders take turns, and the least of each counts, as for bencode; here the turns are longer, and the processor's
//! time counts beside the clock's.

use std::time::Duration;

use crate::contender::Contender;
use crate::spent::Spent;

/// About how long a turn lasts at least.
const TURN: Duration = Duration::from_millis(5);

/// Prints a line for each, and gives back what each has made.
pub(crate) fn measure(
    group: &str,
    corpus: &str,
    rounds: u32,
    contenders: Vec<Contender<'_>>,
) -> Vec<Vec<u8>> {
    let mut lanes: Vec<Lane<'_>> = contenders.into_iter().map(Lane::new).collect();
    for _ in 0..rounds {
        lanes.iter_mut().for_each(Lane::take_turn);
    }
    for Lane {
        contender, least, ..
    } in &lanes
    {
        println!(
            "{group} | {corpus} | {} | {} | {:.1} ns | {:.1} ns of CPU",
            contender.maker,
            contender.name,
            least.wall.as_secs_f64() * 1e9,
            least.cpu.as_secs_f64() * 1e9,
        );
    }
    lanes.into_iter().map(|lane| lane.made).collect()
}

struct Lane<'c> {
    contender: Contender<'c>,
    /// In one turn.
    runs: u32,
    made: Vec<u8>,
    /// Of one run.
    least: Spent,
}

impl<'c> Lane<'c> {
    fn new(contender: Contender<'c>) -> Lane<'c> {
        let mut lane = Lane {
            contender,
            runs: 1,
            made: Vec::new(),
            least: Spent::MAX,
        };
        // How long it takes is seen in runs that do not count.
        while lane.turn().wall < TURN {
            lane.runs *= 2;
        }
        lane
    }

    fn take_turn(&mut self) {
        let spent = self.turn();
        self.least = self.least.least(spent.of_one(self.runs));
    }

    fn turn(&mut self) -> Spent {
        Spent::by(|| {
            for _ in 0..self.runs {
                self.made = (self.contender.run)();
            }
        })
    }
}
