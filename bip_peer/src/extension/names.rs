use std::sync::Arc;

use super::ExtendedHandshake;
use crate::UT_METADATA;

/// Which extension has which id, on our side and on theirs (BEP 10: "the IDs are local to this particular peer").
#[derive(Debug)]
pub(crate) struct Names {
    /// Ours; the id is the position, counted from 1.
    ours: Vec<Arc<str>>,
    theirs: ExtendedHandshake,
}

impl Names {
    pub(crate) fn new(custom: &[Arc<str>]) -> Names {
        let mut ours: Vec<Arc<str>> = vec![UT_METADATA.into()];
        ours.extend_from_slice(custom);
        Names {
            ours,
            theirs: ExtendedHandshake::default(),
        }
    }

    /// Our extensions and their ids, for our handshake.
    pub(crate) fn ours(&self) -> impl Iterator<Item = (&str, u8)> {
        // The configuration bounds their number far below 255.
        (1u8..).zip(&self.ours).map(|(id, name)| (&**name, id))
    }

    /// Whose message bears this id when it comes to us.
    pub(crate) fn of_incoming(&self, id: u8) -> Option<&Arc<str>> {
        self.ours.get(usize::from(id).checked_sub(1)?)
    }

    /// The id that the extension's messages bear when they go to the peer, if it knows the extension.
    pub(crate) fn id_for_peer(&self, name: &str) -> Option<u8> {
        self.theirs.extensions.get(name).copied()
    }

    /// All the peer has said so far.
    pub(crate) fn theirs(&self) -> &ExtendedHandshake {
        &self.theirs
    }

    pub(crate) fn merge(&mut self, handshake: ExtendedHandshake) {
        self.theirs.merge(handshake);
    }
}
