use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::course::MAX_INBOX;
use super::{Link, Network};

const SECOND: Duration = Duration::from_secs(1);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Sends datagrams between two sockets and echoes them, and returns the hash of what happened.
fn echo(seed: u64, link: Link) -> (u64, Network) {
    let mut network = Network::new(seed);
    network.set_link(link);
    let here = network.add_socket(ip("9.9.9.9"));
    let there = network.add_socket(ip("8.8.8.8"));
    for number in 0..100u8 {
        let from = SocketAddr::new(ip("9.9.9.9"), 1000);
        let to = SocketAddr::new(ip("8.8.8.8"), 2000 + u16::from(number));
        network.send(from, to, &[number; 20]);
        network.run_for(SECOND);
        while let Some((sender, bytes)) = network.receive(there) {
            assert_eq!((sender, bytes.as_slice()), (from, [number; 20].as_slice()));
            network.send(to, from, &bytes);
        }
    }
    network.run_for(SECOND);
    while network.receive(here).is_some() {}
    (network.log_hash(), network)
}

#[test]
fn the_same_seed_has_the_same_course_and_another_seed_another() {
    let link = Link::default().loss(0.2).duplication(0.1);
    assert_eq!(echo(7, link).0, echo(7, link).0);
    assert_ne!(echo(7, link).0, echo(8, link).0);
}

#[test]
fn without_loss_everything_arrives_once() {
    let (_, network) = echo(1, Link::default());
    let stats = network.stats();
    assert_eq!((stats.sent, stats.delivered, stats.lost), (200, 200, 0));
    assert_eq!(network.elapsed(), 101 * SECOND);
}

#[test]
fn what_is_too_long_or_goes_nowhere_is_counted() {
    let mut network = Network::new(3);
    network.add_socket(ip("9.9.9.9"));
    let from = SocketAddr::new(ip("8.8.8.8"), 1);
    network.send(from, SocketAddr::new(ip("9.9.9.9"), 1), &[0; 1473]);
    network.send(from, SocketAddr::new(ip("9.9.9.8"), 1), &[0; 1472]);
    network.run_for(SECOND);
    let stats = network.stats();
    assert_eq!(
        (stats.too_long, stats.unreachable, stats.delivered),
        (1, 1, 0)
    );
}

#[test]
fn an_inbox_that_nobody_reads_keeps_the_newest() {
    let mut network = Network::new(3);
    network.set_link(Link::default().jitter(0.0));
    let socket = network.add_socket(ip("9.9.9.9"));
    let [from, to] = ["8.8.8.8", "9.9.9.9"].map(|text| SocketAddr::new(ip(text), 1));
    for number in 0..=MAX_INBOX {
        network.send(from, to, &number.to_be_bytes());
    }
    network.run_for(SECOND);
    let received: Vec<_> = std::iter::from_fn(|| network.receive(socket)).collect();
    assert_eq!(received.len(), MAX_INBOX);
    assert_eq!(received[0].1, 1usize.to_be_bytes());
}
