//! What the documents name has to exist.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn each_test_named_in_the_table_of_beps_exists() {
    let table = fs::read_to_string(root().join("docs/BEPS.md")).expect("docs/BEPS.md is there");
    let named: Vec<&str> = table
        .split('`')
        .filter(|word| word.contains(".rs"))
        .collect();
    assert!(named.len() > 40, "the table is read as it is written");
    for name in named {
        let (file, function) = name.split_once("::").unwrap_or((name, ""));
        let source = fs::read_to_string(root().join(file));
        let source = source.unwrap_or_else(|error| panic!("docs/BEPS.md names {file}: {error}"));
        assert!(
            function.is_empty() || source.contains(&format!("fn {function}()")),
            "docs/BEPS.md names {name}, which is not there"
        );
    }
}

#[test]
fn the_program_in_the_readme_is_the_example() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md is there");
    let example = fs::read_to_string(root().join("examples/show_torrent.rs")).expect("the example");
    let program = readme
        .split("```rust\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let program = program.expect("README.md has a program");
    let code = &example[example.find("use ").expect("the example uses something")..];
    assert_eq!(program, code);
}
