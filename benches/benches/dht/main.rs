//! A DHT of 500 nodes in one process, on real loopback sockets: ours and the rival's, one after the other, each in a
//! process of its own so that memory can be told apart.
//!
//! ```sh
//! cargo bench -p bip_benches --features rivals --bench dht
//! ```
//! Datagrams are counted by the system (Linux), so that whatever else uses UDP meanwhile is counted too; a network
//! namespace of its own keeps that out: `unshare -rn sh -c 'ip link set lo up; …'`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a program that measures time, and ends if it cannot"
)]

mod figures;
mod ours;
#[cfg(feature = "rivals")]
mod rival;

use std::process::Command;

use figures::Figures;

/// Nodes of each network.
const NODES: usize = 500;

/// Operations of each kind, each asked of another node.
const OPERATIONS: usize = 100;

/// Nodes that join in the end, one after the other.
const JOINS: usize = 10;

fn main() {
    // `cargo test --all-targets` starts benchmarks too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let contender =
        std::env::args().find_map(|arg| arg.strip_prefix("--contender=").map(str::to_owned));
    match contender.as_deref() {
        None => compare(),
        Some("ours") => ours::measure().print("bip_dht"),
        #[cfg(feature = "rivals")]
        Some(_) => rival::measure().print("mainline"),
        #[cfg(not(feature = "rivals"))]
        Some(_) => {}
    }
}

/// Before it is raced, the rival is shown to work with us.
#[cfg(feature = "rivals")]
fn meet() {
    bip_benches::meet_mainline();
    println!();
}

fn compare() {
    #[cfg(feature = "rivals")]
    meet();
    Figures::print_head();
    let rivals: &[&str] = if cfg!(feature = "rivals") {
        &["rival"]
    } else {
        &[]
    };
    let program = std::env::current_exe().unwrap();
    for contender in ["ours"].iter().chain(rivals) {
        let status = Command::new(&program)
            .args(["--bench", &format!("--contender={contender}")])
            .status()
            .unwrap();
        assert!(status.success(), "{contender} failed");
    }
}
