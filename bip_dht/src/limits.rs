//! Every fixed bound of this crate, each with its reason. Bounds that a user may choose are in `config.rs`.

use std::time::Duration;

/// How many operations and leases may be under way at once unless configured: far more than a client needs, and few
/// enough that a loop gone wild is told so.
pub const DEFAULT_OPERATIONS: usize = 256;

/// The most operations and leases that a configuration can allow: at some 10 kB each, what fits in memory.
pub const MAX_OPERATIONS: usize = 65_536;

/// How many bytes of datagrams may wait to be sent: a burst of some hundred answers. Above it queries of others stay
/// unanswered, and our own count as sent and lost.
pub(crate) const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// What a drained outbox keeps of its buffer: one answer, so that a quiet node allocates nothing for it.
pub(crate) const OUTBOX_KEPT_BYTES: usize = 1024;

// The routing table.

/// How many live contacts the buckets hold, beginning with the half of the key space farthest away. BEP 5 asks for 8
/// in each; with more where it costs least, lookups begin nearer to their target and take less than 3 hops.
pub(crate) const BUCKET_LIMITS: [usize; 4] = [128, 64, 32, 16];

/// How many live contacts every further bucket holds (BEP 5, "Routing Table").
pub(crate) const BUCKET_LIMIT: usize = 8;

/// How many buckets there are. The last holds every id with 23 or more bits in common with our own; that fits a
/// network of a hundred million nodes, and bounds what invented ids next to our own can make us store.
pub(crate) const MAX_BUCKETS: usize = 24;

/// How many contacts wait in each bucket, beside the live ones, for the place of one that fails.
pub(crate) const MAX_SPARES: usize = 4;

/// How long after its last answer a contact is good, and named to others (BEP 5, "Routing Table").
pub(crate) const GOOD_FOR: Duration = Duration::from_secs(15 * 60);

/// How long after its last answer a contact is asked again at the latest, so that it stays good.
pub(crate) const PING_AFTER: Duration = Duration::from_secs(13 * 60);

/// The same in a bucket with more live contacts than BEP 5 asks for, for those that have been there for long. With it a full
/// table costs less than one datagram in two seconds, queries and answers.
pub(crate) const FAR_PING_AFTER: Duration = Duration::from_secs(40 * 60);

/// How long we leave a node alone that asked us something before we asked it: by then a NAT has forgotten that we may
/// come in, and only who can be reached by everybody answers.
pub(crate) const UNSOLICITED_DELAY: Duration = Duration::from_secs(90);

/// How often a contact in the table may fail in a row: at this number it is dropped.
pub(crate) const MAX_FAILURES: u8 = 2;

/// How long after the last answer of anybody we believe that failures are the other side's.
pub(crate) const ONLINE_FOR: Duration = Duration::from_secs(30);

/// How long a bucket rests between two lookups that fill it (BEP 5, "Routing Table").
pub(crate) const LOOK_UP_AFTER: Duration = Duration::from_secs(15 * 60);

/// How long our own id rests between two lookups: they find new neighbours, and come before the pings of the old ones, which
/// they save.
pub(crate) const OWN_LOOK_UP_AFTER: Duration = Duration::from_secs(10 * 60);

/// After how long without an answer a contact is asked again when something casts doubt on it.
pub(crate) const SUSPECT_AFTER: Duration = Duration::from_secs(5 * 60);

/// How long a contact that failed is left alone, doubled with each failure in a row (30 s after the first).
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(15);

/// How long a ping of the table may take until the contact is offered for a ping once more.
pub(crate) const PING_TIME: Duration = Duration::from_secs(60);

/// How many contacts are given at most for one target: twice what any answer carries.
pub(crate) const MAX_CLOSEST: usize = 32;
/// Bytes of a transaction id that are accepted and echoed. BEP 5 speaks of "a short string"; implementations send 1 to
/// 20 bytes, and what is echoed must not serve to amplify.
pub const MAX_TRANSACTION_LENGTH: usize = 32;

