use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sha1::{Digest as _, Sha1};
use tempfile::TempDir;

/// A few files in a folder of their own, with a `.torrent` that describes them.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) home: TempDir,
    pub(crate) bytes: Vec<u8>,
    pub(crate) files: Vec<(&'static str, usize)>,
    pub(crate) piece_length: usize,
    pub(crate) info_hash: [u8; 20],
    is_private: bool,
    tiers: Vec<Vec<String>>,
    nodes: Vec<SocketAddr>,
}

pub(crate) const NAME: &str = "payload";

impl Payload {
    /// Files whose borders fall inside pieces and blocks, one of them empty; `pieces` pieces, the last one short.
    pub(crate) fn new(pieces: usize) -> Payload {
        let piece_length = 32 * 1024;
        let length = pieces * piece_length - 1000;
        let files = vec![
            ("a.bin", 5),
            ("b.bin", 0),
            ("dir/c.bin", 20_000),
            ("d.bin", length - 20_005),
        ];
        let bytes: Vec<u8> = (0..length as u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let mut payload = Payload {
            home: TempDir::new().unwrap(),
            bytes,
            files,
            piece_length,
            info_hash: [0; 20],
            is_private: false,
            tiers: Vec::new(),
            nodes: Vec::new(),
        };
        payload.write_files();
        payload.write_torrent();
        payload
    }

    /// The same as a private torrent (BEP 27).
    pub(crate) fn private(mut self) -> Payload {
        self.is_private = true;
        self.write_torrent();
        self
    }

    /// The same with trackers (BEP 12).
    pub(crate) fn announced_to(mut self, tiers: &[Vec<String>]) -> Payload {
        self.tiers = tiers.to_vec();
        self.write_torrent();
        self
    }

    /// The same with nodes of the DHT (BEP 5, "Torrent File Extensions").
    pub(crate) fn with_nodes(mut self, nodes: &[SocketAddr]) -> Payload {
        self.nodes = nodes.to_vec();
        self.write_torrent();
        self
    }

    fn write_files(&self) {
        let mut at = 0;
        for (name, length) in &self.files {
            let path = self.folder().join(NAME).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &self.bytes[at..at + length]).unwrap();
            at += length;
        }
    }

    fn write_torrent(&mut self) {
        let info = self.info();
        self.info_hash = Sha1::digest(&info).into();
        let string = |text: &str| format!("{}:{text}", text.len());
        let list = |items: String| format!("l{items}e");
        let mut torrent = b"d".to_vec();
        if !self.tiers.is_empty() {
            let tier = |tier: &Vec<String>| list(tier.iter().map(|url| string(url)).collect());
            let tiers = list(self.tiers.iter().map(tier).collect());
            torrent.extend(format!("13:announce-list{tiers}").bytes());
        }
        torrent.extend(b"4:info");
        torrent.extend(info);
        if !self.nodes.is_empty() {
            let node = |node: &SocketAddr| {
                list(format!(
                    "{}i{}e",
                    string(&node.ip().to_string()),
                    node.port()
                ))
            };
            let nodes = list(self.nodes.iter().map(node).collect());
            torrent.extend(format!("5:nodes{nodes}").bytes());
        }
        torrent.push(b'e');
        fs::write(self.torrent(), torrent).unwrap();
    }

    fn info(&self) -> Vec<u8> {
        let mut info = b"d5:filesl".to_vec();
        for (name, length) in &self.files {
            info.extend(format!("d6:lengthi{length}e4:pathl").bytes());
            for part in name.split('/') {
                info.extend(format!("{}:{part}", part.len()).bytes());
            }
            info.extend(b"ee");
        }
        info.extend(
            format!(
                "e4:name{}:{NAME}12:piece lengthi{}e",
                NAME.len(),
                self.piece_length
            )
            .bytes(),
        );
        let hashes: Vec<u8> = self
            .bytes
            .chunks(self.piece_length)
            .flat_map(Sha1::digest)
            .collect();
        info.extend(format!("6:pieces{}:", hashes.len()).bytes());
        info.extend(hashes);
        if self.is_private {
            info.extend(b"7:privatei1e");
        }
        info.push(b'e');
        info
    }

    pub(crate) fn pieces(&self) -> u32 {
        self.bytes.len().div_ceil(self.piece_length) as u32
    }

    /// The folder that holds the payload's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub(crate) fn torrent(&self) -> PathBuf {
        self.home.path().join("payload.torrent")
    }

    pub(crate) fn magnet(&self) -> String {
        let hex: String = self
            .info_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("magnet:?xt=urn:btih:{hex}&dn={NAME}")
    }

    /// A fresh folder to download into.
    pub(crate) fn target(&self) -> PathBuf {
        self.home.path().join("copy")
    }

    #[track_caller]
    pub(crate) fn assert_equals(&self, copy: &Path) {
        let mut at = 0;
        for (name, length) in &self.files {
            let got = fs::read(copy.join(NAME).join(name)).unwrap();
            assert!(got == self.bytes[at..at + length], "{name} differs");
            at += length;
        }
    }
}
