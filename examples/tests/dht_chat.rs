//! The chat of `dht_chat.rs`, with three who know nothing but the room's name and a DHT of our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "its main reads the command line")]
#[path = "../dht_chat.rs"]
mod dht_chat;

use bip_dht::Testnet;
use tokio::sync::mpsc;

struct Member {
    say: mpsc::Sender<String>,
    shown: mpsc::Receiver<String>,
}

impl Member {
    async fn join(testnet: &Testnet, room: &str, name: &str) -> Member {
        let dht = testnet.builder().start().unwrap();
        let (say, says) = mpsc::channel(8);
        let (show, shown) = mpsc::channel(8);
        let listen = "127.0.0.1:0".parse().unwrap();
        let chat = dht_chat::chat(room.to_owned(), name.to_owned(), dht, listen, says, show);
        tokio::spawn(chat);
        let mut member = Member { say, shown };
        // Before it is announced, nobody who comes later could find it.
        member.sees(&format!("* in the room {room}")).await;
        member
    }

    /// Waits until this line is shown.
    async fn sees(&mut self, expect: &str) {
        while self.shown.recv().await.unwrap() != expect {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_who_know_the_name_of_a_room_talk_to_each_other() {
    let testnet = Testnet::start(10).await.unwrap();
    let mut ann = Member::join(&testnet, "bip", "ann").await;
    let mut stranger = Member::join(&testnet, "another room", "eve").await;
    let mut bob = Member::join(&testnet, "bip", "bob").await;
    let mut cleo = Member::join(&testnet, "bip", "cleo").await;
    for (member, others) in [
        (&mut ann, ["bob", "cleo"]),
        (&mut bob, ["ann", "cleo"]),
        (&mut cleo, ["ann", "bob"]),
    ] {
        let mut missing = Vec::from(others.map(|name| format!("* {name} is here")));
        while !missing.is_empty() {
            let shown = member.shown.recv().await.unwrap();
            missing.retain(|line| *line != shown);
        }
    }

    bob.say.send("hello\u{1b}[2J".to_owned()).await.unwrap();
    ann.sees("bob: hello\u{fffd}[2J").await;
    cleo.sees("bob: hello\u{fffd}[2J").await;
    cleo.say.send("good morning".to_owned()).await.unwrap();
    ann.sees("cleo: good morning").await;
    bob.sees("cleo: good morning").await;
    assert!(
        stranger.shown.try_recv().is_err(),
        "the other room heard nothing"
    );
    drop(bob.say);
    ann.sees("* bob is gone").await;
    cleo.sees("* bob is gone").await;
}
