use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::Payload;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Honesty {
    Honest,
    /// The first byte of each block is wrong.
    CorruptsEveryBlock,
}

/// A seeder of a few lines of std. It has the pieces of its range, serves whoever asks, and remembers what was asked.
#[derive(Debug)]
pub(crate) struct ScriptedSeeder {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<u32>>>,
    handshakes: Arc<Mutex<Vec<[u8; 68]>>>,
}

struct Script {
    bytes: Vec<u8>,
    piece_length: usize,
    pieces: u32,
    info_hash: [u8; 20],
    has: Range<u32>,
    honesty: Honesty,
    requests: Arc<Mutex<Vec<u32>>>,
    handshakes: Arc<Mutex<Vec<[u8; 68]>>>,
}

impl ScriptedSeeder {
    pub(crate) fn start(payload: &Payload, has: Range<u32>, honesty: Honesty) -> ScriptedSeeder {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let handshakes = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Script {
            bytes: payload.bytes.clone(),
            piece_length: payload.piece_length,
            pieces: payload.pieces(),
            info_hash: payload.info_hash,
            has,
            honesty,
            requests: requests.clone(),
            handshakes: handshakes.clone(),
        });
        // Both threads end with their sockets: the listener's with the test process, the others with their peers.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let script = script.clone();
                std::thread::spawn(move || {
                    let _ = script.serve(stream);
                });
            }
        });
        ScriptedSeeder {
            address,
            requests,
            handshakes,
        }
    }

    /// Those that came.
    pub(crate) fn handshakes(&self) -> Vec<[u8; 68]> {
        self.handshakes.lock().unwrap().clone()
    }

    /// The pieces that were asked for, each once, in order.
    pub(crate) fn asked_for(&self) -> Vec<u32> {
        let mut pieces = self.requests.lock().unwrap().clone();
        pieces.sort_unstable();
        pieces.dedup();
        pieces
    }
}

impl Script {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut theirs = [0; 68];
        stream.read_exact(&mut theirs)?;
        self.handshakes.lock().unwrap().push(theirs);
        stream.write_all(b"\x13BitTorrent protocol\0\0\0\0\0\0\0\0")?;
        stream.write_all(&self.info_hash)?;
        stream.write_all(format!("-SC0001-{:012}", stream.local_addr()?.port()).as_bytes())?;
        let mut bitfield = vec![0; self.pieces.div_ceil(8) as usize];
        for piece in self.has.clone() {
            bitfield[piece as usize / 8] |= 0x80 >> (piece % 8);
        }
        stream.write_all(&(1 + bitfield.len() as u32).to_be_bytes())?;
        stream.write_all(&[5])?;
        stream.write_all(&bitfield)?;
        stream.write_all(&[0, 0, 0, 1, 1])?;
        loop {
            let mut length = [0; 4];
            stream.read_exact(&mut length)?;
            let mut message = vec![0; u32::from_be_bytes(length) as usize];
            stream.read_exact(&mut message)?;
            if message.first() == Some(&6) {
                let number =
                    |at: usize| u32::from_be_bytes(message[at..at + 4].try_into().unwrap());
                self.answer(&mut stream, number(1), number(5), number(9))?;
            }
        }
    }

    fn answer(
        &self,
        stream: &mut TcpStream,
        piece: u32,
        begin: u32,
        length: u32,
    ) -> std::io::Result<()> {
        self.requests.lock().unwrap().push(piece);
        let start = piece as usize * self.piece_length + begin as usize;
        let mut block = self.bytes[start..start + length as usize].to_vec();
        if self.honesty == Honesty::CorruptsEveryBlock {
            block[0] ^= 0xff;
        }
        stream.write_all(&(9 + length).to_be_bytes())?;
        stream.write_all(&[7])?;
        stream.write_all(&piece.to_be_bytes())?;
        stream.write_all(&begin.to_be_bytes())?;
        stream.write_all(&block)
    }
}
