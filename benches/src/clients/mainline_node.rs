#![allow(
    deprecated,
    reason = "without a runtime between, less stands between mainline and us"
)]

use std::net::{SocketAddr, SocketAddrV4};

/// A node of mainline, of whichever version.
pub(super) trait Client {
    const NAME: &str;
    /// The bytes of its transaction ids.
    const ID_LENGTH: usize;
    /// Whether it reads the ids that we send, of 4 bytes.
    const ANSWERS_US: bool = Self::ID_LENGTH == 4;

    /// One that answers others, bootstrapped on this node.
    fn start(bootstrap: SocketAddr) -> Self;
    fn id(&self) -> [u8; 20];
    fn port(&self) -> u16;
    fn announce(&self, key: [u8; 20], port: u16);
    /// What the first node says that knows any.
    fn first_peers(&self, key: [u8; 20]) -> Vec<SocketAddrV4>;
    /// The key under which it is kept.
    fn put(&self, value: &[u8]) -> [u8; 20];
    fn get(&self, key: [u8; 20]) -> Option<Vec<u8>>;
    fn put_mutable(&self, seed: [u8; 32], salt: &[u8], seq: i64, value: &[u8]);
    /// Sequence number and value.
    fn newest(&self, public_key: [u8; 32], salt: &[u8]) -> Option<(i64, Vec<u8>)>;
}

/// Both versions have one interface but for what it is made of.
macro_rules! client {
    ($(#[$doc:meta])* $client:ident, $mainline:ident, $name:literal, $id_length:literal) => {
        $(#[$doc])*
        pub(super) struct $client($mainline::Dht);

        impl Client for $client {
            const NAME: &str = $name;
            const ID_LENGTH: usize = $id_length;

            fn start(bootstrap: SocketAddr) -> $client {
                let mut builder = $mainline::Dht::builder();
                let builder = builder.server_mode().bootstrap(&[bootstrap]);
                let node = builder.build().unwrap();
                assert!(node.bootstrapped(), "{} does not bootstrap on ours", $name);
                $client(node)
            }

            fn id(&self) -> [u8; 20] {
                *self.0.info().id().as_bytes()
            }

            fn port(&self) -> u16 {
                self.0.info().local_addr().port()
            }

            fn announce(&self, key: [u8; 20], port: u16) {
                self.0.announce_peer(key.into(), Some(port)).unwrap();
            }

            fn first_peers(&self, key: [u8; 20]) -> Vec<SocketAddrV4> {
                self.0.get_peers(key.into()).next().unwrap_or_default()
            }

            fn put(&self, value: &[u8]) -> [u8; 20] {
                *self.0.put_immutable(value).unwrap().as_bytes()
            }

            fn get(&self, key: [u8; 20]) -> Option<Vec<u8>> {
                self.0.get_immutable(key.into()).map(Vec::from)
            }

            fn put_mutable(&self, seed: [u8; 32], salt: &[u8], seq: i64, value: &[u8]) {
                let signer = $mainline::SigningKey::from_bytes(&seed);
                let item = $mainline::MutableItem::new(signer, value, seq, Some(salt));
                self.0.put_mutable(item, None).unwrap();
            }

            fn newest(&self, public_key: [u8; 32], salt: &[u8]) -> Option<(i64, Vec<u8>)> {
                let item = self.0.get_mutable_most_recent(&public_key, Some(salt))?;
                Some((item.seq(), item.value().to_vec()))
            }
        }
    };
}

client! {
    /// As it is now.
    Of4Bytes, mainline, "mainline 8", 4
}
client! {
    /// As it was up to version 5.
    Of2Bytes, mainline_5, "mainline 5", 2
}
