//! The attacks of `bip_dht/tests/bep05_attacks.rs` on real nodes and real sockets: the same attacker against a node of ours
//! and against those of the crate mainline, each attack in a process of its own, on a node that nobody has asked anything
//! yet. Prints a Markdown table of what came of it.
//!
//! ```sh
//! cargo run --release -p bip_benches --features rivals --bin bip_benches_attacks
//! ```
//! What one host may do here is not what one host may do at a node's own loopback addresses, where a whole test network has
//! but one: so the addresses are public ones, on the loopback interface of a network namespace (Linux, `unshare`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "ends loudly if an attack cannot even be tried"
)]

mod attack;
mod attacker;
mod crowd;
mod ground;
mod outcome;
mod scene;
mod target;

use std::env;
use std::io;
use std::process::ExitCode;

use bip_benches::{Ended, run_cell};

use self::attack::Attack;
use self::scene::Scene;
use self::target::Target;

/// What the program is called with once it stands on its ground.
const INSIDE: &str = "--inside";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match *arguments {
        [] | [_] if arguments != [INSIDE] => ground::enter(INSIDE, &arguments),
        [INSIDE] => print_table(&target::all()),
        [INSIDE, target] => find(target).and_then(|target| print_table(&[target])),
        [INSIDE, target, attack] => one_cell(target, attack),
        _ => Err(io::Error::other("usage: bip_benches_attacks [TARGET]")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bip_benches_attacks: {error}");
            ExitCode::from(2)
        }
    }
}

fn find(name: &str) -> io::Result<Target> {
    let known = target::all().into_iter().find(|one| one.name == name);
    known.ok_or_else(|| io::Error::other(format!("no such target: {name}")))
}

fn one_cell(target: &str, attack: &str) -> io::Result<()> {
    let known = attack::all().into_iter().find(|one| one.name == attack);
    let attack = known.ok_or_else(|| io::Error::other("no such attack"))?;
    let scene = Scene::set(&find(target)?);
    println!("{}", (attack.run)(&scene));
    Ok(())
}

fn print_table(targets: &[Target]) -> io::Result<()> {
    let names: String = targets
        .iter()
        .map(|one| format!(" {} |", one.name))
        .collect();
    println!("| attack |{names}");
    println!("|---|{}", "---|".repeat(targets.len()));
    for attack in attack::all() {
        let cells: io::Result<Vec<String>> = (targets.iter())
            .map(|target| cell(target, &attack))
            .collect();
        println!("| {} | {} |", attack.name, cells?.join(" | "));
    }
    Ok(())
}

/// What a process of its own says.
fn cell(target: &Target, attack: &Attack) -> io::Result<String> {
    match run_cell(&[INSIDE, target.name, attack.name])? {
        Ended::Told(line) => Ok(line.trim_end().to_owned()),
        Ended::Aborted => Ok("**succeeds**: the process is aborted".to_owned()),
        ended => Err(io::Error::other(format!(
            "{} on {}: {ended:?}",
            attack.name, target.name
        ))),
    }
}
