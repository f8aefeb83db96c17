"""Torrents that bip made, verified by programs that we did not write, and the other way round: `bip verify` finds their
payload whole, `bip show` tells the same info-hashes, and the same choices make the same info-hash."""
import json
import shutil
import subprocess
import sys

import libtorrent as lt

from foreign import HERE, CLIENTS

PIECE_LENGTH = 32 << 10
SECONDS = 120


def run(*command):
    """Standard output, or an exception with all that was said."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode(errors="replace")[-1500:]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {said}")
    return done.stdout


def hashes(torrent):
    """By libtorrent, which is no part of what is tried."""
    found = lt.torrent_info(str(torrent)).info_hashes()
    return {"info_hash_v1": str(found.v1) if found.has_v1() else None,
            "info_hash_v2": str(found.v2) if found.has_v2() else None}


class Torrents:
    """A case with a torrent in a folder of its own."""

    def __init__(self, client, kind, payload):
        self.client, self.kind, self.payload = client, kind, payload

    def run(self, suite):
        folder = suite.work / "torrents"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.check(suite, suite.made[self.payload], folder)

    def created(self, suite, payload, torrent):
        return json.loads(run(suite.bip, "create", payload.folder / payload.name, f"--{self.kind}", "-l", PIECE_LENGTH,
                              "-o", torrent, "--json"))


class Created(Torrents):
    """Made by bip."""

    def __str__(self):
        return f"{'bip->' + self.client:20} create {self.kind:7} {self.payload}"

    def check(self, suite, payload, folder):
        torrent = folder / "created.torrent"
        told = self.created(suite, payload, torrent)
        found = hashes(torrent)
        if found != {key: told[key] for key in found}:
            raise RuntimeError(f"bip tells other hashes than libtorrent: {told}, {found}")
        if self.client == "libtorrent":
            run(sys.executable, HERE / "libtorrent_check.py", torrent, payload.folder)
            return
        data = payload.folder
        if told["pad_count"]:
            data = with_pad_files(suite, torrent, payload, folder)
        if self.client == "aria2":
            run("aria2c", "--no-conf", "--check-integrity=true", "--seed-time=0", "--bt-stop-timeout=5", "--enable-dht=false",
                "--enable-dht6=false", "--bt-enable-lpd=false", "--file-allocation=none", f"--dir={data}",
                f"--listen-port={suite.port()}", torrent)
        else:
            client = CLIENTS[self.client]("seed", str(torrent), data, suite.port(), None, suite.work / self.client)
            try:
                client.start()
            finally:
                client.stop()


def with_pad_files(suite, torrent, payload, folder):
    """A copy of the payload for programs that do not know pad files (BEP 47), and so want them on disk."""
    data = folder / "data"
    shutil.copytree(payload.folder, data)
    pads = data / payload.name / ".pad"
    pads.mkdir()
    for file in json.loads(run(suite.bip, "show", "--json", torrent))["files"]:
        if file["pad"]:
            (pads / str(file["length"])).write_bytes(bytes(file["length"]))
    return data


class Made(Torrents):
    """Made by another program."""

    def __str__(self):
        return f"{self.client + '->bip':20} verify {self.kind:7} {self.payload}"

    def check(self, suite, payload, folder):
        torrent = folder / "made.torrent"
        MAKERS[self.client](self.kind, payload, torrent)
        told = json.loads(run(suite.bip, "verify", torrent, payload.folder, "--json"))
        if not told["proven"]:
            raise RuntimeError(f"bip finds faults: {told}")
        found = hashes(torrent)
        shown = json.loads(run(suite.bip, "show", "--json", torrent))
        if found != {key: shown[key] for key in found}:
            raise RuntimeError(f"bip shows other hashes than libtorrent: {shown}, {found}")
        if self.client in SAME_INFO_HASH:
            ours = self.created(suite, payload, folder / "created.torrent")
            if found != {key: ours[key] for key in found}:
                raise RuntimeError(f"bip makes another info-hash: {ours}, {found}")


# Each takes the kind, of which KINDS has those that it can make.
def make_by_libtorrent(kind, payload, torrent):
    files = lt.file_storage()
    for path, length in sorted(payload.files(), key=lambda file: [part.encode() for part in file[0].parts]):
        files.add_file(str(path), length)
    flags = {"v1": lt.create_torrent.v1_only, "v2": lt.create_torrent.v2_only, "hybrid": lt.create_torrent.canonical_files_no_tail_padding}
    maker = lt.create_torrent(files, PIECE_LENGTH, flags[kind])
    lt.set_piece_hashes(maker, str(payload.folder))
    torrent.write_bytes(lt.bencode(maker.generate()))


def make_by_mktorrent(kind, payload, torrent):
    run("mktorrent", "-l", PIECE_LENGTH.bit_length() - 1, "-o", torrent, payload.folder / payload.name)


def make_by_transmission(kind, payload, torrent):
    run("transmission-create", "-s", PIECE_LENGTH >> 10, "-o", torrent, payload.folder / payload.name)


MAKERS = {"libtorrent": make_by_libtorrent, "mktorrent": make_by_mktorrent, "transmission": make_by_transmission}
# transmission-create writes `private` into every info dictionary.
SAME_INFO_HASH = {"libtorrent", "mktorrent"}
# Transmission 3.00 takes no torrent with a file tree, from whatever program; aria2 knows version 1 only.
KINDS = {"libtorrent": ["v1", "v2", "hybrid"], "mktorrent": ["v1"], "transmission": ["v1"], "aria2": ["v1", "hybrid"]}

CASES = [Created(client, kind, payload)
         for client in CLIENTS for kind in KINDS[client] for payload in ("odd", "tree")]
CASES += [Made(client, kind, payload)
          for client in MAKERS for kind in KINDS[client] for payload in ("odd", "tree")]
