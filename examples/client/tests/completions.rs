//! `bip completions`: a script for each shell that knows the commands.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use support::bip;

#[test]
fn every_shell_gets_the_commands_and_their_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = bip(Path::new("."), &["completions", shell]).text();
        for word in [
            "create",
            "edit",
            "piece-length",
            "change-info-hash",
            "completions",
        ] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(bip(Path::new("."), &["completions", "csh"]).code, 2);
}
