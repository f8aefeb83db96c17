//! `bip_bencode` as it was published before: borrowed trees, one allocation for each container.

use bip_bencode_0_4::{BDecodeOpt, BMutAccess, BRefAccess, BencodeMut, BencodeRef, BencodeRefKind};

use super::DEPTH;

pub(super) fn decode(input: &[u8]) -> Option<BencodeRef<'_>> {
    BencodeRef::decode(input, BDecodeOpt::new(DEPTH, true, true)).ok()
}

pub(super) fn sum(value: &BencodeRef<'_>) -> u64 {
    match value.kind() {
        BencodeRefKind::Int(int) => int as u64,
        BencodeRefKind::Bytes(bytes) => bytes.len() as u64,
        BencodeRefKind::List(list) => list.into_iter().map(sum).fold(0, u64::wrapping_add),
        BencodeRefKind::Dict(dict) => dict
            .to_list()
            .into_iter()
            .map(|(key, value)| sum(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

/// The tree that it can encode is not the one that it decodes to.
pub(super) fn build(input: &[u8]) -> Option<BencodeMut<'_>> {
    Some(build_value(bip_bencode::decode(input).ok()?.root()))
}

fn build_value<'a>(value: bip_bencode::BencodeRef<'a, '_>) -> BencodeMut<'a> {
    match value.kind() {
        bip_bencode::BencodeRefKind::Int(int) => BencodeMut::new_int(int.to_i64().unwrap()),
        bip_bencode::BencodeRefKind::Bytes(bytes) => BencodeMut::new_bytes(bytes.into()),
        bip_bencode::BencodeRefKind::List(list) => {
            let mut tree = BencodeMut::new_list();
            for value in list {
                tree.list_mut().unwrap().push(build_value(value));
            }
            tree
        }
        bip_bencode::BencodeRefKind::Dict(dict) => {
            let mut tree = BencodeMut::new_dict();
            for (key, value) in dict {
                tree.dict_mut()
                    .unwrap()
                    .insert(key.into(), build_value(value));
            }
            tree
        }
    }
}

pub(super) fn encode(value: &BencodeMut<'_>) -> Vec<u8> {
    value.encode()
}
