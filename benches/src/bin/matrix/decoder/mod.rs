//! What the tables compare. Each file gives one crate, or C++'s library, the same few functions.

#[cfg(feature = "rivals")]
mod bendy;
#[cfg(feature = "rivals")]
mod bt_bencode;
#[cfg(feature = "rivals")]
mod lava_torrent;
#[cfg(feature = "rivals")]
mod librqbit_bencode;
#[cfg(libtorrent_found)]
mod libtorrent;
#[cfg(feature = "rivals")]
mod nom_bencode;
mod ours;
#[cfg(feature = "rivals")]
mod previous;
#[cfg(feature = "rivals")]
mod serde_bencode;

use std::fmt::{Debug, Display};

/// One column of the first table.
pub(crate) struct Decoder {
    pub(crate) name: &'static str,
    pub(crate) package: Package,
    /// All of the input, as a user without wishes of his own would.
    pub(crate) read: fn(&[u8]) -> Result<Reading, String>,
    /// Decodes an input that is a byte string and shows where in memory it is.
    pub(crate) string_in_tree: fn(&[u8], See<'_>),
    /// The same into a type of the user's.
    pub(crate) string_in_struct: Option<fn(&[u8], See<'_>)>,
    /// The exact bytes of the value of `info`. None where we found nothing in its interface that gives them.
    pub(crate) raw_info: fn(&[u8]) -> Option<Vec<u8>>,
}

pub(crate) type See<'s> = &'s mut dyn FnMut(&[u8]);

#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(all(feature = "rivals", libtorrent_found)),
    allow(dead_code, reason = "only ours is tried then")
)]
pub(crate) enum Package {
    /// How its name and version begin in cargo's tree.
    Crate(&'static str),
    /// With its version.
    Cpp(fn() -> String),
}

/// What a decoder made of an input that it accepted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// Of an integer.
    pub(crate) number: Option<String>,
    pub(crate) remark: Option<Remark>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(all(feature = "rivals", libtorrent_found)),
    allow(dead_code, reason = "only ours is tried then")
)]
pub(crate) enum Remark {
    Warned,
    /// What libtorrent calls a warning.
    SoftError,
    NoValue,
    TwoValues,
}

impl Remark {
    pub(crate) const ALL: [Remark; 4] = [
        Remark::Warned,
        Remark::SoftError,
        Remark::NoValue,
        Remark::TwoValues,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Remark::Warned => "warned",
            Remark::SoftError => "soft error",
            Remark::NoValue => "no value",
            Remark::TwoValues => "2 values",
        }
    }

    /// Whether the decoder itself says that something is wrong with the input.
    pub(crate) fn is_blame(self) -> bool {
        matches!(self, Remark::Warned | Remark::SoftError)
    }
}

/// In the order of the tables.
pub(crate) fn all() -> Vec<Decoder> {
    vec![
        ours::strict(),
        ours::lenient(),
        #[cfg(feature = "rivals")]
        previous::decoder(),
        #[cfg(libtorrent_found)]
        libtorrent::decoder(),
        #[cfg(feature = "rivals")]
        bendy::value(),
        #[cfg(feature = "rivals")]
        bendy::tokens(),
        #[cfg(feature = "rivals")]
        bt_bencode::decoder(),
        #[cfg(feature = "rivals")]
        lava_torrent::decoder(),
        #[cfg(feature = "rivals")]
        librqbit_bencode::decoder(),
        #[cfg(feature = "rivals")]
        nom_bencode::decoder(),
        #[cfg(feature = "rivals")]
        serde_bencode::decoder(),
    ]
}

/// All that an error says of itself.
fn text(error: impl Display + Debug) -> String {
    format!("{error} {error:?}")
}

#[cfg(feature = "rivals")]
impl Reading {
    fn of_number(number: Option<impl Display>) -> Reading {
        Reading {
            number: number.map(|number| number.to_string()),
            remark: None,
        }
    }

    /// For those that read as many values as there are.
    fn of_values<T>(values: &[T], number: fn(&T) -> Option<i64>) -> Reading {
        Reading {
            remark: match values {
                [] => Some(Remark::NoValue),
                [_] => None,
                [..] => Some(Remark::TwoValues),
            },
            ..Reading::of_number(values.first().and_then(number))
        }
    }
}
