use crate::measurement::{Measurement, Run};

/// How many times as fast as the best of others one of ours has to be.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) group: &'static str,
    pub(crate) ours: &'static str,
    /// Whose contenders it is held against.
    pub(crate) maker: &'static str,
    pub(crate) times: f64,
    /// Empty for all of the group.
    pub(crate) corpora: &'static [&'static str],
    /// How often ours may allocate for one input.
    pub(crate) allocations: f64,
}

const ANY: f64 = f64::INFINITY;

pub(crate) const GOALS: [Goal; 8] = [
    Goal {
        what: "decode, decoder kept, against libtorrent",
        group: "decode",
        ours: "bip_bencode, decoder kept",
        maker: "libtorrent",
        times: 1.5,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "decode, decoder kept, against every tree in Rust",
        group: "decode",
        ours: "bip_bencode, decoder kept",
        maker: "rust",
        times: 4.0,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "decode, nothing kept, against libtorrent",
        group: "decode",
        ours: "bip_bencode",
        maker: "libtorrent",
        times: 1.2,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "decode and visit, decoder kept, against libtorrent",
        group: "visit",
        ours: "bip_bencode, decoder kept",
        maker: "libtorrent",
        times: 3.0,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "decode and visit, nothing kept, against libtorrent",
        group: "visit",
        ours: "bip_bencode",
        maker: "libtorrent",
        times: 3.0,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "typed and borrowed, against the best in Rust",
        group: "typed",
        ours: "bip_bencode",
        maker: "rust",
        times: 1.0,
        corpora: &[],
        allocations: ANY,
    },
    Goal {
        what: "a DHT message, decoder kept, no allocation, against libtorrent",
        group: "decode",
        ours: "bip_bencode, decoder kept",
        maker: "libtorrent",
        times: 3.9,
        corpora: &["c_dht"],
        allocations: 0.0,
    },
    Goal {
        what: "encode, nothing kept, against the best in Rust",
        group: "encode",
        ours: "bip_bencode",
        maker: "rust",
        times: 2.5,
        corpora: &[],
        allocations: ANY,
    },
];

/// What a run says of a goal on one corpus.
#[derive(Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) times: f64,
    pub(crate) is_met: bool,
}

impl Goal {
    /// None where the goal does not name the corpus, or the run has not both sides.
    pub(crate) fn figure(&self, run: &Run, corpus: &str) -> Option<Figure> {
        if !self.corpora.is_empty() && !self.corpora.contains(&corpus) {
            return None;
        }
        let ours = run.cell(self.group, corpus, self.ours)?;
        let best = run
            .cells(self.group)
            .filter(|cell| cell.corpus == corpus && cell.maker == self.maker)
            .map(|cell: &Measurement| cell.nanoseconds)
            .min_by(f64::total_cmp)?;
        let times = best / ours.nanoseconds;
        Some(Figure {
            times,
            is_met: times >= self.times && ours.allocations <= self.allocations,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Goal = Goal {
        what: "twice the best of them",
        group: "decode",
        ours: "mine",
        maker: "them",
        times: 2.0,
        corpora: &["a"],
        allocations: 0.0,
    };

    fn check(lines: &[&str], corpus: &str, expect: Option<Figure>) {
        assert_eq!(
            GOAL.figure(&Run::parse(&lines.join("\n")), corpus),
            expect,
            "{lines:?}"
        );
    }

    const MINE: &str = "decode | a | ours | mine | 10.0 ns | 1 times | 1 MB/s | 0.0 allocations";
    const GREEDY: &str = "decode | a | ours | mine | 10.0 ns | 1 times | 1 MB/s | 0.1 allocations";
    const SLOW: &str = "decode | a | them | slow | 40.0 ns | 4 times | 1 MB/s | 9.0 allocations";
    const FAST: &str = "decode | a | them | fast | 20.0 ns | 2 times | 1 MB/s | 9.0 allocations";
    const FASTER: &str = "decode | a | them | x | 19.0 ns | 1.9 times | 1 MB/s | 9.0 allocations";
    const OTHERS: &str = "decode | a | others | y | 1.0 ns | 0.1 times | 1 MB/s | 9.0 allocations";

    #[test]
    fn the_best_of_the_named_makers_contenders_decides() {
        let figure = |times, is_met| Some(Figure { times, is_met });
        check(&[MINE, SLOW, OTHERS], "a", figure(4.0, true));
        check(&[MINE, SLOW, FAST], "a", figure(2.0, true));
        check(&[MINE, SLOW, FAST, FASTER], "a", figure(1.9, false));
        check(&[GREEDY, SLOW], "a", figure(4.0, false));
    }

    #[test]
    fn there_is_no_figure_without_both_sides_or_on_a_corpus_that_is_not_named() {
        check(&[MINE], "a", None);
        check(&[SLOW], "a", None);
        check(&[MINE, SLOW], "b", None);
    }
}
