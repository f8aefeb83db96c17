"""Whether libtorrent finds a payload whole: libtorrent_check.py TORRENT FOLDER. Ends with 0 if so, else with 1."""
import sys
import time

import libtorrent as lt

SECONDS = 60


def main(torrent, folder):
    session = lt.session({"listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
                          "enable_upnp": False, "enable_natpmp": False})
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(torrent)
    params.save_path = folder
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    handle = session.add_torrent(params)
    checking = (lt.torrent_status.checking_files, lt.torrent_status.checking_resume_data)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        status = handle.status()
        if status.errc.value():
            sys.exit(f"libtorrent: {status.errc.message()}")
        if status.state not in checking:
            print(f"{status.num_pieces} of {params.ti.num_pieces()} pieces")
            sys.exit(0 if status.is_seeding else 1)
        time.sleep(0.05)
    sys.exit(f"libtorrent has not checked within {SECONDS} s")


main(*sys.argv[1:])
