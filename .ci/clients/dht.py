"""Networks of DHT nodes over loopback, ours and those that we did not write: each bootstraps on the other, and what one
announces or puts the other finds."""
import hashlib
import json
import os
import select
import shutil
import subprocess
import time

import libtorrent as lt

from foreign import HERE, wait_until
from torrents import run

NODES = 20
SECONDS = 60

CATEGORIES = lt.alert.category_t
PLAIN = int(lt.enc_policy.pe_disabled)


def session(port, bootstrap):
    """A node of libtorrent. All nodes share one address here, so every rule that keeps one node of each is lifted."""
    return lt.session({
        "listen_interfaces": f"127.0.0.1:{port}", "dht_bootstrap_nodes": bootstrap, "enable_dht": True,
        "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False, "allow_multiple_connections_per_ip": True,
        "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False, "dht_prefer_verified_node_ids": False,
        "dht_enforce_node_id": False, "dht_ignore_dark_internet": False, "dht_block_ratelimit": 10_000,
        "dht_upload_rate_limit": 1_000_000,
        "out_enc_policy": PLAIN, "in_enc_policy": PLAIN, "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "alert_mask": CATEGORIES.dht_notification | CATEGORIES.dht_operation_notification})


def answer(node, kind, ask, wanted):
    """What `wanted` makes of an alert after `ask`, which is asked again until it makes something: a foreign node that has
    just come asks nobody and says that there is nothing."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        ask()
        again = time.monotonic() + 2
        while time.monotonic() < again:
            node.wait_for_alert(100)
            for alert in node.pop_alerts():
                found = wanted(alert) if isinstance(alert, kind) else None
                if found is not None:
                    return found
    raise TimeoutError(f"libtorrent tells no {kind.__name__} within {SECONDS} s")


def peers_of(node, key):
    place = lt.sha1_hash(key)
    return answer(node, lt.dht_get_peers_reply_alert, lambda: node.dht_get_peers(place),
                  lambda alert: (alert.info_hash == place and alert.peers()) or None)


def table_size(node):
    return answer(node, lt.dht_stats_alert, node.post_dht_stats,
                  lambda alert: sum(bucket["num_nodes"] for bucket in alert.routing_table))


def settle(nodes):
    """Lets nodes meet: those that have just come know nobody but the first."""
    def settled():
        for node in nodes:
            node.dht_get_peers(lt.sha1_hash(os.urandom(20)))
        return min(map(table_size, nodes)) >= min(4, len(nodes) - 1)
    wait_until(settled, "nodes of libtorrent meet", SECONDS)


def put_by(node, put, is_mutable):
    """Alerts of the put before may still come."""
    answer(node, lt.dht_put_alert, put, lambda alert: (any(alert.public_key) == is_mutable and alert.num_success) or None)


class Dht:
    """A case with a folder and a command line of its own."""

    def __init__(self, name, steps):
        self.name, self.steps = name, steps

    def __str__(self):
        return self.name

    def run(self, suite):
        folder = suite.work / "dht"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        processes = suite.processes()
        try:
            self.steps(suite, folder, processes)
        finally:
            processes.end()


class Bip:
    """`bip dht` that begins at one node."""

    def __init__(self, suite, bootstrap):
        self.suite, self.bootstrap = suite, bootstrap

    def __call__(self, *words):
        out = run(self.suite.bip, "dht", *words, "--bootstrap", self.bootstrap, "--no-routers", "--bind", "127.0.0.1:0",
                  "--timeout", SECONDS, "--json")
        return [json.loads(line) for line in out.splitlines()]


def bip_node(suite, folder, processes):
    """The address of a node of ours."""
    log = folder / "node.log"
    processes.spawn([suite.bip, "dht", "node", "--bind", "127.0.0.1:0", "--no-routers", "--json"], log)
    wait_until(lambda: b'"listening"' in log.read_bytes(), "bip dht node listens", 10)
    return json.loads(log.read_bytes().splitlines()[0])["address"]


def expect(what, found, wanted):
    if found != wanted:
        raise RuntimeError(f"{what}: {found!r}, not {wanted!r}")


def peers(told):
    return sorted(line["address"] for line in told if line["event"] == "peer")


def both_ways(folder, nodes, bip):
    """Announces and items of each are found by the other."""
    writer, reader = nodes[0], nodes[-1]
    key = os.urandom(20)
    writer.dht_announce(lt.sha1_hash(key), 4001, 0)
    expect("peers among themselves", peers_of(reader, key), [("127.0.0.1", 4001)])
    expect("peers that libtorrent announced", peers(bip("get-peers", key.hex())), ["127.0.0.1:4001"])

    key = os.urandom(20)
    bip("announce", key.hex(), "4002")
    expect("peers that bip announced", peers_of(reader, key), [("127.0.0.1", 4002)])

    value = b"of libtorrent " + os.urandom(8).hex().encode()
    targets = []
    put_by(writer, lambda: targets.append(writer.dht_put_immutable_item(value)), is_mutable=False)
    expect("libtorrent's immutable item", told(bip("get", str(targets[0])), "value"), value.decode())

    value = "of bip " + os.urandom(8).hex()
    target = told(bip("put", value), "key")
    expect("bip's immutable item", answer(
        reader, lt.dht_immutable_item_alert, lambda: reader.dht_get_immutable_item(lt.sha1_hash(bytes.fromhex(target))),
        lambda alert: alert.item["value"] or None), value.encode())

    mutable_items(folder, writer, reader, bip)


def mutable_items(folder, writer, reader, bip):
    file = folder / "key"
    file.unlink(missing_ok=True)
    public = bytes.fromhex(json.loads(run(bip.suite.bip, "dht", "key", file, "--json"))["public_key"])
    bip("put", "first", "--key", file, "--salt", "news")
    expect("bip's mutable item", answer(
        reader, lt.dht_mutable_item_alert, lambda: reader.dht_get_mutable_item(public, b"news"),
        lambda alert: alert.item["value"] or None), b"first")
    secret = expanded(bytes.fromhex(file.read_text()))
    put_by(writer, lambda: writer.dht_put_mutable_item(secret, public, b"second", b"news"), is_mutable=True)
    expect("libtorrent's mutable item", told(bip("get", public.hex(), "--salt", "news"), "value"), "second")


def expanded(seed):
    """A secret key in the form that libtorrent takes (RFC 8032, "Key Generation")."""
    half = bytearray(hashlib.sha512(seed).digest())
    half[0] &= 248
    half[31] = half[31] & 63 | 64
    return bytes(half)


def told(lines, name):
    return next(line[name] for line in lines if name in line)


def in_a_network_of_libtorrent(suite, folder, processes):
    base = suite.port()
    first = f"127.0.0.1:{base}"
    nodes = [session(base, "")] + [session(suite.port(), first) for _ in range(NODES - 1)]
    settle(nodes)
    both_ways(folder, nodes, Bip(suite, first))


def libtorrent_in_a_network_of_ours(suite, folder, processes):
    first = bip_node(suite, folder, processes)
    nodes = [session(suite.port(), first) for _ in range(3)]
    settle(nodes)
    both_ways(folder, nodes, Bip(suite, first))


def aria2_in_a_network_of_ours(suite, folder, processes):
    first = bip_node(suite, folder, processes)
    key, port = os.urandom(20).hex(), suite.port()
    processes.spawn(["aria2c", "--enable-dht=true", f"--dht-listen-port={suite.port()}", f"--listen-port={port}",
                     "--interface=127.0.0.1", f"--dht-entry-point={first}", f"--dht-file-path={folder / 'aria2.dat'}",
                     f"--dir={folder}", "--bt-metadata-only=true", "--stop=120", f"magnet:?xt=urn:btih:{key}"], folder / "aria2.log")
    # aria2 keeps whoever asks it something for a node, also those that say they are none; so that it asks the one that
    # stays, nobody else comes before it has announced.
    log = folder / "node.log"
    wait_until(lambda: json.loads(log.read_bytes().splitlines()[-1]).get("peers") == 1, "aria2 announces to bip", SECONDS)
    expect("peers that aria2 announced", peers(Bip(suite, first)("get-peers", key)), [f"127.0.0.1:{port}"])


def a_magnet_without_a_tracker(suite, folder, processes):
    first = bip_node(suite, folder, processes)
    payload = suite.made["odd"]
    seed = session(suite.port(), first)
    torrent = lt.add_torrent_params()
    torrent.ti, torrent.save_path, torrent.trackers = lt.torrent_info(str(payload.torrent)), str(payload.folder), []
    torrent.flags |= lt.torrent_flags.seed_mode | lt.torrent_flags.override_trackers
    torrent.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    added = seed.add_torrent(torrent)
    link = f"magnet:?xt=urn:btih:{torrent.ti.info_hashes().v1}"

    def announced():
        added.force_dht_announce()
        return '"peers":1' in (folder / "node.log").read_text().splitlines()[-1]
    wait_until(announced, "libtorrent announces to bip", SECONDS)
    copy = folder / "copy"
    copy.mkdir()
    run(suite.bip, "download", link, "-o", copy, "--listen", f"127.0.0.1:{suite.port()}", "--dht-bootstrap", first, "--json")
    wrong = payload.compare(copy, empty_files_expected=True)
    if wrong:
        raise RuntimeError(wrong)


def npm_in_a_network_of_ours(suite, folder, processes):
    first = bip_node(suite, folder, processes)
    bip = Bip(suite, first)
    # A module finds others only beside itself.
    script = shutil.copy(HERE / "npm_dht.mjs", suite.modules)
    node = subprocess.Popen(["node", script, first], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    processes.started.append(node)

    def line():
        if not select.select([node.stdout], [], [], SECONDS)[0]:
            raise TimeoutError(f"npm's node says nothing within {SECONDS} s")
        return json.loads(node.stdout.readline())

    def theirs(command):
        node.stdin.write(command + "\n")
        return line()
    expect("nodes that npm found", line(), {"event": "ready", "nodes": 1})

    key = os.urandom(20).hex()
    expect("an announce by npm", theirs(f"announce {key} 4003"), {"event": "announced"})
    expect("peers that npm announced", peers(bip("get-peers", key)), ["127.0.0.1:4003"])
    key = os.urandom(20).hex()
    bip("announce", key, "4004")
    expect("peers that bip announced", theirs(f"lookup {key}"), {"event": "peers", "peers": ["127.0.0.1:4004"]})

    expect("npm's immutable item", told(bip("get", theirs("put theirs")["key"]), "value"), "theirs")
    expect("bip's immutable item", theirs(f"get {told(bip('put', 'ours'), 'key')}"), {"event": "value", "value": "ours"})


CASES = [
    Dht(f"{'bip<->libtorrent':20} dht    in a network of theirs", in_a_network_of_libtorrent),
    Dht(f"{'bip<->libtorrent':20} dht    in a network of ours", libtorrent_in_a_network_of_ours),
    Dht(f"{'aria2->bip':20} dht    in a network of ours", aria2_in_a_network_of_ours),
    Dht(f"{'libtorrent->bip':20} dht    a magnet link without a tracker", a_magnet_without_a_tracker),
    Dht(f"{'bip<->npm':20} dht    in a network of ours", npm_in_a_network_of_ours),
]
