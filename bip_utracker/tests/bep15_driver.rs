//! Client and server over real sockets on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use bip_utracker::{
    AnnounceError, AnnounceEvent, Family, ScrapeEntry, ScrapeError, TrackerClient,
    TrackerClientConfig, TrackerServer, TrackerServerConfig,
};
use support::{address, announce_of};

fn client() -> TrackerClient {
    TrackerClient::start(TrackerClientConfig::default()).expect("a free port")
}

fn server(listen: &str) -> TrackerServer {
    TrackerServer::start(TrackerServerConfig::default().listen_addr(address(listen)))
        .expect("a free port")
}

/// A tracker that never answers.
fn silent_tracker() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("a bound socket");
    (socket, address)
}

async fn two_announces_and_a_scrape(listen: &str) {
    let (server, client) = (server(listen), client());
    let tracker = server.local_addr();
    let seeder = announce_of(1)
        .left(0)
        .event(AnnounceEvent::Started)
        .url_data("/announce?a=b");
    let first = client.announce(tracker, seeder).await.expect("an answer");
    assert_eq!((first.seeders, first.leechers, first.peers), (1, 0, vec![]));
    assert_eq!(first.interval, Duration::from_secs(1800));

    let leecher = bip_utracker::AnnounceRequest::new([1; 20], [b'q'; 20], 7000).left(5);
    let second = client.announce(tracker, leecher).await.expect("an answer");
    assert_eq!(second.peers, [SocketAddr::new(tracker.ip(), 6881)]);

    let sizes = client
        .scrape(tracker, &[[9; 20], [1; 20]])
        .await
        .expect("an answer");
    let expect = [
        ScrapeEntry::default(),
        ScrapeEntry {
            seeders: 1,
            completed: 0,
            leechers: 1,
        },
    ];
    assert_eq!(sizes.torrents, expect);
    assert_eq!(server.stats().connects, 1, "one connection id served all");

    client.close().await;
    server.close().await;
}

#[tokio::test]
async fn announce_and_scrape_over_ipv4() {
    two_announces_and_a_scrape("127.0.0.1:0").await;
}

/// seed fault 15.
#[tokio::test]
async fn announce_and_scrape_over_ipv6() {
    if UdpSocket::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6 loopback");
        return;
    }
    two_announces_and_a_scrape("[::1]:0").await;
}

#[tokio::test]
async fn one_server_listens_in_both_families() {
    if UdpSocket::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6 loopback");
        return;
    }
    let config = TrackerServerConfig::default()
        .listen_addr(address("127.0.0.1:0"))
        .also_listen_addr(address("[::1]:0"));
    let server = TrackerServer::start(config).expect("free ports");
    let client = client();
    for tracker in server.local_addrs() {
        client
            .announce(*tracker, announce_of(1))
            .await
            .expect("an answer");
    }
    assert_eq!((server.stats().peers_v4, server.stats().peers_v6), (1, 1));
}

#[tokio::test]
async fn many_requests_at_once_are_all_answered() {
    let (server, client) = (server("127.0.0.1:0"), client());
    let tracker = server.local_addr();
    let tasks: Vec<_> = (0..=255u8)
        .map(|hash| {
            let client = client.clone();
            tokio::spawn(async move { client.announce(tracker, announce_of(hash)).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("an answer");
    }
    assert_eq!(server.stats().torrents_v4, 256);
}

#[tokio::test]
async fn closing_ends_pending_requests_and_frees_the_ports() {
    let (_socket, tracker) = silent_tracker();
    let client = client();
    let ports = [client.local_addr_v4(), client.local_addr_v6()];
    let other = client.clone();
    let (announced, scraped, ()) = tokio::join!(
        client.announce(tracker, announce_of(1)),
        client.scrape(tracker, &[[1; 20]]),
        other.close(),
    );
    assert_eq!(announced, Err(AnnounceError::Closed));
    assert_eq!(scraped, Err(ScrapeError::Closed));
    assert_eq!(
        client.announce(tracker, announce_of(1)).await,
        Err(AnnounceError::Closed)
    );
    for port in ports.into_iter().flatten() {
        UdpSocket::bind(port).expect("the port is free");
    }
}

#[tokio::test]
async fn closing_the_server_frees_its_port() {
    let server = server("127.0.0.1:0");
    let port = server.local_addr();
    server.clone().close().await;
    UdpSocket::bind(port).expect("the port is free");
}

#[tokio::test]
async fn dropping_the_last_handle_frees_the_port() {
    let server = server("127.0.0.1:0");
    let port = server.local_addr();
    let clone = server.clone();
    drop(server);
    client()
        .announce(port, announce_of(1))
        .await
        .expect("a clone keeps it running");
    drop(clone);
    while UdpSocket::bind(port).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn dropping_the_future_cancels_the_request() {
    let (_socket, tracker) = silent_tracker();
    let client =
        TrackerClient::start(TrackerClientConfig::default().max_requests(1)).expect("a free port");
    {
        let pending = client.announce(tracker, announce_of(1));
        tokio::pin!(pending);
        let second = async {
            tokio::task::yield_now().await;
            client.announce(tracker, announce_of(1)).await
        };
        tokio::select! {
            biased;
            _ = &mut pending => panic!("the tracker is silent"),
            second = second => assert_eq!(second, Err(AnnounceError::TooManyRequests { limit: 1 })),
        }
    }
    let server = server("127.0.0.1:0");
    client
        .announce(server.local_addr(), announce_of(1))
        .await
        .expect("there is room again");
}

#[tokio::test(start_paused = true)]
async fn a_silent_tracker_times_out_by_the_clock_of_tokio() {
    let (_socket, tracker) = silent_tracker();
    let result = client().announce(tracker, announce_of(1)).await;
    assert_eq!(result, Err(AnnounceError::TimedOut { attempts: 9 }));
}

#[tokio::test]
async fn a_tracker_on_port_zero_is_unreachable_at_once() {
    let result = client()
        .announce(address("127.0.0.1:0"), announce_of(1))
        .await;
    assert_eq!(result, Err(AnnounceError::Unreachable));
}

#[tokio::test]
async fn a_family_without_a_socket_is_told() {
    let config = TrackerClientConfig::default().without_v6();
    let client = TrackerClient::start(config).expect("a free port");
    let result = client.scrape(address("[::1]:1"), &[[1; 20]]).await;
    assert_eq!(result, Err(ScrapeError::FamilyUnavailable(Family::V6)));
    assert_eq!(client.local_addr_v6(), None);
    let none = TrackerClientConfig::default().without_v4().without_v6();
    assert!(TrackerClient::start(none).is_err());
}

#[test]
fn requests_end_when_their_runtime_goes_away() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let client = runtime.block_on(async { client() });
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (_socket, tracker) = silent_tracker();
    let result = other.block_on(client.announce(tracker, announce_of(1)));
    assert_eq!(result, Err(AnnounceError::Closed));
}
