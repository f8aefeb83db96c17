use lava_torrent::bencode::BencodeElem;

pub(super) fn decode(input: &[u8]) -> Option<BencodeElem> {
    BencodeElem::from_bytes(input).ok()?.pop()
}

pub(super) fn sum(value: &BencodeElem) -> u64 {
    match value {
        BencodeElem::Integer(int) => *int as u64,
        BencodeElem::String(text) => text.len() as u64,
        BencodeElem::Bytes(bytes) => bytes.len() as u64,
        BencodeElem::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        BencodeElem::Dictionary(dict) => sum_of_pairs(dict),
        BencodeElem::RawDictionary(dict) => sum_of_pairs(dict),
    }
}

fn sum_of_pairs<'v>(
    dict: impl IntoIterator<Item = (&'v (impl AsRef<[u8]> + 'v), &'v BencodeElem)>,
) -> u64 {
    dict.into_iter()
        .map(|(key, value)| sum(value).wrapping_add(key.as_ref().len() as u64))
        .fold(0, u64::wrapping_add)
}

pub(super) fn encode(value: &BencodeElem) -> Vec<u8> {
    value.encode()
}
