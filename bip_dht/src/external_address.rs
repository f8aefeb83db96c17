use std::net::IpAddr;
use std::time::Instant;

use crate::address::{is_local, network};
use crate::limits::{ADDRESS_QUORUM, ADDRESS_REST, ADDRESS_VOTES};

/// The address under which others see us, in one family, by votes: each network (/24 or /48) that answered a query of
/// ours has one, the latest.
///
/// An address is believed with at least 4 votes, and twice as many as any other, the one believed before included. So
/// one network decides nothing, votes that are scattered or stand half against half change nothing, and a new address
/// is taken over as soon as the old one's votes are outnumbered. It changes at most once an hour, because our id, and
/// with it our place in the key space, follows it (BEP 42).
#[derive(Debug, Default)]
pub(crate) struct AddressVotes {
    /// The oldest first.
    votes: Vec<Vote>,
    believed: Option<IpAddr>,
    changed: Option<Instant>,
    /// It is known for certain, so that nobody has a vote.
    is_given: bool,
}

#[derive(Clone, Copy, Debug)]
struct Vote {
    network: u64,
    address: IpAddr,
}

impl AddressVotes {
    pub(crate) const fn new() -> AddressVotes {
        AddressVotes {
            votes: Vec::new(),
            believed: None,
            changed: None,
            is_given: false,
        }
    }

    /// An address that is known without asking anybody.
    pub(crate) const fn given(address: IpAddr) -> AddressVotes {
        AddressVotes {
            votes: Vec::new(),
            believed: Some(address),
            changed: None,
            is_given: true,
        }
    }

    /// What is believed now.
    pub(crate) fn believed(&self) -> Option<IpAddr> {
        self.believed
    }

    /// Counts what an answer says (BEP 42, "Bootstrapping", the key `ip`); only for answers that match a query of ours.
    /// Returns the address if it is believed from now on and was not before. Local addresses neither vote nor win.
    pub(crate) fn vote(&mut self, now: Instant, voter: IpAddr, address: IpAddr) -> Option<IpAddr> {
        let (voter, address) = (voter.to_canonical(), address.to_canonical());
        let is_one_host = !address.is_unspecified() && !address.is_multicast();
        if self.is_given
            || is_local(voter)
            || is_local(address)
            || !is_one_host
            || voter.is_ipv4() != address.is_ipv4()
        {
            return None;
        }
        let network = network(voter, 24, 48);
        self.votes.retain(|vote| vote.network != network);
        if self.votes.len() >= ADDRESS_VOTES {
            self.votes.remove(0);
        }
        if self.votes.len() == self.votes.capacity() {
            self.votes
                .reserve_exact(8.min(ADDRESS_VOTES - self.votes.len()));
        }
        self.votes.push(Vote { network, address });
        let rested = self
            .changed
            .is_none_or(|changed| now.saturating_duration_since(changed) >= ADDRESS_REST);
        // Only the address just voted for can have gained, but others may have lost the vote that held them back.
        let winner = self.winner()?;
        if !rested || self.believed == Some(winner) {
            return None;
        }
        (self.believed, self.changed) = (Some(winner), Some(now));
        self.believed
    }

    fn winner(&self) -> Option<IpAddr> {
        let first = self
            .votes
            .iter()
            .max_by_key(|vote| self.count(vote.address))?
            .address;
        let count = self.count(first);
        let others = self.votes.iter().filter(|vote| vote.address != first);
        let second = others
            .map(|vote| self.count(vote.address))
            .max()
            .unwrap_or(0);
        (count >= ADDRESS_QUORUM && count >= 2 * second).then_some(first)
    }

    fn count(&self, address: IpAddr) -> usize {
        self.votes
            .iter()
            .filter(|vote| vote.address == address)
            .count()
    }

    /// The heap and the votes themselves, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of::<AddressVotes>() + self.votes.capacity() * size_of::<Vote>()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn start() -> Instant {
        #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
        Instant::now()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// A voter of its own network for each number.
    fn voter(number: u32) -> IpAddr {
        IpAddr::from((0x0b00_0001 + (number << 8)).to_be_bytes())
    }

    fn own() -> IpAddr {
        ip("192.0.2.1")
    }

    fn other() -> IpAddr {
        ip("198.51.100.7")
    }

    fn elect(address: &mut AddressVotes, now: Instant, votes: u32, claim: IpAddr) {
        for number in 0..votes {
            address.vote(now, voter(number), claim);
        }
    }

    fn random(rng: &mut StdRng) -> IpAddr {
        IpAddr::from([203, rng.random(), rng.random(), rng.random()])
    }

