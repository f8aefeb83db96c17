use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Front;
use super::error::DhtError;
use super::news::{NodeEvent, Subscription};
use super::operation::Operation;
use crate::event::Status;
use crate::key::Key;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, LookupReport, Outcome, Sample, SwarmEstimate};

/// What an announce came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Announced {
    /// How many nodes keep it now; at least 1.
    pub stored: usize,
    /// How many different peers were found on the way.
    pub peers: usize,
    /// How it went.
    pub report: LookupReport,
}

/// What a put came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stored {
    /// Where the item is found.
    pub key: Key,
    /// How many nodes keep it now; at least 1.
    pub stored: usize,
    /// How it went.
    pub report: LookupReport,
}

/// A node's answer to a ping.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pong {
    /// Who answered, from the address that was asked.
    pub node: NodeInfo,
    /// How long the answer took.
    pub rtt: Duration,
}

impl Announced {
    pub(super) fn new(outcome: Outcome, report: LookupReport) -> Announced {
        let (stored, peers) = match outcome {
            Outcome::Announced { stored, peers } => (stored, peers),
            _ => (0, 0),
        };
        Announced {
            stored,
            peers,
            report,
        }
    }
}

impl Stored {
    /// An operation ends with its own outcome or with an error; the other arm is never taken, as those of its like.
    pub(super) fn new(outcome: Outcome, report: LookupReport) -> Stored {
        let (key, stored) = match outcome {
            Outcome::Stored { target, stored } => (target, stored),
            _ => (Key::new([0; 20]), 0),
        };
        Stored {
            key,
            stored,
            report,
        }
    }
}

/// Waits until the node is ready, and tells how many nodes it knows that answered.
pub(crate) async fn ready(front: &Arc<Front>) -> Result<usize, DhtError> {
    let news = Subscription::in_passing(front);
    let status = {
        let desk = front.lock();
        desk.check_open()?;
        desk.core.status()
    };
    if let Status::Ready { nodes } = status {
        return Ok(nodes);
    }
    loop {
        match poll_fn(|context| news.poll_next(context)).await {
            Some(NodeEvent::Status(Status::Ready { nodes })) => return Ok(nodes),
            Some(_) => {}
            None => return Err(DhtError::Closed),
        }
    }
}

pub(crate) async fn announce(
    front: &Arc<Front>,
    key: Key,
    port: AnnouncePort,
) -> Result<Announced, DhtError> {
    let operation = Operation::begin(front, |core, now| core.announce(now, key, port))?;
    let (outcome, report) = operation.end().await?;
    Ok(Announced::new(outcome, report))
}

pub(crate) async fn put(front: &Arc<Front>, value: &[u8]) -> Result<Stored, DhtError> {
    let operation = Operation::begin(front, |core, now| core.put_immutable(now, value))?;
    let (outcome, report) = operation.end().await?;
    Ok(Stored::new(outcome, report))
}

pub(crate) async fn get(front: &Arc<Front>, key: Key) -> Result<Vec<u8>, DhtError> {
    let operation = Operation::begin(front, |core, now| core.get_immutable(now, key))?;
    match operation.end().await? {
        (Outcome::Immutable { value }, _) => Ok(value),
        _ => Err(DhtError::Closed),
    }
}

pub(crate) async fn scrape(front: &Arc<Front>, key: Key) -> Result<SwarmEstimate, DhtError> {
    let operation = Operation::begin(front, |core, now| core.scrape(now, key))?;
    match operation.end().await? {
        (Outcome::Scraped(estimate), _) => Ok(estimate),
        _ => Err(DhtError::Closed),
    }
}

pub(crate) async fn sample(
    front: &Arc<Front>,
    node: SocketAddr,
    key: Key,
) -> Result<Sample, DhtError> {
    let operation = Operation::begin(front, |core, now| core.sample(now, node, key))?;
    match operation.end().await? {
        (Outcome::Sampled(sample), _) => Ok(sample),
        _ => Err(DhtError::Closed),
    }
}

pub(crate) async fn ping(front: &Arc<Front>, node: SocketAddr) -> Result<Pong, DhtError> {
    let operation = Operation::begin(front, |core, now| core.ping(now, node))?;
    match operation.end().await? {
        (Outcome::Pong { node, rtt }, _) => Ok(Pong { node, rtt }),
        _ => Err(DhtError::Closed),
    }
}

pub(crate) async fn find_node(front: &Arc<Front>, id: NodeId) -> Result<Vec<NodeInfo>, DhtError> {
    let operation = Operation::begin(front, |core, now| core.find_node(now, id))?;
    match operation.end().await? {
        (Outcome::Nodes { nodes }, _) => Ok(nodes),
        _ => Err(DhtError::Closed),
    }
}
