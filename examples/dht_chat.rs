//! A chat without a server: programs find each other in the DHT by the SHA-1 of a room's name, and exchange lines over
//! connections of their own protocol (`bip_dht`, `bip_handshake`). Whatever is said here, anybody who knows the room hears.
//! `cargo run -p bip_examples --example dht_chat -- ROOM NAME [HOST:PORT of a node to begin at]`

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::{DhtBuilder, Key, MainlineDht};
use bip_handshake::{
    HandshakeEvent, Handshaker, HandshakerConfig, InitiateMessage, PeerId, PeerStream, Protocol,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// With a protocol of one's own, no torrent client that the DHT happens to tell of gets past the first bytes.
const PROTOCOL: &[u8] = b"bip example chat";
/// Bytes of a line; what is longer becomes several.
const MAX_LINE: u64 = 1000;
/// Others in a room at most.
const MAX_OTHERS: usize = 100;
/// Who takes a line no sooner than this is as good as gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lines that wait to be said or shown.
const QUEUE: usize = 64;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(room), Some(name)) = (arguments.next(), arguments.next()) else {
        return Err("usage: dht_chat ROOM NAME [HOST:PORT]".into());
    };
    let dht = DhtBuilder::new().bootstrap(arguments).start()?;
    let (say, says) = mpsc::channel(QUEUE);
    let (show, mut shows) = mpsc::channel(QUEUE);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if say.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let chat = tokio::spawn(chat(room, name, dht, "0.0.0.0:0".parse()?, says, show));
    while let Some(line) = shows.recv().await {
        println!("{line}");
    }
    chat.await?
}

/// Joins the room, sends what is said to all who are there, and shows what they say, until `says` ends.
pub(crate) async fn chat(
    room: String,
    name: String,
    dht: MainlineDht,
    listen: SocketAddr,
    mut says: mpsc::Receiver<String>,
    show: mpsc::Sender<String>,
) -> Result<(), Failure> {
    let key = Key::of_name(&room);
    let config = HandshakerConfig::default()
        .protocol(Protocol::custom(PROTOCOL)?)
        .listen_addr(listen);
    let (handshaker, mut handshakes) = Handshaker::start(config)?;
    handshaker.register(*key.as_bytes());
    let mut place = dht.rendezvous(key, handshaker.discovery_info().port)?;
    // Who comes later finds us; meanwhile those who are here already are being looked up.
    while let Err(error) = place.renewal().await? {
        show.send(format!("* not announced yet: {error}")).await?;
    }
    show.send(format!("* in the room {room}")).await?;

    let mut others: HashMap<PeerId, WriteHalf<PeerStream>> = HashMap::new();
    // Its end closes the connections.
    let mut listening = JoinSet::new();
    loop {
        tokio::select! {
            Some(address) = place.next() => {
                // One that cannot be reached, or is ourselves, is none to talk to.
                let _ = handshaker.try_connect(InitiateMessage::new(*key.as_bytes(), address));
            }
            Some(event) = handshakes.next() => if let HandshakeEvent::Complete(peer) = event
                && others.len() < MAX_OTHERS
            {
                let (reading, mut writing) = tokio::io::split(peer.stream);
                if writing.write_all(format!("{name}\n").as_bytes()).await.is_ok() {
                    listening.spawn(listen_to(reading, show.clone()));
                    // Two who dial each other have two connections: both listen to both, and speak on one.
                    others.insert(peer.peer_id, writing);
                }
            },
            Some(_) = listening.join_next() => {}
            line = says.recv() => match line {
                Some(line) => say(&line, &mut others).await,
                None => break,
            },
        }
    }
    handshaker.close().await;
    dht.close().await;
    Ok(())
}

/// Sends a line to all, and forgets those who are gone.
async fn say(line: &str, others: &mut HashMap<PeerId, WriteHalf<PeerStream>>) {
    let line = format!("{line}\n");
    for peer in others.keys().copied().collect::<Vec<_>>() {
        if let Some(other) = others.get_mut(&peer)
            && !matches!(
                timeout(PATIENCE, other.write_all(line.as_bytes())).await,
                Ok(Ok(()))
            )
        {
            others.remove(&peer);
        }
    }
}

/// Shows what another says; the first line is their name.
async fn listen_to(stream: ReadHalf<PeerStream>, show: mpsc::Sender<String>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let name = next_line(&mut stream).await?;
    show.send(format!("* {name} is here")).await.ok()?;
    while let Some(line) = next_line(&mut stream).await {
        show.send(format!("{name}: {line}")).await.ok()?;
    }
    show.send(format!("* {name} is gone")).await.ok()
}

/// The next line, without what could steer a terminal; `None` at the end.
async fn next_line(stream: &mut BufReader<ReadHalf<PeerStream>>) -> Option<String> {
    let mut line = Vec::new();
    let read = stream.take(MAX_LINE).read_until(b'\n', &mut line).await;
    if read.ok()? == 0 {
        return None;
    }
    let line = String::from_utf8_lossy(&line);
    Some(line.trim_end().replace(char::is_control, "\u{fffd}"))
}