/// Dictionaries and lists that may be open at once in a message. BEP 5 needs three; the rest is for the values of
/// BEP 44.
pub const MAX_MESSAGE_DEPTH: usize = 8;

/// Bencoded tokens of a message: 8 KiB of decoder memory. An answer with a thousand peers has that many, and a value of
/// 1000 bytes (BEP 44) about half.
pub const MAX_MESSAGE_TOKENS: usize = 1024;

/// Bytes of an answer, so that it crosses every IPv6 link in one piece (1280 less 48 of headers) with some room for
/// tunnels.
pub const MAX_ANSWER_LENGTH: usize = 1200;

/// Bytes of an item's value, bencoded (BEP 44, "Messages": "it's not safe to assume storing more").
pub const MAX_VALUE_LENGTH: usize = 1000;

/// Bytes of a mutable item's salt (BEP 44, "Mutable Items").
pub const MAX_SALT_LENGTH: usize = 64;

/// How long a token is the current one; it is taken for as long again (BEP 5, "Overview": five and ten minutes).
pub(crate) const TOKEN_EPOCH: Duration = Duration::from_secs(5 * 60);

/// Bytes of a token: 64 bits of a keyed hash, which nobody guesses at the rate that a node answers at.
pub(crate) const TOKEN_LENGTH: usize = 8;

/// Bytes of another node's token that are kept and given back: the known ones have 2 to 20 (BEP 5, "get_peers": "a short
/// opaque binary string"), and the largest put of all still fits one Ethernet frame with it. Who gives a longer one counts
/// as giving none.
pub(crate) const MAX_FOREIGN_TOKEN_LENGTH: usize = 64;

// What others store with us.

/// How long a peer stays without being announced anew: three announces at the usual 15 minutes, of which two may fail.
pub(crate) const PEER_LIFETIME: Duration = Duration::from_secs(45 * 60);

/// How many peers are kept at one key in each family. Beyond that, no token is given (BEP 33, "Changed announce
/// accounting", would allow 6000), and announces spread to nodes a little farther off.
pub(crate) const MAX_PEERS_PER_KEY: usize = 500;

/// How many peers of one IPv4 address or one IPv6 /64 are kept at one key: several programs behind one NAT.
pub(crate) const MAX_PEERS_PER_HOST: usize = 4;

/// The same for loopback addresses, where a whole swarm may run on one host and no stranger gets in.
pub(crate) const MAX_PEERS_PER_LOOPBACK: usize = 64;

/// How many peers of one IPv4 /24 or one IPv6 /48 are kept at one key, so that one tenant cannot fill it.
pub(crate) const MAX_PEERS_PER_NETWORK: usize = 64;

/// How many keys have peers with us. A node is among the 8 closest to a few hundred keys at most.
pub(crate) const MAX_KEYS: usize = 2000;

/// How many peers are kept in all: 240 kB over IPv4, 480 kB over IPv6.
pub(crate) const MAX_PEERS: usize = 20_000;

/// How many peers one IPv4 address or one IPv6 /64 may have with us over all keys.
pub(crate) const MAX_STORED_PER_HOST: u32 = 256;

/// How many peers one IPv4 /24 or one IPv6 /48 may have with us over all keys: a tenth of the store.
pub(crate) const MAX_STORED_PER_NETWORK: u32 = 2000;

/// How often a store looks for what has expired.
pub(crate) const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// How many keys an answer to `sample_infohashes` names: 400 bytes beside the nodes of both families (BEP 51).
pub(crate) const MAX_KEY_SAMPLES: usize = 20;

/// How long the keys named stay the same where not all fit in one answer (BEP 51 allows up to 6 hours).
pub(crate) const SAMPLE_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// How long an item stays without being put anew (BEP 44, "Expiration").
pub(crate) const ITEM_LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);

