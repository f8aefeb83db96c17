"""bip against clients that we did not write, over loopback: each way, by file and by magnet, through our UDP tracker
and with --peer, one big file and a tree of small ones; what arrives is compared byte by byte. Then the torrents that bip
makes, verified by them, and theirs by bip; and networks of DHT nodes, ours and theirs."""
import argparse
import fcntl
import itertools
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import dht
import payload as payloads
import torrents
from foreign import CLIENTS, port_is_listened_on, wait_until

CASE_SECONDS = 120


class Case:
    def __init__(self, direction, client, source, route, payload):
        self.direction, self.client, self.source, self.route, self.payload = direction, client, source, route, payload

    def __str__(self):
        way = f"{self.client}->bip" if self.direction == "from" else f"bip->{self.client}"
        return f"{way:20} {self.source:6} {self.route:7} {self.payload}"

    def run(self, suite):
        suite.run(self)


class Processes:
    """What one case has started, ended with it whatever happens."""

    def __init__(self):
        self.started, self.foreign = [], []

    def spawn(self, command, log):
        with open(log, "wb") as out:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        self.started.append(process)
        return process

    def end(self):
        for client in self.foreign:
            client.stop()
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()


class Suite:
    def __init__(self, options):
        self.bip, self.tracker_binary = options.bip.resolve(), options.tracker.resolve()
        self.work, self.modules = options.work.resolve(), options.modules.resolve()
        self.made = payloads.make(self.work / "payload")
        self.next_port = 21000

    def processes(self):
        return Processes()

    def port(self):
        self.next_port += 1
        while port_is_listened_on(self.next_port):
            self.next_port += 1
        return self.next_port

    def start_tracker(self, processes):
        port = self.port()
        log = self.work / "tracker.log"
        # A short interval, so that whoever came first learns of whoever came later.
        processes.spawn([self.tracker_binary, "--listen", f"127.0.0.1:{port}", "--interval", "2"], log)
        wait_until(lambda: "listening" in log.read_text(), "our tracker listens", 10)
        return f"udp://127.0.0.1:{port}"

    def run(self, case):
        processes = Processes()
        try:
            self.transfer(case, self.made[case.payload], processes)
        except Exception:
            for client in processes.foreign:
                print(f"--- {case.client} said:\n{client.last_words()}", file=sys.stderr)
            print(f"--- bip said:\n{(self.work / 'bip.log').read_text(errors='replace')[-2500:]}", file=sys.stderr)
            raise
        finally:
            processes.end()

    def transfer(self, case, payload, processes):
        copy = self.work / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(parents=True)
        log = self.work / "bip.log"
        log.write_text("")
        tracker = self.start_tracker(processes) if case.route == "tracker" else None
        foreign_port, our_port = self.port(), self.port()
        receives = "leech" if case.direction == "to" else "seed"
        leecher_source = payload.magnet(tracker) if case.source == "magnet" else payload.torrent
        foreign = CLIENTS[case.client](
            receives, str(payload.torrent if receives == "seed" else leecher_source),
            copy if receives == "leech" else payload.folder, foreign_port, tracker, self.work / case.client)
        processes.foreign.append(foreign)
        foreign.start()
        ours = ["--listen", f"127.0.0.1:{our_port}", "-v"]
        ours += ["--tracker", tracker] if tracker else ["--peer", f"127.0.0.1:{foreign_port}"]
        if case.direction == "from":
            bip = processes.spawn([self.bip, "download", leecher_source, "-o", copy, *ours], log)
            code = bip.wait(CASE_SECONDS)
            if code != 0:
                raise RuntimeError(f"bip ended with {code}")
        else:
            bip = processes.spawn([self.bip, "seed", payload.torrent, "--data", payload.folder, *ours], log)
            wait_until(lambda: bip.poll() is not None or foreign.done(), f"{case.client} has everything", CASE_SECONDS)
            if bip.poll() is not None:
                raise RuntimeError(f"bip stopped seeding with {bip.returncode}")
        wrong = payload.compare(copy, empty_files_expected=case.direction == "from" or foreign.makes_empty_files)
        if wrong:
            raise RuntimeError(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bip", type=pathlib.Path, required=True)
    parser.add_argument("--tracker", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--modules", type=pathlib.Path, required=True, help="the folder in which npm has installed")
    parser.add_argument("--list", action="store_true", help="print the cases and end")
    parser.add_argument("words", nargs="*", help="run only the cases whose name holds every word")
    options = parser.parse_args()
    cases = [Case(*row) for row in itertools.product(["from", "to"], CLIENTS, ["file", "magnet"], ["tracker", "peer"], ["file", "tree"])]
    cases += torrents.CASES + dht.CASES
    cases = [case for case in cases if all(word in str(case) for word in options.words)]
    if options.list:
        print("\n".join(map(str, cases)))
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    lock = open(options.work / "lock", "w")
    # Two suites would share ports and the folder that is compared.
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Ended from outside, the suite still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    suite = Suite(options)
    failed = []
    for case in cases:
        for attempt in (1, 2):
            start = time.monotonic()
            try:
                case.run(suite)
                print(f"ok     {case}  {time.monotonic() - start:5.1f} s", flush=True)
                break
            except Exception as error:
                print(f"FAILED {case}  {time.monotonic() - start:5.1f} s: {error!r}", flush=True)
                if attempt == 1:
                    print("       once more: the fault may lie with the other program", flush=True)
        else:
            failed.append(case)
    print(f"interop: {len(cases) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


sys.exit(main())
