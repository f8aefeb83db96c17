//! What somebody left: `get` and `put` (BEP 44).

use super::Asker;
use crate::core::DhtCore;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::item::check_value;
use crate::key::Key;
use crate::krpc::{ErrorCode, Put, Response};
use crate::limits::{K, NODES_BESIDE, SIGNATURE_LENGTH};
use crate::storage::{ItemStore, MutablePart, NewItem};

impl DhtCore {
    /// An item whole, or not: shorter it would be worth nothing. A stranger gets it on top of the rest, whatever the
    /// query's length, and less often: nearly everybody who looks for an item is a stranger to the nodes that keep it.
    pub(super) fn answer_get(&mut self, asker: &Asker<'_>, target: Key, seq: Option<i64>) {
        let ip = asker.address.ip();
        let items = self.items.take();
        let accepts = |items: &ItemStore| items.accepts(&asker.own, &target, ip);
        let token = items.as_deref().is_none_or(accepts);
        let token = token.then(|| self.tokens.issue(asker.now, ip, target));
        let mut response = Response::new(asker.own);
        response.token = token.as_ref().map(|token| &token[..]);
        let item = items
            .as_deref()
            .and_then(|items| items.get(asker.now, &target));
        if let Some(item) = item {
            let mutable = item.mutable.as_deref();
            response.seq = mutable.map(|part| part.seq);
            let is_news = mutable.is_none_or(|part| seq.is_none_or(|known| part.seq > known));
            if is_news {
                response.value = Some(&item.value);
                response.public_key = mutable.map(|part| &part.public_key);
                response.signature = mutable.map(|part| &part.signature);
            }
        }
        let exempt = match (response.value, response.signature) {
            (None, _) => 0,
            (Some(value), None) => value.len(),
            (Some(value), Some(_)) => value.len() + SIGNATURE_LENGTH,
        };
        let count = match asker.is_stranger && item.is_some() {
            true => NODES_BESIDE,
            false => K,
        };
        self.answer_with_nodes(asker, exempt, target.into(), count, response);
        self.items = items;
    }

    pub(super) fn store_item(
        &mut self,
        asker: &Asker<'_>,
        put: &Put<'_>,
    ) -> Result<(), (ErrorCode, &'static str)> {
        let ip = asker.address.ip();
        let (target, mutable) = verified(put)?;
        if !self.tokens.accepts(asker.now, ip, target, put.token) {
            return Err((ErrorCode::Protocol, "bad token"));
        }
        let item = NewItem {
            target,
            value: put.value,
            mutable,
            cas: put.mutable.and_then(|mutable| mutable.cas),
        };
        let items = self
            .items
            .get_or_insert_with(|| Box::new(ItemStore::new(asker.now)));
        match items.put(asker.now, &asker.own, ip, item) {
            Ok(()) => {
                self.reply(asker, 0, &Response::new(asker.own));
                Ok(())
            }
            Err(refusal) => Err((refusal.code(), "not stored")),
        }
    }
}

/// Where an item is kept, once it is sure that it may be kept there. Signatures are checked last, being dear.
fn verified(put: &Put<'_>) -> Result<(Key, Option<MutablePart>), (ErrorCode, &'static str)> {
    let Some(mutable) = put.mutable else {
        return match check_value(put.value) {
            Ok(()) => Ok((Key::of_immutable(put.value), None)),
            Err(error) => Err((error.code(), "invalid value")),
        };
    };
    #[cfg(feature = "ed25519")]
    match MutableItem::verify(
        mutable.public_key,
        mutable.salt,
        mutable.seq,
        put.value,
        mutable.signature,
    ) {
        Ok(item) => Ok((
            item.target(),
            Some(MutablePart {
                public_key: *mutable.public_key,
                seq: mutable.seq,
                signature: *mutable.signature,
            }),
        )),
        Err(error) => Err((error.code(), "invalid item")),
    }
    // What cannot be verified is not kept.
    #[cfg(not(feature = "ed25519"))]
    {
        let _ = mutable;
        Err((ErrorCode::MethodUnknown, "no mutable items"))
    }
}