/// The longest bencoded value of an item (BEP 44, "Messages").
pub(crate) const MAX_ITEM_VALUE_LENGTH: usize = 1000;

/// How many items are kept in all: at most 900 kB. A node is among the 8 closest to far fewer targets.
pub(crate) const MAX_ITEMS: usize = 700;

/// How many items one IPv4 address or one IPv6 /64 may have with us.
pub(crate) const MAX_ITEMS_PER_HOST: u32 = 64;

/// How many items one IPv4 /24 or one IPv6 /48 may have with us: a fifth of the store.
pub(crate) const MAX_ITEMS_PER_NETWORK: u32 = 140;

// Queries of ours.

/// How many nodes a lookup asks at once, those not counted that are slow or that closer ones have overtaken: with 4 the
/// first answers come soon and few are asked in vain.
pub(crate) const LOOKUP_PARALLELISM: usize = 4;

/// How many nodes an answer names, a lookup ends with, and an announce goes to (BEP 5, "Routing Table").
pub(crate) const K: usize = 8;

/// How many nodes beyond the 8 closest a lookup asks where some of them are silent: each costs a query, and with 2 a sixth
/// of those is found that nobody closer names.
pub(crate) const MAX_WIDENING: usize = 2;

/// How many candidates a lookup keeps: far more than it can need in an honest network.
pub(crate) const MAX_CANDIDATES: usize = 100;

/// How many nodes of one answer a lookup takes: the most that known implementations send.
pub(crate) const MAX_NODES_TAKEN: usize = 20;

/// By which factor the closest nodes may stand too dense before somebody is believed to have placed them: by chance
/// more than 6 comes in one of some 2,000 lookups.
pub(crate) const DENSITY_ALARM: f64 = 6.0;

/// How many different peers one operation tells of; a user with a larger swarm has more than enough.
pub(crate) const MAX_PEERS_FOUND: usize = 4096;

/// The wait for an answer before any was measured.
pub(crate) const FIRST_SLOT_TIME: Duration = Duration::from_millis(300);

/// The shortest wait for an answer: on a loopback network a busy neighbour may take this long.
pub(crate) const MIN_SLOT_TIME: Duration = Duration::from_millis(100);

/// The longest wait for an answer before somebody else is asked beside.
pub(crate) const MAX_SLOT_TIME: Duration = Duration::from_secs(2);

/// After how many nodes in a row that did not answer the waits double.
pub(crate) const SILENCE_BACKOFF: u32 = 8;

/// How many contacts of the table are pinged at once.
pub(crate) const MAX_CHECKS: usize = 4;

// The standing in the network.

/// How many given nodes are remembered for each family.
pub const MAX_GATEWAYS: usize = 32;

/// The first wait after nobody answered; it doubles each time.
pub(crate) const BOOTSTRAP_RETRY: Duration = Duration::from_secs(1);

/// The longest wait between two attempts to find the network.
pub(crate) const MAX_BOOTSTRAP_RETRY: Duration = Duration::from_secs(60);

/// How long an operation waits for the network to be found before it ends without: routers answer within seconds.
pub(crate) const BOOTSTRAP_PATIENCE: Duration = Duration::from_secs(30);

/// How long nobody must have answered before the node counts as offline.
pub(crate) const OFFLINE_AFTER: Duration = Duration::from_secs(20);

/// How many queries in a row must have stayed unanswered for that.
pub(crate) const OFFLINE_MISSES: u32 = 6;

/// How many events may wait to be taken; above it no peers are told of any more.
pub(crate) const MAX_EVENTS: usize = 4096;

/// The waits before a lease's lookups that come soon after its first announce: 5, 15 and 45 seconds after it. Of those
/// who join at the same time, each has looked before the others were announced, and would not hear of them for long.
pub(crate) const LEASE_EARLY_LOOKUPS: [Duration; 3] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
];

