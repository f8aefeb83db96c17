use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::network::{HostId, Network};
use crate::{BeginError, DhtCore, DhtEvent, LookupReport, OperationError, OperationId, Outcome};

/// How an operation of one node went.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finished {
    /// The peers that were found, in the order in which they came.
    pub peers: Vec<SocketAddr>,
    /// When the first of them came, since the network began.
    pub first_peer_at: Option<Duration>,
    /// What the operation brought.
    pub result: Result<Outcome, OperationError>,
    /// How it went.
    pub report: LookupReport,
}

/// No operation takes longer: even one whose every query is lost ends by its timeouts.
const LONGEST_OPERATION: Duration = Duration::from_secs(600);

impl Network {
    /// Lets a node begin an operation, and runs on until it has ended, as [`finish`](Self::finish) does. `None` also if
    /// there is no such node now, or it cannot begin.
    pub fn perform(
        &mut self,
        node: HostId,
        begin: impl FnOnce(&mut DhtCore, Instant) -> Result<OperationId, BeginError>,
    ) -> Option<Finished> {
        let operation = self.drive(node, begin)?.ok()?;
        self.finish(node, operation)
    }

    /// Runs on until this operation has ended. What nodes tell of anything else meanwhile is forgotten. `None` if it does
    /// not end within ten minutes of virtual time: because there is no such operation, it was cancelled, or the node went.
    pub fn finish(&mut self, node: HostId, operation: OperationId) -> Option<Finished> {
        let deadline = self.elapsed() + LONGEST_OPERATION;
        let (mut found, mut first_peer_at) = (Vec::new(), None);
        while let Some(told) = self.next_event(deadline) {
            match told.event {
                DhtEvent::Peers { id, peers } if told.node == node && id == operation => {
                    first_peer_at = first_peer_at.or(Some(told.at));
                    found.extend(peers);
                }
                DhtEvent::Ended { id, result, report } if told.node == node && id == operation => {
                    return Some(Finished {
                        peers: found,
                        first_peer_at,
                        result,
                        report,
                    });
                }
                _ => {}
            }
        }
        None
    }
}
