//! Whatever the bytes: types are read from exactly what decodes, errors stand inside of the input, and what was read is
//! written so that it reads as itself.

#![no_main]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use bip_bencode::{
    BDecodeOpt, BencodeMut, DeserializeErrorKind, RawValue, WithRaw, from_bytes, from_prefix,
    from_value, to_bytes,
};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// A bit of a `.torrent`, a bit of a DHT message, and one of each kind of field.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Record<'a> {
    #[serde(rename = "y")]
    kind: Option<char>,
    #[serde(rename = "t", with = "bip_bencode::bytes", default, borrow)]
    transaction: Option<&'a [u8]>,
    #[serde(rename = "a", borrow)]
    arguments: Option<Box<Record<'a>>>,
    #[serde(with = "bip_bencode::bytes", default)]
    id: Option<[u8; 20]>,
    #[serde(borrow)]
    info: Option<RawValue<'a>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    length: Option<u64>,
    port: Option<u16>,
    signed: Option<i8>,
    flag: Option<bool>,
    wide: Option<i128>,
    #[serde(borrow)]
    path: Option<Vec<&'a str>>,
    e: Option<(i64, String)>,
    #[serde(borrow)]
    files: Option<HashMap<&'a str, Record<'a>>>,
    layers: Option<BTreeMap<[u8; 2], Vec<u16>>>,
    want: Option<Vec<Choice>>,
    #[serde(borrow)]
    any: Option<Any<'a>>,
    unit: Option<()>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    N4,
    One(u8),
    Two(u8, String),
    Named { b: i32, a: Option<u8> },
}

/// Through the buffers of serde.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Any<'a> {
    Tagged {
        #[serde(borrow)]
        tag: &'a str,
        #[serde(flatten)]
        more: BTreeMap<Cow<'a, str>, BencodeMut<'a>>,
    },
    #[serde(borrow)]
    Value(BencodeMut<'a>),
}

fuzz_target!(|data: &[u8]| {
    check(BDecodeOpt::strict(), data);
    check(BDecodeOpt::lenient(), data);
    if let Ok(record) = from_bytes::<Record<'_>>(data) {
        let written = to_bytes(&record).expect("a record that was read");
        let again = from_bytes::<Record<'_>>(&written);
        assert_eq!(again.as_ref(), Ok(&record));
        assert_eq!(to_bytes(&again.expect("the same")).as_ref(), Ok(&written));
    }
    if let Ok((value, length)) = from_prefix::<BencodeMut<'_>>(data) {
        assert_eq!(value.encode(), data[..length]);
        assert_eq!(
            to_bytes(&value).expect("a value that was read"),
            data[..length]
        );
    }
});

fn check(options: BDecodeOpt, data: &[u8]) {
    let decoded = options.decode(data);
    let is_ok = decoded.is_ok();
    assert_eq!(agreed::<IgnoredAny>(options, data).is_some(), is_ok);
    assert_eq!(agreed::<BencodeMut<'_>>(options, data).is_some(), is_ok);
    let both = agreed::<WithRaw<'_, BencodeMut<'_>>>(options, data);
    let record = agreed::<Record<'_>>(options, data);
    let Ok(document) = &decoded else {
        assert!(record.is_none());
        return;
    };
    let both = both.expect("what decodes is read");
    assert_eq!(both.raw.as_bytes(), document.root().buffer());
    assert_eq!(both.value, BencodeMut::from(document.root()));
    assert_eq!(from_value::<Record<'_>>(document.root()).ok(), record);
}

/// What is read. What is refused for its syntax is refused by the decoder for the same.
fn agreed<'de, T: Deserialize<'de>>(options: BDecodeOpt, data: &'de [u8]) -> Option<T> {
    match options.deserialize(data) {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(error.offset() <= data.len());
            let _ = error.to_string();
            if let DeserializeErrorKind::Syntax(_) = error.kind() {
                assert!(options.decode(data).is_err(), "{error}");
            }
            None
        }
    }
}
