use super::measurement::{Measurement, Run};

/// How one of ours has to do against the best of some others.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) group: &'static str,
    pub(crate) corpus: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) others: &'static [&'static str],
    pub(crate) bound: Bound,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// So many times as fast.
    TimesAsFast(f64),
    /// At most so many times as long.
    TimesAsLong(f64),
    /// Only told.
    None,
}

const LOAD: &str = "bip_metainfo";
const LOAD_AND_HASH: &str = "bip_metainfo, info-hash taken";
const LIBTORRENT: &[&str] = &["libtorrent"];
pub(crate) const GOALS: &[Goal] = &[
    create(
        "create v1, 1 thread, against mktorrent -t1",
        "bip_metainfo, v1, 1 thread",
        &["mktorrent -t1, v1"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "create v1, 2 threads, against mktorrent -t2",
        "bip_metainfo, v1, 2 threads",
        &["mktorrent -t2, v1"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "create v1, 1 thread, against lava_torrent",
        "bip_metainfo, v1, 1 thread",
        &["lava_torrent, v1, 1 thread"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "create v1, 2 threads, against lava_torrent",
        "bip_metainfo, v1, 2 threads",
        &["lava_torrent, v1, 2 threads"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "create v2, 1 thread, against our v1",
        "bip_metainfo, v2, 1 thread",
        &["bip_metainfo, v1, 1 thread"],
        Bound::TimesAsLong(1.1),
    ),
    create(
        "create v2, 2 threads, against our v1",
        "bip_metainfo, v2, 2 threads",
        &["bip_metainfo, v1, 2 threads"],
        Bound::TimesAsLong(1.1),
    ),
    create(
        "create hybrid, 2 threads, against libtorrent",
        "bip_metainfo, hybrid, 2 threads",
        &["libtorrent, hybrid"],
        Bound::TimesAsFast(1.8),
    ),
    create(
        "create hybrid, 2 threads, against libtorrent with 2 hashing threads",
        "bip_metainfo, hybrid, 2 threads",
        &["libtorrent, hybrid, 2 hashing threads"],
        Bound::None,
    ),
    create(
        "create hybrid, 1 thread, against libtorrent",
        "bip_metainfo, hybrid, 1 thread",
        &["libtorrent, hybrid"],
        Bound::None,
    ),
    create(
        "verify v1, 1 thread, against create",
        "bip_metainfo, v1, 1 thread, verify",
        &["bip_metainfo, v1, 1 thread"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "verify v1, 2 threads, against create",
        "bip_metainfo, v1, 2 threads, verify",
        &["bip_metainfo, v1, 2 threads"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "verify v2, 2 threads, against create",
        "bip_metainfo, v2, 2 threads, verify",
        &["bip_metainfo, v2, 2 threads"],
        Bound::TimesAsFast(1.0),
    ),
    create(
        "verify hybrid, 2 threads, against create",
        "bip_metainfo, hybrid, 2 threads, verify",
        &["bip_metainfo, hybrid, 2 threads"],
        Bound::TimesAsFast(1.0),
    ),
    load(
        "load 100,000 files, v1, against libtorrent",
        "v1_files100k",
        LOAD,
    ),
    load(
        "load 100,000 files, v1, info-hash taken, against libtorrent",
        "v1_files100k",
        LOAD_AND_HASH,
    ),
    load(
        "load 262,144 pieces, v1, against libtorrent",
        "v1_pieces262k",
        LOAD,
    ),
    load(
        "load 262,144 pieces, v1, info-hash taken, against libtorrent",
        "v1_pieces262k",
        LOAD_AND_HASH,
    ),
    load(
        "load 100,000 files, v2, against libtorrent",
        "v2_files100k",
        LOAD,
    ),
    load(
        "load 100,000 files, v2, info-hash taken, against libtorrent",
        "v2_files100k",
        LOAD_AND_HASH,
    ),
    load(
        "load 262,144 pieces, v2, against libtorrent",
        "v2_pieces262k",
        LOAD,
    ),
    load(
        "load 262,144 pieces, v2, info-hash taken, against libtorrent",
        "v2_pieces262k",
        LOAD_AND_HASH,
    ),
    Goal {
        what: "load 262,144 pieces, v2, info-hash taken, against libtorrent with its layers checked",
        group: "load",
        corpus: "v2_pieces262k",
        ours: LOAD_AND_HASH,
        others: &["libtorrent, layers checked"],
        bound: Bound::None,
    },
    magnet("parse a magnet link, against libtorrent", "parse"),
    magnet("write a magnet link, against libtorrent", "write"),
];

const fn create(
    what: &'static str,
    ours: &'static str,
    others: &'static [&'static str],
    bound: Bound,
) -> Goal {
    Goal {
        what,
        group: "create",
        corpus: "1GiB",
        ours,
        others,
        bound,
    }
}

const fn load(what: &'static str, corpus: &'static str, ours: &'static str) -> Goal {
    Goal {
        what,
        group: "load",
        corpus,
        ours,
        others: LIBTORRENT,
        bound: Bound::TimesAsFast(5.0),
    }
}

const fn magnet(what: &'static str, corpus: &'static str) -> Goal {
    Goal {
        what,
        group: "magnet",
        corpus,
        ours: "bip_metainfo",
        others: LIBTORRENT,
        bound: Bound::None,
    }
}

/// What a run says of a goal: how many times as fast, or as long where that is the goal's measure.
#[derive(Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    /// By the clock. None where there is no bound.
    pub(crate) is_met: Option<bool>,
}

impl Goal {
    /// None where the run has not both sides.
    pub(crate) fn figure(&self, run: &Run) -> Option<Figure> {
        let ours = run.cell(self.group, self.corpus, self.ours)?;
        let others = || {
            self.others
                .iter()
                .filter_map(|name| run.cell(self.group, self.corpus, name))
        };
        let times = |time: fn(&Measurement) -> f64| {
            let best = others().map(time).min_by(f64::total_cmp)?;
            Some(match self.bound {
                Bound::TimesAsLong(_) => time(ours) / best,
                Bound::TimesAsFast(_) | Bound::None => best / time(ours),
            })
        };
        let (wall, cpu) = (times(|cell| cell.wall)?, times(|cell| cell.cpu)?);
        let is_met = match self.bound {
            Bound::TimesAsFast(least) => Some(wall >= least),
            Bound::TimesAsLong(most) => Some(wall <= most),
            Bound::None => None,
        };
        Some(Figure { wall, cpu, is_met })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Goal = Goal {
        what: "some goal",
        group: "create",
        corpus: "a",
        ours: "ours",
        others: &["slow", "fast"],
        bound: Bound::TimesAsFast(2.0),
    };
    const OURS: &str = "create | a | us | ours | 10.0 ns | 20.0 ns of CPU";
    const SLOW: &str = "create | a | them | slow | 40.0 ns | 40.0 ns of CPU";
    const FAST: &str = "create | a | them | fast | 20.0 ns | 50.0 ns of CPU";
    const OTHER: &str = "load | a | them | fast | 1.0 ns | 1.0 ns of CPU";

    fn check(bound: Bound, lines: &[&str], expect: Option<(f64, f64, Option<bool>)>) {
        let expect = expect.map(|(wall, cpu, is_met)| Figure { wall, cpu, is_met });
        let run = Run::parse(&lines.join("\n"));
        assert_eq!(Goal { bound, ..GOAL }.figure(&run), expect, "{lines:?}");
    }

    #[test]
    fn the_best_of_the_others_counts_for_each_kind_of_time() {
        let faster = Bound::TimesAsFast;
        check(
            faster(2.0),
            &[OURS, SLOW, OTHER],
            Some((4.0, 2.0, Some(true))),
        );
        check(
            faster(2.0),
            &[OURS, SLOW, FAST],
            Some((2.0, 2.0, Some(true))),
        );
        check(
            faster(2.1),
            &[OURS, SLOW, FAST],
            Some((2.0, 2.0, Some(false))),
        );
        check(Bound::None, &[OURS, FAST], Some((2.0, 2.5, None)));
    }

    #[test]
    fn a_goal_of_at_most_so_long_is_turned_round() {
        let longer = Bound::TimesAsLong;
        check(longer(0.5), &[OURS, FAST], Some((0.5, 0.4, Some(true))));
        check(longer(0.4), &[OURS, FAST], Some((0.5, 0.4, Some(false))));
    }

    #[test]
    fn there_is_no_figure_without_both_sides() {
        check(Bound::None, &[OURS, OTHER], None);
        check(Bound::None, &[SLOW, FAST], None);
    }
}
