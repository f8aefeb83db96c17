//! The inputs of libtorrent's own tests and what it makes of them (`../shared/vectors/bdecode.json`): what it takes as
//! canonical we take, what it only flags or lets pass we refuse, leniently we warn, and the values agree. What is refused
//! is refused for the right reason, at the right byte, under the right path.

use std::path::Path;

use bip_bencode::{BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, DecodeErrorKind, decode};
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
    let is_there = |name| inputs.iter().any(|case| name_of(case) == name);
    for (name, ..) in REFUSED {
        assert!(is_there(name), "{name} is no input");
    }
    cases(&vectors, "offsets").iter().for_each(check_offsets);
    cases(&vectors, "generated_cases")
        .iter()
        .for_each(check_long_string);
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

/// What libtorrent takes without a soft error, but is not canonical.
const LET_PASS: [&str; 4] = [
    "neg_zero",
    "neg_leading_zero",
    "trailing_bytes",
    "trailing_nul",
];

/// What only its limits refuse: it reads at most 18 bytes of a length, and its depth limit of 100 admits 99.
const REFUSED_BY_ITS_LIMITS: [&str; 2] = ["str_header_19", "nested_100"];

/// A hundred lists.
const DEEP: &str = "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]…[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]";

/// Everything that is not canonical: what strict decoding says to it. Where that is an irregularity, lenient decoding
/// warns of it at the same byte; otherwise it says the same.
#[rustfmt::skip]
const REFUSED: [(&str, &str, usize, &str); 41] = [
    ("dict", "unsorted_key", 27, "X"),
    ("dict_nonstring_key", "expected_key", 1, ""),
    ("dict_unordered_keys_1", "unsorted_key", 8, "aa"),
    ("dict_unordered_keys_2", "unsorted_key", 8, "aa"),
    ("dict_unordered_keys_3", "unsorted_key", 8, "a"),
    ("dict_duplicate_key", "duplicate_key", 8, "aa"),
    ("premature_e", "expected_value", 0, ""),
    ("overflow_length_prefix", "string_too_long", 0, ""),
    ("leading_zero_length_prefix", "length_leading_zero", 0, ""),
    ("minus_int", "expected_digit", 2, ""),
    ("invalid_encoding", "expected_key", 81, ""),
    ("depth_limit_100", "too_deep", 100, DEEP),
    ("item_limit_1000", "too_many_tokens", 1999, "[999]"),
    ("unexpected_eof", "unexpected_end", 5, ""),
    ("expected_string", "expected_key", 1, ""),
    ("unexpected_eof_dict_key", "string_past_end", 1, ""),
    ("unexpected_eof_dict_key2", "string_past_end", 1, ""),
    ("expected_string_dict_key2", "expected_key", 1, ""),
    ("unexpected_eof_int", "unexpected_end", 1, ""),
    ("partial_string", "string_past_end", 0, ""),
    ("dict_at", "unsorted_key", 9, "bar"),
    ("parse_length_overflow_1", "string_too_long", 4, "a"),
    ("parse_length_overflow_2", "string_too_long", 1, ""),
    ("partial_parse4", "expected_value", 22, "c[1]"),
    ("partial_parse_string", "unexpected_end", 2, ""),
    ("neg_zero", "negative_zero", 0, ""),
    ("neg_leading_zero", "int_leading_zero", 0, ""),
    ("trailing_bytes", "trailing_bytes", 3, ""),
    ("trailing_nul", "trailing_bytes", 3, ""),
    ("unterminated_dict", "unexpected_end", 1, ""),
    ("space_int", "expected_digit", 1, ""),
    ("str_header_17", "length_leading_zero", 0, ""),
    ("str_header_19", "length_leading_zero", 0, ""),
    ("uppercase_D", "expected_value", 0, ""),
    ("colon_only", "expected_value", 0, ""),
    ("nested_101", "too_deep", 100, DEEP),
    ("duplicate_nested", "duplicate_key", 11, "a.b"),
    ("dup_after_sorted", "duplicate_key", 13, "b"),
    ("negative_string_len", "expected_value", 1, "[0]"),
    ("leading_zero_key", "length_leading_zero", 1, ""),
    ("str_len_max", "string_too_long", 0, ""),
];

fn bytes(case: &Value) -> Vec<u8> {
    let hex = case["input_hex"].as_str().unwrap_or_default();
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap_or_default())
        .collect()
}

