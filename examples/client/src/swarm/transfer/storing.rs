use std::net::SocketAddr;

use bip_disk::DiskEvent;
use bip_peer::{PeerCommand, PeerKey};
use bip_select::Verdict;

use super::Transfer;
use crate::event::Event;
use crate::output::Output;
use crate::swarm::error::SwarmError;

/// So many failed writes in a row end the transfer: the disk is full or gone.
const WRITE_ATTEMPTS: u32 = 3;

/// What becomes of the blocks on the disk: pieces that are verified, or are not what they should be.
impl Transfer<'_> {
    /// Returns whether the transfer is over.
    pub(super) async fn on_disk_event(
        &mut self,
        event: DiskEvent,
        output: &mut Output,
    ) -> Result<bool, SwarmError> {
        match event {
            DiskEvent::Verified { piece, .. } => return Ok(self.on_verified(piece, output).await),
            DiskEvent::Failed { piece, .. } => {
                self.on_failed(piece, output);
                self.refill = true;
            }
            DiskEvent::WriteFailed { piece, error, .. } => {
                let reason = error.to_string();
                output.tell(&Event::WriteFailed {
                    piece,
                    reason: reason.clone(),
                });
                self.picker.on_write_failed(piece);
                self.write_failures += 1;
                if self.write_failures == WRITE_ATTEMPTS {
                    return Err(SwarmError::Write {
                        piece,
                        attempts: WRITE_ATTEMPTS,
                        reason,
                    });
                }
                self.refill = true;
            }
            DiskEvent::Room => self.refill = true,
            _ => {}
        }
        Ok(false)
    }

    async fn on_verified(&mut self, piece: u32, output: &mut Output) -> bool {
        self.picker.on_verified(piece);
        self.write_failures = 0;
        for peer in self.revelation.on_verified(piece) {
            let peer = PeerKey::new(peer);
            self.network.send(peer, PeerCommand::Have(piece)).await;
            self.update_interest(peer).await;
        }
        self.refill = true;
        self.picker.is_complete() && self.on_complete(output).await
    }

    fn on_failed(&mut self, piece: u32, output: &mut Output) {
        let verdict = self.picker.on_failed(piece);
        let suspects = match &verdict {
            Verdict::Convicted(culprit) => std::slice::from_ref(culprit),
            Verdict::Suspected(suspects) => suspects,
            _ => &[],
        };
        let suspects = suspects
            .iter()
            .filter_map(|peer| self.network.name_of(PeerKey::new(*peer)));
        let suspects: Vec<SocketAddr> = suspects.map(|(address, _)| address).collect();
        output.tell(&Event::PieceFailed { piece, suspects });
        if let Verdict::Convicted(culprit) = verdict {
            let culprit = PeerKey::new(culprit);
            if let Some((address, client)) = self.network.name_of(culprit) {
                output.tell(&Event::PeerBanned {
                    address,
                    client,
                    piece,
                });
            }
            self.network.ban(culprit);
        }
    }
}
