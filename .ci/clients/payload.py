"""The payloads of the interop suite, and their torrents, made by libtorrent and by nothing of ours."""
import filecmp
import pathlib
import random
import urllib.parse

import libtorrent as lt

BIG_LENGTH = 256 << 20


class Payload:
    """A folder that holds `name` (a file or a folder), and the .torrent that describes it."""

    def __init__(self, root, name, piece_length):
        self.folder, self.name = root / "data", name
        self.torrent = root / f"{name}.torrent"
        self.piece_length = piece_length

    def make_torrent(self):
        files = lt.file_storage()
        lt.add_files(files, str(self.folder / self.name))
        maker = lt.create_torrent(files, self.piece_length, lt.create_torrent.v1_only)
        lt.set_piece_hashes(maker, str(self.folder))
        self.torrent.write_bytes(lt.bencode(maker.generate()))

    def magnet(self, tracker=None):
        magnet = f"magnet:?xt=urn:btih:{lt.torrent_info(str(self.torrent)).info_hashes().v1}&dn={urllib.parse.quote(self.name)}"
        return magnet + (f"&tr={tracker}" if tracker else "")

    def files(self):
        """Relative path of every file, with its length."""
        top = self.folder / self.name
        found = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        return [(p.relative_to(self.folder), p.stat().st_size) for p in found]

    def compare(self, folder, empty_files_expected):
        """What differs between the payload and the copy under `folder`: nothing, or a sentence."""
        wrong = []
        for path, length in self.files():
            copy = folder / path
            if not copy.is_file():
                if length or empty_files_expected:
                    wrong.append(f"missing: {path}")
            elif not filecmp.cmp(self.folder / path, copy, shallow=False):
                wrong.append(f"differs: {path}")
        return f"{len(wrong)} files wrong, first: {wrong[0]}" if wrong else None


def big(root):
    payload = Payload(root, "big.bin", 1 << 20)
    path = payload.folder / payload.name
    if not path.exists() or path.stat().st_size != BIG_LENGTH:
        path.parent.mkdir(parents=True, exist_ok=True)
        source = random.Random(256)
        with open(path, "wb") as out:
            for _ in range(BIG_LENGTH >> 20):
                out.write(source.randbytes(1 << 20))
    payload.make_torrent()
    return payload


def odd(root):
    """One byte more than whole pieces of any length."""
    payload = Payload(root, "odd.bin", 1 << 20)
    path = payload.folder / payload.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(random.Random(5).randbytes((5 << 20) + 1))
    payload.make_torrent()
    return payload


def tree(root):
    """300 files: 12 empty, most smaller than a block, a piece that spans dozens of them, names in UTF-8."""
    payload = Payload(root, "Bäume und 木々", 1 << 16)
    source = random.Random(300)
    words = ["größe", "δέντρο", "дерево", "木", "عربي", "plain", "with space", "emoji 🌲", "back\\slash".replace("\\", "_")]
    for index in range(300):
        if index % 25 == 3:
            length = 0
        elif index % 30 == 7:
            length = 300_000 + source.randrange(2_000_000)
        else:
            length = 1 + source.randrange(9_000)
        folder = payload.folder / payload.name / words[index % len(words)] / str(index % 4)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{index:03} {words[(index * 7) % len(words)]}.bin").write_bytes(source.randbytes(length))
    payload.make_torrent()
    return payload


def make(root):
    root = pathlib.Path(root)
    return {"file": big(root), "odd": odd(root), "tree": tree(root)}
