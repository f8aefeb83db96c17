//! `bip dht node` where somebody watches: one line that changes in place, and with `--json` none.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use support::Network;

/// What the first Ctrl-C is answered with.
const STOPPING: &str = "bip: stopping; once more to leave at once";

/// Takes the line away that stands there.
const CLEAR: &str = "\r\u{1b}[2K";

/// A pseudo terminal: what is read from the first is what is shown on the second.
fn terminal() -> (File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: 200,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = std::ffi::OsStr::from_bytes(name.as_bytes());
    let slave = OpenOptions::new().read(true).write(true).open(name);
    (File::from(master), slave.unwrap())
}

/// A node whose errors and live line go to a terminal.
fn start(network: &Network, rest: &[&str]) -> (Child, File) {
    let (master, slave) = terminal();
    let bootstrap = network.bootstrap();
    let child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .args(["dht", "node", "--no-routers", "--bind", "127.0.0.1:0"])
        .args(["--bootstrap", &bootstrap])
        .args(rest)
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(slave)
        .spawn();
    (child.unwrap(), master)
}

/// What is shown until `wanted` is, or else until nobody shows anything any more.
fn shown(terminal: &mut File, wanted: Option<&str>) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    // The end of a terminal is an error.
    while let Ok(read @ 1..) = terminal.read(&mut bytes) {
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
        if wanted.is_some_and(|wanted| text.contains(wanted)) {
            break;
        }
    }
    text
}

#[track_caller]
fn interrupt(mut child: Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_state_of_a_node_is_one_line_that_changes_in_place() {
    let network = Network::start(4);
    let (child, mut terminal) = start(&network, &[]);
    let mut text = shown(&mut terminal, Some("ready: "));
    interrupt(child);
    text.push_str(&shown(&mut terminal, None));
    let (_, live) = text.split_once("listening on 127.0.0.1:").unwrap();
    let (_, live) = live.split_once('\n').unwrap();
    let (live, end) = live.split_once(STOPPING).unwrap();
    assert!(live.contains("answered "), "{text:?}");
    assert!(!live.contains('\n'), "no state leaves a line: {text:?}");
    assert!(live.ends_with(CLEAR), "the farewell replaces it: {text:?}");
    assert!(!end.contains("nodes"), "{text:?}");
}

#[test]
fn with_json_the_terminal_stays_empty_and_each_state_is_a_line() {
    let network = Network::start(4);
    let (mut child, mut terminal) = start(&network, &["--json"]);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let events =
        lines.map(|line| -> serde_json::Value { serde_json::from_str(&line.unwrap()).unwrap() });
    let mut states = events.filter(|event| event["event"] == "status");
    let ready = states.find(|event| event["state"] == "ready").unwrap();
    assert!(ready["nodes_v4"].as_u64().unwrap() > 0);
    interrupt(child);
    let text = shown(&mut terminal, None);
    assert_eq!(text.trim_start_matches(CLEAR), format!("{STOPPING}\r\n"));
}
