//! What outlives a run.

use std::time::Instant;

use super::DhtCore;
use crate::family::Family;
use crate::table::{RestoreError, Saved, Source};

impl DhtCore {
    /// The node's ids and whom it knows, to [`restore`](DhtCore::restore) after the next start: at most
    /// [`MAX_SAVED_LENGTH`](crate::MAX_SAVED_LENGTH) bytes.
    pub fn save(&self) -> Vec<u8> {
        Saved::encode(self.networks.iter().map(|network| &network.table))
    }

    /// Takes up ids and contacts of an earlier run; before anything else happens, or they find no place. The contacts are
    /// asked before they are believed. An id that the configuration gives comes before the saved one, and so does one that fits
    /// the address it gives if the saved one does not.
    ///
    /// # Errors
    /// The bytes are damaged; then nothing has changed.
    pub fn restore(&mut self, now: Instant, saved: &[u8]) -> Result<(), RestoreError> {
        let saved = Saved::decode(saved)?;
        for family in Family::ALL {
            let fixed = self.config.fixed_id(family);
            let (Some(network), Some(saved)) = (self.networks.of_mut(family), saved.of(family))
            else {
                continue;
            };
            let fits = |address| saved.id.is_valid_for(address);
            match fixed {
                Some(fixed) => network.table.rebase(fixed),
                None if self.config.external(family).is_none_or(fits) => {
                    network.table.rebase(saved.id);
                }
                None => {}
            }
            for node in &saved.nodes {
                network.table.heard(now, *node, Source::Given);
            }
            network.hasten(now);
        }
        Ok(())
    }
}
