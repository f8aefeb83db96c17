use std::sync::Arc;

use super::Front;
use super::commands::Stored;
use super::error::DhtError;
use super::operation::Operation;
use crate::error::{BeginError, OperationError};
use crate::front::limits::MAX_CHANGES;
use crate::item::{MutableItem, SecretKey, TorrentPointer};
use crate::krpc::ErrorCode;
use crate::operation::{LookupReport, Outcome};

/// A version that the network keeps.
struct Found {
    item: MutableItem,
    /// How many nodes gave it.
    agreeing: usize,
    report: LookupReport,
}

/// Gets the newest version that the network keeps.
pub(crate) async fn get_mutable(
    front: &Arc<Front>,
    public_key: [u8; 32],
    salt: &[u8],
) -> Result<MutableItem, DhtError> {
    find(front, public_key, salt).await.map(|found| found.item)
}

/// Reads, changes and writes, and does it again if somebody wrote in between (BEP 44, "CAS").
pub(crate) async fn put_mutable(
    front: &Arc<Front>,
    owner: &SecretKey,
    salt: &[u8],
    mut change: impl FnMut(Option<&MutableItem>) -> Vec<u8>,
) -> Result<Stored, DhtError> {
    let mut changes = 0;
    let mut refused: Option<(MutableItem, DhtError)> = None;
    loop {
        let old = match find(front, *owner.public_key(), salt).await {
            Ok(found) => Some(found),
            Err(error) if error.operation() == Some(&OperationError::NotFound) => None,
            Err(error) => return Err(error),
        };
        if let Some((item, error)) = refused {
            // Where two write at the same time, some nodes keep the one and refuse the other. Both writers find the
            // same when they read again, and the one whose it is has won.
            match old {
                Some(found) if found.item == item => return Ok(found.into_stored()),
                _ if changes == MAX_CHANGES => return Err(error),
                _ => {}
            }
        }
        let old = old.as_ref().map(|found| &found.item);
        let seq = old.map(MutableItem::seq);
        // After the last number there is none; nodes refuse the same one again.
        let next = seq.map_or(1, |seq| seq.saturating_add(1));
        let item = MutableItem::sign(owner, salt, next, &change(old)).map_err(BeginError::from)?;
        changes += 1;
        let put = item.clone();
        let operation = Operation::begin(front, |core, now| core.put_mutable(now, put, seq))?;
        match operation.end().await {
            Ok((outcome, report)) => return Ok(Stored::new(outcome, report)),
            Err(error) if was_overtaken(&error) => refused = Some((item, error)),
            Err(error) => return Err(error),
        }
    }
}

pub(crate) async fn publish(
    front: &Arc<Front>,
    owner: &SecretKey,
    salt: &[u8],
    torrent: TorrentPointer,
) -> Result<Stored, DhtError> {
    put_mutable(front, owner, salt, |_| torrent.encode()).await
}

async fn find(front: &Arc<Front>, public_key: [u8; 32], salt: &[u8]) -> Result<Found, DhtError> {
    let operation = Operation::begin(front, |core, now| core.get_mutable(now, public_key, salt))?;
    match operation.end().await? {
        (Outcome::Mutable { item, agreeing }, report) => Ok(Found {
            item,
            agreeing,
            report,
        }),
        _ => Err(DhtError::Closed),
    }
}

impl Found {
    fn into_stored(self) -> Stored {
        Stored {
            key: self.item.target(),
            stored: self.agreeing,
            report: self.report,
        }
    }
}

/// Whether another version came in between.
fn was_overtaken(error: &DhtError) -> bool {
    let codes = [ErrorCode::CasMismatch, ErrorCode::SequenceTooLow].map(|code| code.number());
    match error.operation() {
        Some(OperationError::Outdated { .. }) => true,
        Some(OperationError::Refused { code }) => codes.contains(code),
        _ => false,
    }
}
