//! BEP 3, "bencoding": the one canonical encoding of whatever was read.

use bip_bencode::BDecodeOpt;

/// What `input` is written as.
fn check(input: &str, expect: &str) {
    let document = BDecodeOpt::lenient()
        .max_depth(200_000)
        .decode(input.as_bytes());
    let written = document.map(|document| document.root().to_canonical());
    assert_eq!(written.as_deref(), Ok(expect.as_bytes()));
}

#[test]
fn what_is_canonical_stays_as_it_is() {
    for input in [
        "i0e",
        "i-12e",
        "0:",
        "4:spam",
        "le",
        "de",
        "lli1eeled0:0:ee",
        "d0:i1e1:ad1:bl1:cee1:ci18446744073709551615ee",
    ] {
        check(input, input);
    }
}

#[test]
fn irregular_numbers_and_lengths_lose_what_is_too_much() {
    check("i-0e", "i0e");
    check("i-000e", "i0e");
    check("i007e", "i7e");
    check("i-007e", "i-7e");
    check(
        "i00100000000000000000000000000e",
        "i100000000000000000000000000e",
    );
    check("002:ab", "2:ab");
    check("d01:a00:e", "d1:a0:e");
}

#[test]
fn keys_are_sorted_as_bytes() {
    check("d1:bi1e1:ai2ee", "d1:ai2e1:bi1ee");
    check("d1:bi1e2:abi2e1:ai3ee", "d1:ai3e2:abi2e1:bi1ee");
    check("d1:ai1e0:i2ee", "d0:i2e1:ai1ee");
    check("d1:bi1e1:Bi2ee", "d1:Bi2e1:bi1ee");
}

#[test]
fn of_a_repeated_key_the_first_pair_stays() {
    check("d1:ai1e1:ai2ee", "d1:ai1ee");
    check("d1:bi1e1:ai2e1:bi3e1:ai4ee", "d1:ai2e1:bi1ee");
    check("d1:bd1:bi1e1:bi2ee1:bi3ee", "d1:bd1:bi1eee");
}

#[test]
fn unsorted_dictionaries_nest() {
    check(
        "d1:bd1:dld1:fi1e1:ei2eei9ee1:ci3ee1:ad1:hi4e1:gi5ee1:0lee",
        "d1:0le1:ad1:gi5e1:hi4ee1:bd1:ci3e1:dld1:ei2e1:fi1eei9eeee",
    );
}

#[test]
fn it_is_appended_and_any_node_has_its_own() {
    let document = BDecodeOpt::lenient()
        .decode(b"d1:bld1:yi01e1:x0:ee1:ai0ee")
        .unwrap();
    let list = document.root().dict().unwrap().list(b"b").unwrap();
    let mut out = b"before ".to_vec();
    list.value().write_canonical(&mut out);
    list.get(0).unwrap().write_canonical(&mut out);
    assert_eq!(out, b"before ld1:x0:1:yi1eeed1:x0:1:yi1ee");
}

#[test]
fn a_partial_value_is_closed() {
    let partial = BDecodeOpt::lenient().decode_partial(b"d1:bli1eli02e");
    let document = partial.value.unwrap();
    assert_eq!(document.root().to_canonical(), b"d1:bli1eli2eeee");
}

#[test]
fn a_hundred_thousand_containers_need_no_recursion() {
    let count = 100_000;
    check(
        &format!("{}{}", "l".repeat(count), "e".repeat(count)),
        &format!("{}{}", "l".repeat(count), "e".repeat(count)),
    );
    check(
        &format!("{}0:{}", "d1:bi1e1:a".repeat(count), "e".repeat(count)),
        &format!("{}0:{}", "d1:a".repeat(count), "1:bi1ee".repeat(count)),
    );
}
