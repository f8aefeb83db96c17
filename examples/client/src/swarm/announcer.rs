use std::net::SocketAddr;
use std::time::Duration;

use bip_utracker::{AnnounceEvent, AnnounceRequest, AnnounceResponse, TrackerClient};
use rand::seq::SliceRandom as _;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::output::chain;

/// A tracker that asks for less than this is asked no oftener.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// One that asks for more is asked at least so often.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The pause after all trackers have failed, doubled with each failure in a row.
const FIRST_RETRY: Duration = Duration::from_secs(15);
const LONGEST_RETRY: Duration = Duration::from_secs(15 * 60);
/// How long the user's Ctrl-C waits for a tracker to hear `stopped`.
const STOP_PATIENCE: Duration = Duration::from_secs(2);
/// Words of the announcer that the swarm has not yet taken.
const NOTICE_QUEUE: usize = 32;

/// Where this endpoint stands, as trackers want to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) downloaded: u64,
    pub(crate) uploaded: u64,
    pub(crate) left: u64,
}

/// What came of one announce.
#[derive(Debug)]
pub(crate) enum Notice {
    Answered {
        tracker: String,
        response: AnnounceResponse,
    },
    Failed {
        tracker: String,
        reason: String,
    },
}

/// Who announces what.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) info_hash: [u8; 20],
    pub(crate) peer_id: [u8; 20],
    pub(crate) port: u16,
}

/// Keeps one torrent announced: tier by tier (BEP 12), again at the tracker's interval, `completed` and `stopped` when
/// they are due.
#[derive(Debug)]
pub(crate) struct Announcer {
    totals: watch::Sender<Totals>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Announcer {
    pub(crate) fn start(
        client: TrackerClient,
        identity: Identity,
        mut tiers: Vec<Vec<String>>,
        totals: Totals,
    ) -> (Announcer, mpsc::Receiver<Notice>) {
        // Not all clients shall begin at the same tracker (BEP 12, "Order of Processing").
        (tiers.iter_mut()).for_each(|tier| tier.shuffle(&mut rand::rng()));
        let (notices, notices_receiver) = mpsc::channel(NOTICE_QUEUE);
        let (totals, totals_receiver) = watch::channel(totals);
        let (stop, stop_receiver) = watch::channel(false);
        let rounds = Rounds {
            client,
            identity,
            tiers,
            totals: totals_receiver,
            stop: stop_receiver,
            notices,
            started: None,
            failures: 0,
        };
        let task = tokio::spawn(rounds.run());
        (Announcer { totals, stop, task }, notices_receiver)
    }

    /// Where the transfer stands now; reaching `left == 0` is what makes a `completed`.
    pub(crate) fn update(&self, totals: Totals) {
        self.totals.send_if_modified(|known| {
            let changed = *known != totals;
            *known = totals;
            changed
        });
    }

    /// Says `stopped` to the tracker that knows us, for as long as [`STOP_PATIENCE`]. Not cancel-safe.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        let abort = self.task.abort_handle();
        if timeout(STOP_PATIENCE, self.task).await.is_err() {
            abort.abort();
        }
    }
}

/// The task behind an [`Announcer`].
struct Rounds {
    client: TrackerClient,
    identity: Identity,
    tiers: Vec<Vec<String>>,
    totals: watch::Receiver<Totals>,
    stop: watch::Receiver<bool>,
    notices: mpsc::Sender<Notice>,
    /// The tracker that has heard `started`.
    started: Option<String>,
    failures: u32,
}

impl Rounds {
    async fn run(mut self) {
        let mut left = self.totals.borrow_and_update().left;
        let mut event = AnnounceEvent::Started;
        loop {
            let mut stop = self.stop.clone();
            let pause = tokio::select! {
                pause = self.round(event) => pause,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            event = AnnounceEvent::None;
            match self.wait(Instant::now() + pause, &mut left).await {
                Woken::Due => {}
                Woken::Completed => event = AnnounceEvent::Completed,
                Woken::Stopped => break,
            }
            if self.started.is_none() {
                event = AnnounceEvent::Started;
            }
        }
        self.say_stopped().await;
    }

    /// Waits until the next announce is due, the download has completed, or the end has come.
    async fn wait(&mut self, due: Instant, left: &mut u64) -> Woken {
        loop {
            tokio::select! {
                () = sleep_until(due) => return Woken::Due,
                stopped = self.stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    return Woken::Stopped;
                }
                changed = self.totals.changed() => {
                    if changed.is_err() {
                        return Woken::Stopped;
                    }
                    let now = *self.totals.borrow_and_update();
                    // What was complete on disk from the start has not been downloaded (BEP 3, "event").
                    let completed = now.left == 0 && *left > 0 && now.downloaded > 0;
                    *left = now.left;
                    if completed {
                        return Woken::Completed;
                    }
                }
            }
        }
    }

