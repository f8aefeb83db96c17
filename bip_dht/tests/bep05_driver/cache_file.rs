//! What a node knows, kept in a file.

use std::path::PathBuf;

use bip_dht::{Family, NodeEvent, Testnet};

use super::alone;

/// A file that is gone with the test.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str) -> TempFile {
        let name = format!("bip_dht.{}.{name}", std::process::id());
        TempFile(std::env::temp_dir().join(name))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_cache_file_brings_a_node_back_as_itself_without_routers() {
    let file = TempFile::new("cache");
    let testnet = Testnet::start(10).await.unwrap();
    let first = testnet.builder().cache(&file.0).start().unwrap();
    first.ready().await.unwrap();
    let id = first.id(Family::V4);
    first.close().await;
    let again = alone().cache(&file.0).start().unwrap();
    again.ready().await.unwrap();
    assert_eq!(again.id(Family::V4), id);
}

#[tokio::test]
async fn a_file_that_is_no_cache_is_told_of_and_replaced() {
    let file = TempFile::new("nonsense");
    std::fs::write(&file.0, b"nonsense").unwrap();
    let testnet = Testnet::start(10).await.unwrap();
    let dht = testnet.builder().cache(&file.0).start().unwrap();
    let mut events = dht.events();
    let first = events.next().await;
    assert!(
        matches!(first, Some(NodeEvent::CacheFailed { .. })),
        "{first:?}"
    );
    dht.ready().await.unwrap();
    dht.close().await;
    let again = alone().cache(&file.0).start().unwrap();
    again.ready().await.unwrap();
}
