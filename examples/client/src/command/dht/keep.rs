//! Staying, so that nodes do not forget an item.

use bip_dht::{OperationError, Republishing};
use serde_json::json;

use super::failure::Failure;
use super::tell::Tell;
use crate::stop::Stop;

/// Keeps an item alive, and says so each hour, until the user wants to end.
pub(super) async fn keep(mut kept: Republishing, tell: Tell) -> Result<(), Failure> {
    let mut stop = Stop::on_signals();
    loop {
        let renewal = tokio::select! {
            renewal = kept.renewal() => renewal?,
            () = stop.asked() => return Ok(()),
        };
        let (words, event) = match renewal {
            Ok(stored) => (
                format!("stored again, {} nodes keep it", stored.stored),
                json!({"event": "kept", "stored": stored.stored}),
            ),
            Err(OperationError::Outdated { seq }) => (
                format!("version {seq} is kept from now on"),
                json!({"event": "newer", "seq": seq}),
            ),
            Err(error) => (
                format!("not stored again yet: {error}"),
                json!({"event": "not_kept", "error": error.to_string()}),
            ),
        };
        tell.aside(words, &event)?;
    }
}
