//! Where everybody stands: the network that is set aside for measurements (RFC 2544), 131,072 addresses that belong to this
//! host alone, in a network namespace in which there is nobody else.

use std::env;
use std::io;
use std::net::Ipv4Addr;
use std::process::Command;

/// Makes the loopback interface answer to the whole network.
const SET_UP: &str =
    r#"ip link set lo up && ip address add 198.18.0.1/15 dev lo && exec "$0" "$@""#;

/// Where the node is that is attacked.
pub(crate) const TARGET: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);

/// Where its neighbours are, each in a network of its own.
pub(crate) fn neighbour(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 19, number, 1)
}

/// How many networks there are that somebody looks on from.
pub(crate) const ONLOOKERS: u8 = 200;

/// A host in one of the first networks, from which attacks come.
pub(crate) fn attacker(network: u8, host: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 18, 1 + network, host)
}

/// One in a network of its own that no attack comes from, below [`ONLOOKERS`].
pub(crate) fn onlooker(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 18, 50 + number, 1)
}

/// Starts this program again in there, and waits for it.
pub(crate) fn enter(inside: &str, arguments: &[&str]) -> io::Result<()> {
    let status = Command::new("unshare")
        .args(["-rn", "sh", "-c", SET_UP])
        .arg(env::current_exe()?)
        .arg(inside)
        .args(arguments)
        .status()?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "in a network namespace: {status}"
    )))
}
