use std::fmt;

/// Something to measure: a row of a table.
pub(crate) struct Contender<'c> {
    pub(crate) maker: Maker,
    pub(crate) name: &'static str,
    /// Does all of it once. What it made, where that is a torrent.
    pub(crate) run: Box<dyn FnMut() -> Vec<u8> + 'c>,
}

impl<'c> Contender<'c> {
    pub(crate) fn new(
        maker: Maker,
        name: &'static str,
        run: impl FnMut() -> Vec<u8> + 'c,
    ) -> Contender<'c> {
        Contender {
            maker,
            name,
            run: Box::new(run),
        }
    }
}

#[derive(Clone, Copy)]
#[cfg_attr(
    not(all(feature = "rivals", libtorrent_found)),
    allow(dead_code, reason = "not all are compiled then")
)]
pub(crate) enum Maker {
    Ours,
    Program,
    Libtorrent,
    Rust,
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Maker::Ours => "ours",
            Maker::Program => "program",
            Maker::Libtorrent => "libtorrent",
            Maker::Rust => "rust",
        })
    }
}