    /// Asks tier after tier until one tracker answers (BEP 12), and tells how long to pause.
    async fn round(&mut self, event: AnnounceEvent) -> Duration {
        for tier in 0..self.tiers.len() {
            for place in 0..self.tiers[tier].len() {
                let tracker = self.tiers[tier][place].clone();
                match self.announce(&tracker, event).await {
                    Ok(response) => {
                        let interval = response.interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
                        self.failures = 0;
                        self.started = Some(tracker.clone());
                        self.tiers[tier][..=place].rotate_right(1);
                        self.tell(Notice::Answered { tracker, response }).await;
                        return interval;
                    }
                    Err(reason) => self.tell(Notice::Failed { tracker, reason }).await,
                }
            }
        }
        let pause = FIRST_RETRY
            .saturating_mul(1 << self.failures.min(10))
            .min(LONGEST_RETRY);
        self.failures += 1;
        pause
    }

    async fn announce(
        &self,
        tracker: &str,
        event: AnnounceEvent,
    ) -> Result<AnnounceResponse, String> {
        let url = TrackerUrl::parse(tracker)?;
        let addresses = tokio::net::lookup_host(&url.host_and_port)
            .await
            .map_err(|error| format!("{} cannot be looked up: {error}", url.host_and_port))?;
        let mut reason = format!("{} has no address", url.host_and_port);
        for address in addresses {
            match self
                .client
                .announce(address, self.request(&url, event))
                .await
            {
                Ok(response) => return Ok(response),
                Err(error) => reason = chain(&error),
            }
        }
        Err(reason)
    }

    fn request(&self, url: &TrackerUrl, event: AnnounceEvent) -> AnnounceRequest {
        let totals = *self.totals.borrow();
        let Identity {
            info_hash,
            peer_id,
            port,
        } = self.identity;
        AnnounceRequest::new(info_hash, peer_id, port)
            .downloaded(totals.downloaded)
            .uploaded(totals.uploaded)
            .left(totals.left)
            .event(event)
            .url_data(url.path_and_query.clone())
    }

    async fn say_stopped(&mut self) {
        if let Some(tracker) = self.started.take() {
            // Nobody waits for the answer to a farewell.
            let _ = self.announce(&tracker, AnnounceEvent::Stopped).await;
        }
    }

    async fn tell(&self, notice: Notice) {
        // The swarm that listens may have ended first.
        let _ = self.notices.send(notice).await;
    }
}

enum Woken {
    Due,
    Completed,
    Stopped,
}

/// `udp://host:port[/path?query]`.
#[derive(Debug, PartialEq, Eq)]
struct TrackerUrl {
    host_and_port: String,
    path_and_query: String,
}

impl TrackerUrl {
    fn parse(url: &str) -> Result<TrackerUrl, String> {
        let Some(rest) = url.strip_prefix("udp://") else {
            return Err("only udp:// trackers are supported yet".to_owned());
        };
        let split = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host_and_port, path_and_query) = rest.split_at(split);
        let port = host_and_port
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse::<u16>().ok());
        match port {
            Some(0) | None => {
                Err("the URL names no port; it should read udp://HOST:PORT".to_owned())
            }
            Some(_) => Ok(TrackerUrl {
                host_and_port: host_and_port.to_owned(),
                path_and_query: path_and_query.to_owned(),
            }),
        }
    }
}

/// The literal addresses among `HOST:PORT` words; others are looked up.
pub(crate) async fn look_up(peer: &str) -> Result<Vec<SocketAddr>, std::io::Error> {
    match peer.parse() {
        Ok(address) => Ok(vec![address]),
        Err(_) => Ok(tokio::net::lookup_host(peer).await?.collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::TrackerUrl;

    #[track_caller]
    fn check(url: &str, expect: Result<(&str, &str), &str>) {
        let got = TrackerUrl::parse(url);
        match expect {
            Ok((host_and_port, path_and_query)) => {
                let got = got.unwrap();
                assert_eq!(
                    (got.host_and_port.as_str(), got.path_and_query.as_str()),
                    (host_and_port, path_and_query)
                );
            }
            Err(words) => assert!(got.unwrap_err().contains(words)),
        }
    }

    #[test]
    fn a_tracker_url_is_split_where_bep_15_and_41_need_it() {
        check("udp://t.example:80", Ok(("t.example:80", "")));
        check(
            "udp://t.example:80/announce?key=1",
            Ok(("t.example:80", "/announce?key=1")),
        );
        check("udp://[::1]:6969/a", Ok(("[::1]:6969", "/a")));
        check("udp://t.example/announce", Err("no port"));
        check("udp://t.example:0", Err("no port"));
        check("http://t.example:80/announce", Err("only udp://"));
    }
}
