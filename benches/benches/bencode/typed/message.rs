use serde::Deserialize;

use super::Sum;

/// A DHT message (BEP 5), over text and bytes that are borrowed or owned.
#[derive(Deserialize)]
pub(super) struct Message<T, B> {
    a: Option<Arguments<B>>,
    q: Option<T>,
    r: Option<Reply<B>>,
    t: B,
    v: Option<B>,
    y: T,
}

#[derive(Deserialize)]
struct Arguments<B> {
    id: B,
    implied_port: Option<u8>,
    info_hash: Option<B>,
    port: Option<u16>,
    target: Option<B>,
    token: Option<B>,
}

#[derive(Deserialize)]
struct Reply<B> {
    id: B,
    nodes: Option<B>,
    token: Option<B>,
    values: Option<Vec<B>>,
}

impl<T: AsRef<str>, B: AsRef<[u8]>> Sum for Message<T, B> {
    fn sum(&self) -> u64 {
        let texts = [Some(&self.y), self.q.as_ref()].into_iter().flatten();
        let texts = texts.map(|text| text.as_ref().len());
        let mut sum = (texts.sum::<usize>() + lengths([Some(&self.t), self.v.as_ref()])) as u64;
        if let Some(a) = &self.a {
            let optional = [&a.info_hash, &a.target, &a.token].map(Option::as_ref);
            sum += (lengths(optional) + lengths([Some(&a.id)])) as u64;
            sum += u64::from(a.implied_port.unwrap_or(0)) + u64::from(a.port.unwrap_or(0));
        }
        if let Some(r) = &self.r {
            sum += lengths([Some(&r.id), r.nodes.as_ref(), r.token.as_ref()]) as u64;
            sum += lengths(r.values.iter().flatten().map(Some)) as u64;
        }
        sum
    }
}

fn lengths<'b, B: AsRef<[u8]> + 'b>(all: impl IntoIterator<Item = Option<&'b B>>) -> usize {
    all.into_iter()
        .flatten()
        .map(|bytes| bytes.as_ref().len())
        .sum()
}
