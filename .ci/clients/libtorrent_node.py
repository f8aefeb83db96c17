"""One libtorrent session on loopback: libtorrent_node.py seed|leech TORRENT|MAGNET FOLDER PORT [TRACKER]

Prints LISTENING when it can be dialled; a leecher prints DONE and ends when everything is there.
"""
import sys

import libtorrent as lt


def main(role, source, folder, port, tracker=None):
    plain = int(lt.enc_policy.pe_disabled)
    session = lt.session({
        "listen_interfaces": f"127.0.0.1:{port}",
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        # Every peer of the suite lives on one address.
        "allow_multiple_connections_per_ip": True,
        "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "out_enc_policy": plain, "in_enc_policy": plain,
        "min_reconnect_time": 1,
        "alert_mask": lt.alert.category_t.all_categories,
    })
    if source.startswith("magnet:"):
        params = lt.parse_magnet_uri(source)
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(source)
    params.save_path = folder
    params.trackers = [tracker] if tracker else []
    params.flags |= lt.torrent_flags.override_trackers
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if role == "seed":
        params.flags |= lt.torrent_flags.seed_mode
    torrent = session.add_torrent(params)
    print("LISTENING", flush=True)
    while True:
        session.wait_for_alert(100)
        for alert in session.pop_alerts():
            if isinstance(alert, (lt.peer_error_alert, lt.peer_disconnected_alert, lt.tracker_error_alert, lt.hash_failed_alert, lt.file_error_alert)):
                print(alert.message(), file=sys.stderr, flush=True)
        if role == "leech" and torrent.status().is_seeding:
            torrent.flush_cache()
            print("DONE", flush=True)
            return


main(*sys.argv[1:])
