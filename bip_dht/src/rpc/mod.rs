//! Queries of ours that wait for an answer, and how long they wait.

mod rtt;
mod transactions;

pub(crate) use rtt::RttEstimate;
pub(crate) use transactions::{Expiry, Pending, Purpose, TransactionId, Transactions};
