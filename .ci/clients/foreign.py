"""The clients that we did not write, each behind the same four calls: start, listening, done, stop."""
import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def wait_until(check, what, seconds):
    """Polls `check` until it is true; a bounded wait, since what is waited for is another program."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if check():
                return
        except (OSError, KeyError, IndexError, ValueError, urllib.error.URLError):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} s")


def port_is_listened_on(port):
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as lines:
            for line in list(lines)[1:]:
                local, state = line.split()[1], line.split()[3]
                if state == "0A" and int(local.rsplit(":", 1)[1], 16) == port:
                    return True
    return False


class Foreign:
    """One process of a foreign client. `role` is "seed" or "leech"."""
    makes_empty_files = True

    def __init__(self, role, source, folder, port, tracker, state):
        self.role, self.source, self.folder, self.port, self.tracker = role, source, folder, port, tracker
        self.state = state
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        self.log = open(state / "log", "wb")
        self.process = None

    def spawn(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.state), "LC_ALL": "C.UTF-8"})

    def start(self):
        self.launch()
        wait_until(self.listening, f"{type(self).__name__} listens on {self.port}", 60)

    def listening(self):
        return port_is_listened_on(self.port)

    def done(self):
        """A one-shot client is done when it has ended well."""
        code = self.process.poll()
        if code not in (None, 0):
            raise RuntimeError(f"{type(self).__name__} ended with {code}")
        return code == 0

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def last_words(self):
        return (self.state / "log").read_text(errors="replace")[-1500:]


class Libtorrent(Foreign):
    def launch(self):
        self.spawn(sys.executable, HERE / "libtorrent_node.py", self.role, self.source, self.folder, self.port,
                   *([self.tracker] if self.tracker else []))


class Aria2(Foreign):
    def launch(self):
        options = ["--no-conf", f"--dir={self.folder}", f"--listen-port={self.port}", "--interface=127.0.0.1",
                   # aria2 speaks to UDP trackers only through its DHT's socket, which --interface keeps on loopback.
                   "--enable-dht=true", f"--dht-listen-port={self.port}", f"--dht-file-path={self.state}/dht.dat",
                   "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false",
                   "--disable-ipv6=true", "--file-allocation=none", "--summary-interval=0", "--console-log-level=notice",
                   "--allow-overwrite=true", "--bt-tracker-interval=2", "--bt-tracker-connect-timeout=5"]
        options += ["--bt-seed-unverified=true", "--seed-ratio=0.0"] if self.role == "seed" else ["--seed-time=0"]
        options += [f"--bt-tracker={self.tracker}"] if self.tracker else []
        self.spawn("aria2c", *options, self.source)


class Transmission(Foreign):
    # Transmission 3.00 writes no file for a length of zero.
    makes_empty_files = False

    def launch(self):
        self.rpc_port = self.port + 5000
        (self.state / "settings.json").write_text(json.dumps({
            "rpc-enabled": True, "rpc-port": self.rpc_port, "rpc-bind-address": "127.0.0.1", "rpc-whitelist-enabled": False,
            "rpc-host-whitelist-enabled": False, "bind-address-ipv4": "127.0.0.1", "bind-address-ipv6": "::1",
            "peer-port": self.port, "peer-port-random-on-start": False, "port-forwarding-enabled": False,
            "dht-enabled": False, "lpd-enabled": False, "pex-enabled": False, "utp-enabled": False, "encryption": 0,
            "download-dir": str(self.folder), "incomplete-dir-enabled": False, "trash-original-torrent-files": False}))
        self.spawn("transmission-daemon", "-f", "-g", self.state, "--no-portmap", "--log-error")
        wait_until(lambda: self.rpc("session-get"), "Transmission answers", 30)
        self.rpc("torrent-add", filename=str(self.source), paused=False)
        if self.tracker:
            torrent = self.torrent("id", "trackers")
            if self.tracker not in [tracker["announce"] for tracker in torrent["trackers"]]:
                self.rpc("torrent-set", ids=[torrent["id"]], trackerAdd=[self.tracker])

    def rpc(self, method, **arguments):
        body = json.dumps({"method": method, "arguments": arguments}).encode()
        session = getattr(self, "session", "")
        request = urllib.request.Request(f"http://127.0.0.1:{self.rpc_port}/transmission/rpc", body,
                                         {"X-Transmission-Session-Id": session})
        try:
            answer = json.load(urllib.request.urlopen(request, timeout=10))
        except urllib.error.HTTPError as error:
            # The first call is answered with the token that every later one carries.
            if error.code != 409 or self.session_is(error.headers["X-Transmission-Session-Id"]):
                raise
            return self.rpc(method, **arguments)
        if answer["result"] != "success":
            raise ValueError(f"{method}: {answer['result']}")
        return answer["arguments"] or True

    def session_is(self, token):
        known = getattr(self, "session", None) == token
        self.session = token
        return known

    def torrent(self, *fields):
        return self.rpc("torrent-get", fields=list(fields))["torrents"][0]

    def listening(self):
        if not super().listening():
            return False
        if self.role == "leech":
            return True
        torrent = self.torrent("status", "leftUntilDone", "percentDone", "metadataPercentComplete")
        if torrent["status"] == 0:
            self.rpc("torrent-start")
        return torrent["status"] == 6 and torrent["leftUntilDone"] == 0

    def done(self):
        torrent = self.torrent("percentDone", "leftUntilDone", "metadataPercentComplete")
        return torrent["metadataPercentComplete"] == 1 and torrent["percentDone"] == 1 and torrent["leftUntilDone"] == 0


CLIENTS = {"libtorrent": Libtorrent, "aria2": Aria2, "transmission": Transmission}