/// How often a lease looks for peers.
pub(crate) const LEASE_LOOKUP: Duration = Duration::from_secs(5 * 60);

/// Each how many of those also announce: 15 minutes apart, since nodes forget after 30 to 45.
pub(crate) const LEASE_ANNOUNCE: usize = 3;

/// How often an item is put again that is kept alive (BEP 44, "Expiration": once an hour, since nodes may forget after two).
pub(crate) const ITEM_RENEWAL: Duration = Duration::from_secs(60 * 60);

/// How often an item may be asked for that is followed: a lookup takes seconds, and nodes limit what they answer.
#[cfg(feature = "ed25519")]
pub const MIN_FOLLOW_INTERVAL: Duration = Duration::from_secs(10);

/// How rarely an item is asked for that is followed, whatever was said.
#[cfg(feature = "ed25519")]
pub(crate) const MAX_FOLLOW_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// The first wait after a lease's announce or put failed; it doubles each time up to [`LEASE_LOOKUP`].
pub(crate) const LEASE_RETRY: Duration = Duration::from_secs(10);

/// How many peers a lease remembers to have told of; above it, it forgets them all and tells again.
pub(crate) const MAX_LEASE_PEERS: usize = 4096;

// Answers.

/// What an answer may always take: ours to a stranger's shortest query still names 4 nodes.
pub(crate) const MIN_ANSWER_ROOM: usize = 240;

/// How many times longer than the query the answer to a stranger may be, whose address may be that of a victim. Items and
/// filters come on top, because they cannot be cut; what they take is paid for out of the host's and the network's budget.
pub(crate) const MAX_AMPLIFICATION: usize = 3;

/// What the two filters of a scrape take in an answer, beside what it may take else (BEP 33): 256 bytes and a key each.
pub(crate) const FILTERS_LENGTH: usize = 2 * (256 + 10);

/// What key, signature and number of a mutable item take in an answer at most (BEP 44).
pub(crate) const SIGNATURE_LENGTH: usize = 37 + 72 + 27;

/// How many nodes a stranger's answer has beside peers, keys or an item, which would find no room otherwise.
pub(crate) const NODES_BESIDE: usize = 4;

/// How many peers are chosen for an answer: what fits beside nothing else.
pub(crate) const MAX_PEERS_ANSWERED: usize = 120;
// Whom we answer, and whom we believe.

/// How many buckets each of the two rows for hosts has: with both rows 2 kB.
pub(crate) const HOST_BUCKETS: usize = 128;

/// The same for networks: 1 kB.
pub(crate) const NETWORK_BUCKETS: usize = 64;

/// How many networks' votes on our address are kept.
pub(crate) const ADDRESS_VOTES: usize = 32;

/// How many networks have to agree on our address.
pub(crate) const ADDRESS_QUORUM: usize = 4;

/// How long an address that we believe in stays at least.
pub(crate) const ADDRESS_REST: Duration = Duration::from_secs(60 * 60);

/// How many lookups the estimate of the network's size is made of.
pub(crate) const ESTIMATE_LOOKUPS: usize = 16;

/// How long saved state may be: twice what two full tables of contacts take.
pub const MAX_SAVED_LENGTH: usize = 64 * 1024;
// Whether strangers reach us.

/// How long a node that does not know whether strangers reach it says nothing of it and waits for one: others ping whom
/// they heard of after 90 s and more, and then name it.
pub(crate) const PROBE_TIME: Duration = Duration::from_secs(10 * 60);

/// How long it is read-only after a vain probe; it doubles each time, up to 16 times this.
pub(crate) const PROBE_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Bits of the filter of addresses to which something was sent: an idle node sends to a few hundred in the time.
pub(crate) const REACH_FILTER_BITS: usize = 4096;

/// How many values that share one sequence number are told apart: as many as wrote an item at the same time.
#[cfg(feature = "ed25519")]
pub(crate) const MAX_VERSIONS: usize = 4;
