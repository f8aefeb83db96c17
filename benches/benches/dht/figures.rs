use std::time::Duration;

/// What is compared.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// From the first socket to the last node that is bootstrapped.
    pub(crate) bootstrap: Duration,
    /// From the socket of one more node to when it is bootstrapped.
    pub(crate) join: Vec<Duration>,
    /// Resident memory of the process, less what it was before, for each node.
    pub(crate) bytes_per_node: u64,
    /// From the call to the first peer.
    pub(crate) first_peer: Vec<Duration>,
    /// From the call to the end of the lookup.
    pub(crate) get_peers: Vec<Duration>,
    /// Datagrams sent by all nodes together, for each lookup.
    pub(crate) datagrams_per_get: f64,
    /// From the call to the last answer of those that store.
    pub(crate) put: Vec<Duration>,
    /// Datagrams sent by all nodes together, for each put.
    pub(crate) datagrams_per_put: f64,
    /// Lookups that found what was announced.
    pub(crate) found: usize,
}

impl Figures {
    pub(crate) fn print_head() {
        println!(
            "| {} nodes | all bootstrapped | one more p50/p99 | kB a node | found | first peer p50/p99 | get_peers p50/p99 | put p50/p99 | datagrams a get | a put |",
            super::NODES
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    }

    pub(crate) fn print(mut self, name: &str) {
        println!(
            "| {name} | {:.2} s | {} | {:.1} | {}/{} | {} | {} | {} | {:.1} | {:.1} |",
            self.bootstrap.as_secs_f64(),
            percentiles(&mut self.join),
            self.bytes_per_node as f64 / 1000.0,
            self.found,
            super::OPERATIONS,
            percentiles(&mut self.first_peer),
            percentiles(&mut self.get_peers),
            percentiles(&mut self.put),
            self.datagrams_per_get,
            self.datagrams_per_put,
        );
    }
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort();
    let at = |part: usize| {
        let index = (times.len() * part / 100).min(times.len().saturating_sub(1));
        times
            .get(index)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    format!("{:.2}/{:.2} ms", at(50), at(99))
}

/// Bytes that the process has in memory.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// UDP datagrams that the system has sent.
pub(crate) fn datagrams() -> u64 {
    let counters = std::fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let mut lines = counters
        .lines()
        .filter_map(|line| line.strip_prefix("Udp: "));
    let (Some(names), Some(values)) = (lines.next(), lines.next()) else {
        return 0;
    };
    let mut columns = names.split(' ').zip(values.split(' '));
    let sent = columns.find(|(name, _)| *name == "OutDatagrams");
    sent.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}
