use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::address::is_local;
use crate::config::Role;
use crate::limits::{PROBE_PAUSE, PROBE_TIME, REACH_FILTER_BITS};

/// Whether strangers reach us, and with it whether we answer them (BEP 43).
///
/// Who says that it is read-only is put into nobody's table, and so no stranger ever tries. Therefore a node in doubt
/// now and then does not say so for a while, answers, and waits for a query from where it has sent nothing.
///
/// ```text
///  Hidden ──pause over──> Probing ──query of a stranger──> Server
///     ^                      │
///     └─────time is over─────┘          (query from a local network: Server at once)
/// ```
#[derive(Debug)]
pub(super) struct Reach {
    state: State,
}

#[derive(Debug)]
enum State {
    Server,
    ReadOnly,
    Hidden(Probes),
    Probing(Probes),
}

#[derive(Debug)]
struct Probes {
    /// When the state ends; `None` before anybody was asked.
    until: Option<Instant>,
    pause: Duration,
    contacted: Box<Contacted>,
}

/// To whom we have sent something lately: two Bloom filters of one bit an address, the older of which is dropped now and
/// then. Whoever is taken for known by mistake only makes the node wait for another.
#[derive(Debug)]
struct Contacted {
    recent: [u64; REACH_FILTER_BITS / 64],
    older: [u64; REACH_FILTER_BITS / 64],
}

impl Reach {
    pub(super) fn new(role: Role) -> Reach {
        let state = match role {
            Role::Server => State::Server,
            Role::ReadOnly => State::ReadOnly,
            Role::Auto => State::Hidden(Probes {
                until: None,
                pause: PROBE_PAUSE,
                contacted: Box::new(Contacted {
                    recent: [0; REACH_FILTER_BITS / 64],
                    older: [0; REACH_FILTER_BITS / 64],
                }),
            }),
        };
        Reach { state }
    }

    pub(super) fn is_server(&self) -> bool {
        matches!(self.state, State::Server)
    }

    /// Whether queries are answered now, for good or to see whether any come.
    pub(super) fn admits_queries(&self) -> bool {
        matches!(self.state, State::Server | State::Probing(_))
    }

    /// Notes that something is sent to this address.
    pub(super) fn contacted(&mut self, now: Instant, ip: IpAddr) {
        if let State::Hidden(probes) | State::Probing(probes) = &mut self.state {
            probes.contacted.insert(ip);
            probes.until.get_or_insert(now + PROBE_TIME);
        }
    }

    /// Notes a query from this address. Whether it made us a server.
    pub(super) fn queried(&mut self, ip: IpAddr) -> bool {
        let proves = match &self.state {
            State::Hidden(_) if is_local(ip) => true,
            State::Hidden(probes) | State::Probing(probes) => {
                is_local(ip) || !probes.contacted.has(ip)
            }
            State::Server | State::ReadOnly => false,
        };
        if proves {
            self.state = State::Server;
        }
        proves
    }

    pub(super) fn due(&self) -> Option<Instant> {
        match &self.state {
            State::Hidden(probes) | State::Probing(probes) => probes.until,
            State::Server | State::ReadOnly => None,
        }
    }

    /// Begins or ends a probe that is due. The pauses grow, since who was not reached three times will not be soon.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.due().is_none_or(|due| due > now) {
            return;
        }
        let state = std::mem::replace(&mut self.state, State::ReadOnly);
        self.state = match state {
            State::Hidden(mut probes) => {
                probes.until = Some(now + PROBE_TIME);
                probes.contacted.age();
                State::Probing(probes)
            }
            State::Probing(mut probes) => {
                probes.until = Some(now + probes.pause);
                probes.pause = (probes.pause * 2).min(PROBE_PAUSE * 16);
                probes.contacted.age();
                State::Hidden(probes)
            }
            settled => settled,
        };
    }
}

impl Contacted {
    fn insert(&mut self, ip: IpAddr) {
        let (word, bit) = place(ip);
        self.recent[word] |= bit;
    }

    fn has(&self, ip: IpAddr) -> bool {
        let (word, bit) = place(ip);
        (self.recent[word] | self.older[word]) & bit != 0
    }

    fn age(&mut self) {
        self.older = std::mem::replace(&mut self.recent, [0; REACH_FILTER_BITS / 64]);
    }
}

/// Where an address stands in the filter. Who finds another at the same place gains nothing.
fn place(ip: IpAddr) -> (usize, u64) {
    let bits = match ip.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => (v6.to_bits() >> 64) as u64,
    };
    let mixed = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let bit = mixed as usize % REACH_FILTER_BITS;
    (bit / 64, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        [203, 0, 113, last].into()
    }

    #[expect(clippy::disallowed_methods, reason = "any moment will do")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_query_from_where_nothing_was_sent_makes_a_server() {
        let now = start();
        let mut reach = Reach::new(Role::Auto);
        reach.contacted(now, ip(1));
        assert!(!reach.queried(ip(1)));
        assert!(!reach.is_server());
        assert!(reach.queried(ip(2)));
        assert!(reach.is_server() && reach.admits_queries());
        assert!(!reach.queried(ip(3)), "told once");
    }

    #[test]
    fn a_local_query_makes_a_server_at_once() {
        let mut reach = Reach::new(Role::Auto);
        reach.contacted(start(), [127, 0, 0, 1].into());
        assert!(reach.queried([127, 0, 0, 1].into()));
    }

    #[test]
    fn a_node_in_doubt_probes_and_hides_again() {
        let mut now = start();
        let mut reach = Reach::new(Role::Auto);
        assert_eq!(reach.due(), None);
        reach.contacted(now, ip(1));
        for pause in [1, 2, 4, 8, 16, 16] {
            assert!(!reach.admits_queries());
            now = reach.due().unwrap();
            reach.advance(now);
            assert!(reach.admits_queries() && !reach.is_server());
            assert_eq!(reach.due(), Some(now + PROBE_TIME));
            now += PROBE_TIME;
            reach.advance(now);
            assert_eq!(reach.due(), Some(now + PROBE_PAUSE * pause));
        }
    }

    #[test]
    fn who_is_read_only_stays_so() {
        let mut reach = Reach::new(Role::ReadOnly);
        assert!(!reach.queried(ip(1)) && !reach.queried([10, 0, 0, 1].into()));
        assert!(!reach.admits_queries() && reach.due().is_none());
    }
}
