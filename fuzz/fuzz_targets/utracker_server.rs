//! Whatever datagrams come from wherever: the answer stays within its bound, decodes as the answer to its request, is no
//! longer than a connect request before a valid connection id was shown, and the tables stay within their limits.

#![no_main]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_utracker::{
    Family, MAX_ANSWER_LENGTH, RequestPacket, ResponsePacket, TrackerServerConfig,
    TrackerServerCore,
};
use libfuzzer_sys::fuzz_target;

const PROTOCOL_ID: u64 = 0x0417_2710_1980;
const MAX_TORRENTS: usize = 3;
const MAX_PEERS: usize = 5;

fuzz_target!(|data: &[u8]| {
    let config = TrackerServerConfig::default()
        .max_torrents(MAX_TORRENTS)
        .max_peers(MAX_PEERS)
        .peer_lifetime(Duration::from_secs(200));
    let mut core = TrackerServerCore::new(config, [3; 32]);
    let mut now = Instant::now();
    // For each sender the connection ids it was given, and when.
    let mut given: [BTreeMap<u64, Instant>; 4] = Default::default();
    let mut last_id = 0;
    let mut rest = data;
    while let [step, length, behind @ ..] = rest {
        let (payload, next) = behind.split_at(behind.len().min(usize::from(*length)));
        rest = next;
        now += Duration::from_secs(u64::from(step >> 4) * 3);
        let sender = usize::from(step % 4);
        let mut request = payload.to_vec();
        if step & 4 != 0 && request.len() >= 12 {
            // An honest client's packet, but for whose id it shows and how old that is.
            let action = request[11] % 4;
            let id = if action == 0 { PROTOCOL_ID } else { last_id };
            request[..8].copy_from_slice(&id.to_be_bytes());
            request[8..12].copy_from_slice(&[0, 0, 0, action]);
            if action == 1 {
                request.resize(98, 0);
                let torrent = request[16] % 8;
                request[16..36].fill(torrent);
            }
        }
        let mut out = vec![
            0xa5;
            if step & 8 != 0 {
                4096
            } else {
                usize::from(*length)
            }
        ];
        let from = sender_address(sender);
        let answered = core.answer(now, from, &request, &mut out);
        check_answer(from, &request, &out, answered, &given[sender], now);
        if let Ok(ResponsePacket::Connect { connection_id, .. }) =
            ResponsePacket::decode(Family::of(from), &out[..answered])
        {
            given[sender].insert(connection_id, now);
            last_id = connection_id;
        }
        let stats = core.stats();
        assert!(stats.torrents_v4 <= MAX_TORRENTS && stats.torrents_v6 <= MAX_TORRENTS);
        assert!(stats.peers_v4 <= MAX_PEERS && stats.peers_v6 <= MAX_PEERS);
        assert!(stats.torrents_v4 <= stats.peers_v4 && stats.torrents_v6 <= stats.peers_v6);
    }
});

fn sender_address(sender: usize) -> SocketAddr {
    let list = [
        "192.0.2.1:7",
        "192.0.2.2:7",
        "[2001:db8::1]:7",
        "[2001:db8::2]:7",
    ];
    list[sender].parse().expect("an address")
}

fn check_answer(
    from: SocketAddr,
    request: &[u8],
    out: &[u8],
    answered: usize,
    given: &BTreeMap<u64, Instant>,
    now: Instant,
) {
    assert!(answered <= out.len() && answered <= MAX_ANSWER_LENGTH);
    if answered == 0 {
        return;
    }
    let answer = ResponsePacket::decode(Family::of(from), &out[..answered]).expect("an answer");
    let shown = match RequestPacket::decode(request).expect("only requests are answered") {
        RequestPacket::Connect { .. } => {
            assert!(matches!(answer, ResponsePacket::Connect { .. }));
            assert!(answered <= request.len());
            return;
        }
        RequestPacket::Announce(packet) => packet.connection_id,
        RequestPacket::Scrape(packet) => packet.connection_id,
        other => panic!("unknown request {other:?}"),
    };
    assert!(!matches!(answer, ResponsePacket::Connect { .. }));
    // A forged one would have to be found among 2^48.
    let age = given.get(&shown).map(|at| now.duration_since(*at));
    assert!(
        age.is_some_and(|age| age < Duration::from_secs(121)),
        "answered without a valid id"
    );
}
