use std::fmt;

/// Something to measure: a row of the tables on one corpus.
pub(crate) struct Contender<'c> {
    pub(crate) maker: Maker,
    pub(crate) name: &'static str,
    /// Takes all inputs of the corpus once.
    pub(crate) run: Box<dyn FnMut() + 'c>,
}

impl<'c> Contender<'c> {
    pub(crate) fn new(maker: Maker, name: &'static str, run: impl FnMut() + 'c) -> Contender<'c> {
        Contender {
            maker,
            name,
            run: Box::new(run),
        }
    }
}

/// Whose it is: the goals name these.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(all(feature = "rivals", libtorrent_found)),
    allow(dead_code, reason = "only ours is measured then")
)]
pub(crate) enum Maker {
    Ours,
    Libtorrent,
    Rust,
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Maker::Ours => "ours",
            Maker::Libtorrent => "libtorrent",
            Maker::Rust => "rust",
        })
    }
}