    #[test]
    fn four_networks_decide_and_three_do_not() {
        let now = start();
        let mut address = AddressVotes::new();
        for number in 0..3 {
            assert_eq!(address.vote(now, voter(number), own()), None);
        }
        assert_eq!(address.vote(now, voter(3), own()), Some(own()));
        assert_eq!(address.vote(now, voter(4), own()), None);
        assert_eq!(address.believed(), Some(own()));
    }

    #[test]
    fn one_network_never_wins() {
        let now = start();
        for prefix in ["203.0.113.", "2001:db8:5:"] {
            let mut address = AddressVotes::new();
            for number in 0..200 {
                let (voter, claim) = match prefix {
                    "203.0.113." => (format!("203.0.113.{number}"), own()),
                    _ => (format!("2001:db8:5:{number}::1"), ip("2001:db8::1")),
                };
                assert_eq!(address.vote(now + HOUR * number, ip(&voter), claim), None);
            }
            assert_eq!(address.votes.len(), 1);
        }
    }

    #[test]
    fn votes_for_a_different_address_each_change_nothing() {
        let now = start();
        let mut rng = StdRng::seed_from_u64(1);
        let mut address = AddressVotes::new();
        elect(&mut address, now, 4, own());
        for number in 0..1000 {
            let claim = random(&mut rng);
            assert_eq!(
                address.vote(now + HOUR * number, voter(number + 4), claim),
                None
            );
        }
        assert_eq!(address.believed(), Some(own()));
    }

    #[test]
    fn two_addresses_with_as_many_votes_never_flap() {
        let now = start();
        let mut rng = StdRng::seed_from_u64(2);
        let mut address = AddressVotes::new();
        elect(&mut address, now, 6, own());
        for round in 0..1000 {
            for (number, claim) in [(0, own()), (1, other()), (2, random(&mut rng))] {
                let changed =
                    address.vote(now + HOUR * round, voter(6 + round * 3 + number), claim);
                assert_eq!(changed, None, "round {round}");
            }
        }
    }

    #[test]
    fn half_of_the_votes_against_none_win_and_stay() {
        let now = start();
        let mut rng = StdRng::seed_from_u64(3);
        let mut address = AddressVotes::new();
        elect(&mut address, now, 40, other());
        let mut changes = Vec::new();
        for round in 0..530 {
            for (number, claim) in [own(), random(&mut rng), own(), random(&mut rng)]
                .into_iter()
                .enumerate()
            {
                let voter = voter(40 + round * 4 + number as u32);
                changes.extend(
                    address
                        .vote(now + HOUR + HOUR * round, voter, claim)
                        .map(|_| round),
                );
            }
        }
        assert_eq!(changes.len(), 1);
        assert!(changes[0] < 30);
        assert_eq!(address.believed(), Some(own()));
    }

    #[test]
    fn many_networks_beat_as_many_votes_of_one() {
        let now = start();
        let mut rng = StdRng::seed_from_u64(4);
        for repeats in [true, false] {
            let mut address = AddressVotes::new();
            for number in 0..50 {
                let claim = if repeats { other() } else { random(&mut rng) };
                address.vote(now, ip("203.0.113.1"), claim);
                address.vote(now, voter(number), own());
            }
            assert_eq!(address.believed(), Some(own()));
        }
    }

    #[test]
    fn it_changes_once_an_hour_at_most() {
        let now = start();
        let mut address = AddressVotes::new();
        let mut tell = |at: Instant, from: u32, claim| {
            let told =
                (from..from + 40).filter_map(|number| address.vote(at, voter(number), claim));
            told.last()
        };
        assert_eq!(tell(now, 0, own()), Some(own()));
        assert_eq!(
            tell(now + HOUR - Duration::from_nanos(1), 100, other()),
            None
        );
        assert_eq!(tell(now + HOUR, 200, other()), Some(other()));
    }

    #[test]
    fn local_and_impossible_addresses_have_no_say_and_are_never_believed() {
        let now = start();
        let mut address = AddressVotes::new();
        for number in 0..50u8 {
            address.vote(now, IpAddr::from([10, 0, number, 1]), own());
            for claim in [
                "127.0.0.1",
                "10.0.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "2001:db8::1",
            ] {
                address.vote(now, voter(number.into()), ip(claim));
            }
        }
        assert_eq!((address.believed(), address.votes.len()), (None, 0));
    }

    #[test]
    fn no_more_votes_are_kept_than_the_limit() {
        let now = start();
        let mut address = AddressVotes::new();
        for number in 0..=ADDRESS_VOTES as u32 {
            address.vote(now, voter(number), own());
            assert_eq!(address.votes.len(), ADDRESS_VOTES.min(number as usize + 1));
        }
        assert!(address.size_in_bytes() <= 1200);
    }
}
