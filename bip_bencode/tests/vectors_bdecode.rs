//! The inputs of libtorrent's own tests and what it makes of them (`../shared/vectors/bdecode.json`): what it takes as
//! canonical we take, what it only flags or lets pass we refuse, leniently we warn, and the values agree.

use std::path::Path;

use bip_bencode::{
    BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, DecodeErrorKind, Irregularity,
};
use serde_json::Value;

/// Prints its one line itself, because the usual harness swallows what a passing test says.
fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/bdecode.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "vectors_bdecode: checked nothing, could not read {}",
            path.display()
        );
        return;
    };
    let vectors: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let inputs = [cases(&vectors, "cases"), cases(&vectors, "extra_measured")].concat();
    inputs.iter().for_each(check);
    let values = cases(&vectors, "encode");
    values.iter().for_each(check_encoding);
    assert!(
        inputs.len() > 50 && values.len() > 5,
        "{} inputs, {} values",
        inputs.len(),
        values.len()
    );
    println!(
        "vectors_bdecode: ok. {} inputs and {} values agree",
        inputs.len(),
        values.len()
    );
}

fn cases(vectors: &Value, group: &str) -> Vec<Value> {
    vectors[group].as_array().cloned().unwrap_or_default()
}

/// What libtorrent takes and its soft errors do not cover, but is not canonical.
const LET_PASS: [(&str, Irregularity); 5] = [
    ("neg_zero", Irregularity::NegativeZero),
    ("neg_leading_zero", Irregularity::IntLeadingZero),
    ("trailing_bytes", Irregularity::TrailingBytes),
    ("trailing_nul", Irregularity::TrailingBytes),
    ("str_header_17", Irregularity::LengthLeadingZero),
];

/// What only its limits refuse: it reads at most 18 bytes of a length, and its depth limit of 100 admits 99.
const REFUSED_BY_ITS_LIMITS: [(&str, &[Irregularity]); 2] = [
    ("str_header_19", &[Irregularity::LengthLeadingZero]),
    ("nested_100", &[]),
];

fn bytes(case: &Value) -> Vec<u8> {
    let hex = case["input_hex"].as_str().unwrap_or_default();
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap_or_default())
        .collect()
}

/// The irregularities that must be warned of, or `None` where libtorrent refuses the input.
fn expected(case: &Value) -> Option<Vec<Irregularity>> {
    if let Some((_, irregularities)) = REFUSED_BY_ITS_LIMITS
        .iter()
        .find(|(name, _)| case["name"] == *name)
    {
        return Some(irregularities.to_vec());
    }
    let measured = &case["measured"];
    if measured["result"] != "ok" {
        return None;
    }
    let soft = measured["soft_error"].as_str().map(|soft| match soft {
        "leading zero in integer" => Irregularity::IntLeadingZero,
        "leading zero in string length" => Irregularity::LengthLeadingZero,
        "unsorted dictionary key" => Irregularity::UnsortedKey,
        "duplicate dictionary key" => Irregularity::DuplicateKey,
        other => panic!("an unknown soft error: {other}"),
    });
    let passed = LET_PASS
        .iter()
        .find(|(name, _)| case["name"] == *name)
        .map(|(_, irregularity)| *irregularity);
    Some(soft.or(passed).into_iter().collect())
}

fn check(case: &Value) {
    let (name, input) = (case["name"].as_str().unwrap_or_default(), bytes(case));
    let mut options = [BDecodeOpt::strict(), BDecodeOpt::lenient()];
    if let (Some(depth), Some(tokens)) = (
        case["limits"]["depth"].as_u64(),
        case["limits"]["tokens"].as_u64(),
    ) {
        options = options.map(|options| {
            options
                .max_depth(depth as usize)
                .max_tokens(tokens as usize)
        });
    }
    let [strict, lenient] = options.map(|options| options.decode(&input));
    match expected(case) {
        None => {
            assert!(strict.is_err(), "{name}: strict");
            assert!(lenient.is_err(), "{name}: lenient");
        }
        Some(irregularities) => {
            let document = lenient.unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut warned: Vec<_> = document
                .warnings()
                .iter()
                .map(|warning| warning.irregularity)
                .collect();
            warned.dedup();
            assert_eq!(warned, irregularities, "{name}");
            if let Some(consumed) = case["measured"]["consumed"].as_u64() {
                assert_eq!(document.root().buffer().len() as u64, consumed, "{name}");
            }
            if !case["value"].is_null() {
                assert!(
                    agrees(document.root(), &case["value"]),
                    "{name}: {:?}",
                    document.root()
                );
            }
            let refused = strict.err().map(|error| error.kind());
            assert_eq!(
                refused,
                irregularities
                    .first()
                    .copied()
                    .map(DecodeErrorKind::Irregular),
                "{name}"
            );
        }
    }
}

fn agrees(ours: BencodeRef<'_, '_>, theirs: &Value) -> bool {
    match ours.kind() {
        BencodeRefKind::Int(int) => theirs.as_i64() == int.to_i64().ok(),
        BencodeRefKind::Bytes(bytes) => theirs.as_str().map(str::as_bytes) == Some(bytes),
        BencodeRefKind::List(list) => theirs.as_array().is_some_and(|theirs| {
            list.len() == theirs.len()
                && list
                    .iter()
                    .zip(theirs)
                    .all(|(ours, theirs)| agrees(ours, theirs))
        }),
        BencodeRefKind::Dict(dict) => theirs.as_object().is_some_and(|theirs| {
            let pair =
                |(key, ours)| str::from_utf8(key).is_ok_and(|key| agrees(ours, &theirs[key]));
            dict.len() == theirs.len() && dict.iter().all(pair)
        }),
    }
}

/// `{"value": …, "out": "…"}`
fn check_encoding(case: &Value) {
    if let Some(value) = to_tree(&case["value"]) {
        assert_eq!(
            value.encode(),
            case["out"].as_str().unwrap_or_default().as_bytes()
        );
    }
}

/// `None` for what stands for bytes encoded beforehand.
fn to_tree(value: &Value) -> Option<BencodeMut<'_>> {
    Some(match value {
        Value::Number(number) => number.as_i64()?.into(),
        Value::String(text) if text.starts_with('<') => return None,
        Value::String(text) => text.as_str().into(),
        Value::Array(list) => list.iter().map(to_tree).collect::<Option<Vec<_>>>()?.into(),
        Value::Object(dict) => {
            let pairs = dict
                .iter()
                .map(|(key, value)| Some((key.as_str(), to_tree(value)?)));
            pairs.collect::<Option<Vec<_>>>()?.into_iter().collect()
        }
        Value::Null | Value::Bool(_) => return None,
    })
}
