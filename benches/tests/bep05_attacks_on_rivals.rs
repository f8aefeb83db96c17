//! The attacks of `bip_dht/tests/bep05_attacks.rs` on real sockets: none succeeds against a node of ours, and those that our
//! documentation says succeed against a node of the crate mainline do (BEP 5, BEP 44). Linux, where `unshare -rn` is allowed.
//! `cargo test -p bip_benches --features rivals --test bep05_attacks_on_rivals`
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// The attacks, in the order of the table.
const ATTACKS: [&str; 9] = [
    "token stolen from another address",
    "token forged out of three others",
    "token of one key used at another",
    "98 peers of one address at one key",
    "peer at port 0",
    "20,000 find_node from one address",
    "1,000 get of an item, from one address",
    "malformed datagrams",
    "item put at the key of another owner",
];

#[test]
fn ours_withstands_every_attack() {
    check(
        "bip_dht",
        [
            "withstood: error 203",
            "withstood: error 203",
            "withstood: error 203",
            "withstood: 4 of 98",
            "withstood: error 203",
            "withstood: ",
            "withstood: ",
            "withstood: alive after 30",
            "withstood: error 203",
        ],
    );
}

#[test]
fn mainline_8_takes_forged_and_replayed_tokens_port_0_and_all_peers_of_one_address_and_answers_floods()
 {
    check(
        "mainline 8",
        [
            "withstood: error 203",
            "**succeeds**: accepted",
            "**succeeds**: accepted",
            "**succeeds**: 98 of 98",
            "**succeeds**: accepted",
            "**succeeds**: ",
            "**succeeds**: ",
            "withstood: alive after 30",
            "withstood: error 206",
        ],
    );
}

#[test]
fn mainline_5_besides_dies_of_one_datagram_and_takes_items_for_keys_of_others() {
    check(
        "mainline 5",
        [
            "withstood: error 203",
            "**succeeds**: accepted",
            "**succeeds**: accepted",
            "**succeeds**: 98 of 98",
            "**succeeds**: accepted",
            "**succeeds**: ",
            "**succeeds**: ",
            "**succeeds**: no answer any more after a put with nothing but a key",
            "**succeeds**: accepted",
        ],
    );
}

/// What comes of each attack begins like this.
fn check(target: &str, beginnings: [&str; ATTACKS.len()]) {
    let program = env!("CARGO_BIN_EXE_bip_benches_attacks");
    let output = Command::new(program).arg(target).output().unwrap();
    let (table, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    println!("{table}");
    assert!(output.status.success(), "{errors}");
    let rows: Vec<&str> = table.lines().skip(2).collect();
    assert_eq!(rows.len(), ATTACKS.len(), "attacks");
    for ((row, attack), beginning) in rows.iter().zip(ATTACKS).zip(beginnings) {
        let expected = format!("| {attack} | {beginning}");
        assert!(row.starts_with(&expected), "{target}: {row}");
    }
}
