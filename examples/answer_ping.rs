//! A DHT node that can only be pinged (BEP 5), with `bip_bencode` and structs of its own:
//! `cargo run -p bip_examples --example answer_ping -- 127.0.0.1:6881`

use std::error::Error;
use std::net::UdpSocket;

use serde::{Deserialize, Serialize};

/// A query as it comes; `t` and the rest of the message are borrowed from the datagram.
#[derive(Deserialize)]
struct Query<'a> {
    #[serde(rename = "q")]
    method: &'a str,
    #[serde(rename = "t")]
    transaction: &'a [u8],
}

#[derive(Serialize)]
struct Reply<'a> {
    #[serde(rename = "r")]
    values: Values,
    #[serde(rename = "t", with = "bip_bencode::bytes")]
    transaction: &'a [u8],
    #[serde(rename = "y")]
    kind: &'a str,
}

#[derive(Serialize)]
struct Values {
    #[serde(with = "bip_bencode::bytes")]
    id: [u8; 20],
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args()
        .nth(1)
        .ok_or("usage: answer_ping ADDRESS")?;
    let socket = UdpSocket::bind(address)?;
    println!("answering pings on {}", socket.local_addr()?);
    let mut datagram = [0; 1500];
    loop {
        let (length, from) = socket.recv_from(&mut datagram)?;
        match bip_bencode::from_bytes::<Query>(&datagram[..length]) {
            Ok(query) if query.method == "ping" => {
                let reply = Reply {
                    values: Values {
                        id: *b"abcdefghij0123456789",
                    },
                    transaction: query.transaction,
                    kind: "r",
                };
                socket.send_to(&bip_bencode::to_bytes(&reply)?, from)?;
                println!("{from} pinged");
            }
            Ok(query) => println!("{from} asks for {}, which is not here", query.method),
            Err(error) => println!("{from} sent what is no query: {error}"),
        }
    }
}
