use std::net::SocketAddr;

use bip_dht::Testnet;
use tokio::runtime::Runtime;

/// A DHT of our own on loopback, on threads of its own.
#[derive(Debug)]
pub(crate) struct Network {
    runtime: Runtime,
    pub(crate) testnet: Testnet,
}

impl Network {
    pub(crate) fn start(nodes: usize) -> Network {
        let runtime = Runtime::new().unwrap();
        let testnet = runtime.block_on(Testnet::start(nodes)).unwrap();
        Network { runtime, testnet }
    }

    pub(crate) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        let nodes = self.testnet.nodes().iter();
        nodes.filter_map(|node| node.local_addr_v4())
    }

    /// Where others begin.
    pub(crate) fn bootstrap(&self) -> String {
        self.addresses().next().unwrap().to_string()
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}