fn name_of(case: &Value) -> &str {
    case["name"].as_str().unwrap_or_default()
}

/// What libtorrent thinks of it: `None` if it refuses the input, or whether it has nothing against it.
fn verdict(case: &Value) -> Option<bool> {
    let measured = &case["measured"];
    (measured["result"] == "ok").then(|| measured["soft_error"].is_null())
}

fn check(case: &Value) {
    let (name, input) = (name_of(case), bytes(case));
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
    let warnings = match &lenient {
        Ok(document) => {
            check_value(case, document.root());
            let warnings = document.warnings().iter();
            warnings
                .map(|warning| (warning.irregularity.name(), warning.offset))
                .collect()
        }
        Err(_) => vec![],
    };
    let refused = REFUSED.iter().find(|(refused, ..)| *refused == name);
    let Some(&(_, kind, offset, path)) = refused else {
        assert!(strict.is_ok() && lenient.is_ok(), "{name}");
        assert_eq!(warnings, [], "{name}");
        let agrees = verdict(case) == Some(true) || REFUSED_BY_ITS_LIMITS.contains(&name);
        assert!(agrees, "{name}: libtorrent has something against it");
        return;
    };
    let Err(error) = strict else {
        panic!("{name}: strict decoding takes it")
    };
    let told = (error.kind().name(), error.offset(), error.path().as_str());
    assert_eq!(told, (kind, offset, path), "{name}");
    if let DecodeErrorKind::Irregular(_) = error.kind() {
        assert_eq!(warnings, [(kind, offset)], "{name}");
        let agrees = match verdict(case) {
            Some(is_fine) => is_fine == LET_PASS.contains(&name),
            None => REFUSED_BY_ITS_LIMITS.contains(&name),
        };
        assert!(agrees, "{name}: libtorrent thinks otherwise");
    } else {
        assert_eq!(lenient.map(|_| ()), Err(error), "{name}");
        assert_eq!(verdict(case), None, "{name}: libtorrent takes it");
    }
}

fn check_value(case: &Value, root: BencodeRef<'_, '_>) {
    if let Some(consumed) = case["measured"]["consumed"].as_u64() {
        assert_eq!(root.buffer().len() as u64, consumed, "{}", name_of(case));
    }
    if !case["value"].is_null() {
        assert!(agrees(root, &case["value"]), "{}: {root:?}", name_of(case));
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

/// Where each value of a list begins, or the bytes of each byte string, key or value.
fn check_offsets(case: &Value) {
    let input = case["input_text"].as_str().unwrap_or_default().as_bytes();
    let document = decode(input).unwrap_or_else(|error| panic!("{error}"));
    let place = |bytes: &[u8]| bytes.as_ptr().addr() - input.as_ptr().addr();
    let content = |value: BencodeRef<'_, '_>| value.bytes().map(place);
    let expect = |what: &str, ours: Vec<usize>| {
        if let Some(theirs) = case[what].as_array() {
            let theirs: Vec<_> = theirs.iter().filter_map(Value::as_u64).collect();
            assert!(
                ours.iter().map(|&at| at as u64).eq(theirs),
                "{what}: {ours:?}"
            );
        }
    };
    if let Some(list) = document.root().list() {
        expect(
            "item_offsets",
            list.iter().map(|value| value.offset()).collect(),
        );
        expect(
            "string_data_offsets",
            list.iter().filter_map(content).collect(),
        );
    }
    if let Some(dict) = document.root().dict() {
        expect(
            "key_data_offsets",
            dict.iter().map(|(key, _)| place(key)).collect(),
        );
        let values = dict.iter().filter_map(|(_, value)| content(value));
        expect("value_data_offsets", values.collect());
    }
}

/// `"1000000:" followed by 1000000 bytes`. (Inputs whose length is only claimed do not exist for us.)
fn check_long_string(case: &Value) {
    let text = case["input"].as_str().unwrap_or_default();
    let Some((header, rest)) = text.trim_start_matches('"').split_once('"') else {
        panic!("no input: {text}");
    };
    if rest.contains("claimed") {
        return;
    }
    let length: usize = header.trim_end_matches(':').parse().unwrap_or_default();
    // All but the header is never touched, so never given any memory.
    let mut input = vec![0; header.len() + length];
    input[..header.len()].copy_from_slice(header.as_bytes());
    let document = decode(&input).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(document.root().bytes().map(<[u8]>::len), Some(length));
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
