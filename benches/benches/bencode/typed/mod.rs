//! Through serde into derived structs. They borrow their strings from the input, except where a row says `owned`.

mod message;
mod torrent;

use std::hint::black_box;

use bip_benches::Corpus;
use serde::Deserialize;
use serde_bytes::ByteBuf;

use crate::contender::{Contender, Maker};
use message::Message;
use torrent::Torrent;

/// All lengths and integers of a value: what two crates have to agree on.
trait Sum {
    fn sum(&self) -> u64;
}

/// Nobody where no struct is written for the corpus.
pub(crate) fn contenders(corpus: &Corpus) -> Vec<Contender<'_>> {
    match corpus.name {
        "a_big" | "b_files100k" => lineup::<Torrent<&str, &[u8]>, Torrent<String, ByteBuf>>(corpus),
        "c_dht" => lineup::<Message<&str, &[u8]>, Message<String, ByteBuf>>(corpus),
        _ => Vec::new(),
    }
}

fn lineup<'c, Borrowed, Owned>(corpus: &'c Corpus) -> Vec<Contender<'c>>
where
    Borrowed: Deserialize<'c> + Sum + 'c,
    Owned: Deserialize<'c> + Sum + 'c,
{
    use Maker::{Ours, Rust};
    let all = [
        typed(Ours, "bip_bencode", corpus, |input| {
            bip_bencode::from_bytes::<Borrowed>(input).ok()
        }),
        typed(Ours, "bip_bencode, owned", corpus, |input| {
            bip_bencode::from_bytes::<Owned>(input).ok()
        }),
        typed(Rust, "bt_bencode", corpus, |input| {
            bt_bencode::from_slice::<Borrowed>(input).ok()
        }),
        typed(Rust, "bt_bencode, owned", corpus, |input| {
            bt_bencode::from_slice::<Owned>(input).ok()
        }),
        typed(Rust, "librqbit-bencode", corpus, |input| {
            librqbit_bencode::from_bytes::<Borrowed>(input).ok()
        }),
        typed(Rust, "librqbit-bencode, owned", corpus, |input| {
            librqbit_bencode::from_bytes::<Owned>(input).ok()
        }),
        typed(Rust, "serde_bencoded", corpus, |input| {
            serde_bencoded::from_bytes::<Borrowed>(input).ok()
        }),
        typed(Rust, "serde_bencoded, owned", corpus, |input| {
            serde_bencoded::from_bytes::<Owned>(input).ok()
        }),
        typed(Rust, "serde_bencode, owned", corpus, |input| {
            serde_bencode::from_bytes::<Owned>(input).ok()
        }),
    ];
    let expected = all[0].as_ref().map(|(_, sum)| *sum);
    let agreed = all.into_iter().flatten().map(|(contender, sum)| {
        assert_eq!(Some(sum), expected, "{} on {}", contender.name, corpus.name);
        contender
    });
    agreed.collect()
}

/// With the sum over the whole corpus. None where the crate refuses an input.
fn typed<'c, T: Sum>(
    maker: Maker,
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) -> Option<T> + 'c,
) -> Option<(Contender<'c>, u64)> {
    let mut sum = 0u64;
    for input in &corpus.inputs {
        let Some(value) = decode(input) else {
            eprintln!("{name} does not decode {} into structs", corpus.name);
            return None;
        };
        sum += value.sum();
    }
    let run = move || {
        for input in &corpus.inputs {
            black_box(decode(input));
        }
    };
    Some((Contender::new(maker, name, run), sum))
}
