//! Where the vectors are, if they are.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;

use serde_json::Value;

/// The folder beside the checkout that has `what`, or `None` with a word about what is not read.
pub fn vectors(what: &str) -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    if folder.join(what).exists() {
        return Some(folder);
    }
    // Not a printing macro: what those say is kept from view where a test passes.
    let told = "\nnot read, since it is not there: shared/vectors beside the checkout\n";
    TOLD.call_once(|| std::io::stderr().write_all(told.as_bytes()).unwrap());
    None
}

pub fn read_json(what: &str) -> Option<(PathBuf, Value)> {
    let folder = vectors(what)?;
    let text = std::fs::read_to_string(folder.join(what)).unwrap();
    Some((folder, serde_json::from_str(&text).unwrap()))
}

pub fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

pub fn bytes_of(digits: &Value) -> Vec<u8> {
    hex(digits.as_str().unwrap())
}

/// The lists of which the crate's page says where ours differ.
const FACTS: [&str; 5] = [
    "info_hash.json",
    "magnet.json",
    "merkle.json",
    "paths.json",
    "torrents.json",
];

/// Where ours differ from what a list says: an input, theirs, ours.
#[derive(Default)]
pub struct Deviations(BTreeSet<[String; 3]>);

impl Deviations {
    /// Nothing where they are the same.
    pub fn compare(&mut self, input: &str, theirs: &str, ours: &str) {
        if theirs != ours {
            self.0.insert([shown(input), shown(theirs), shown(ours)]);
        }
    }

    /// Panics unless they are those that the crate's page lists, each with a reason: no more, and no less.
    pub fn assert_listed(&self, facts: &str) {
        let listed = listed(facts);
        let row = |row: &[String; 3]| format!("| `{facts}` | `{}` |", row.join("` | `"));
        let missing: Vec<_> = self.0.difference(&listed).map(row).collect();
        let surplus: Vec<_> = listed.difference(&self.0).map(row).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "not in README.md:\n{}\nin README.md, but not so:\n{}",
            missing.join("\n"),
            surplus.join("\n")
        );
    }
}

/// The rows of the table in the crate's page.
fn listed(facts: &str) -> BTreeSet<[String; 3]> {
    let page = include_str!("../../README.md");
    let (_, table) = page.split_once("<!-- deviations: begin -->").unwrap();
    let (table, _) = table.split_once("<!-- deviations: end -->").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|line| {
        let cells = line.trim_matches('|').split(" | ");
        let cells: Vec<_> = cells.map(|cell| cell.trim().trim_matches('`')).collect();
        let [facts, input, theirs, ours, why] = cells[..] else {
            panic!("not five cells: {line}");
        };
        assert!(FACTS.contains(&facts) && !why.is_empty(), "{line}");
        (facts, [input, theirs, ours].map(str::to_owned))
    });
    rows.filter(|(of, _)| *of == facts)
        .map(|(_, row)| row)
        .collect()
}

/// Without what would not fit into a table: of long text, both ends.
fn shown(text: &str) -> String {
    const ENDS: usize = 24;
    let text = text.replace("cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "cd…");
    let count = text.chars().count();
    if count == 0 {
        return "nothing".to_owned();
    }
    if count <= 100 {
        return text;
    }
    let begin: String = text.chars().take(ENDS).collect();
    let end: String = text.chars().skip(count - ENDS).collect();
    format!("{begin}…{end} ({} bytes)", text.len())
}
