use std::fmt;

use bip_dht::LookupReport;
use serde_json::{Value, json};

/// How a lookup went, for machines.
pub(super) fn as_json(report: &LookupReport) -> Value {
    let closest: Value = (report.closest.iter())
        .map(|node| json!({"id": node.id.to_string(), "address": node.address}))
        .collect();
    json!({
        "seconds": report.duration.as_secs_f64(),
        "queries": report.queries,
        "answered": report.answered,
        "dead": report.dead,
        "hops": report.hops,
        "subnets": report.subnets,
        "density": report.density,
        "closest": closest,
    })
}

/// How a lookup went, in words.
pub(super) struct InWords<'a>(pub(super) &'a LookupReport);

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LookupReport {
            answered,
            queries,
            hops,
            ..
        } = self.0;
        let seconds = self.0.duration.as_secs_f64();
        write!(
            f,
            "{answered} nodes answered {queries} queries in {hops} hops and {seconds:.2} s"
        )
    }
}
