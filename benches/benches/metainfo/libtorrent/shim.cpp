// What the benchmarks of torrents call of libtorrent, without exceptions passing. It shares nothing with the shim of
// bencode, whose counting of allocations is not made for libtorrent's threads.

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/magnet_uri.hpp>
#include <libtorrent/settings_pack.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/version.hpp>

namespace {

lt::sha256_hash parent(lt::sha256_hash const& left, lt::sha256_hash const& right) {
    return lt::hasher256().update(left).update(right).final();
}

// Whether a piece layer leads to this root. A session does the same when a torrent is added to it; loading does not, and
// libtorrent's own function for it cannot be called from outside.
bool leads_to(std::vector<lt::sha256_hash> hashes, lt::sha256_hash const& root, int piece_length) {
    lt::sha256_hash pad;
    for (int length = lt::default_block_size; length < piece_length; length *= 2) pad = parent(pad, pad);
    while (hashes.size() > 1) {
        if (hashes.size() % 2 == 1) hashes.push_back(pad);
        for (std::size_t i = 0; i < hashes.size() / 2; ++i) hashes[i] = parent(hashes[2 * i], hashes[2 * i + 1]);
        hashes.resize(hashes.size() / 2);
        pad = parent(pad, pad);
    }
    return hashes.size() == 1 && hashes[0] == root;
}

} // namespace

extern "C" {

char const* bip_lt_torrents_version() { return LIBTORRENT_VERSION; }

// The encoded torrent of one file: hybrid, as libtorrent makes them by default. Null where it fails. With no threads
// named, everything is as it is by default.
std::vector<char>* bip_lt_create(char const* path, char const* folder, int piece_length, int hashing_threads) {
    try {
        lt::file_storage files;
        lt::add_files(files, path);
        lt::create_torrent torrent(files, piece_length);
        lt::error_code error;
        if (hashing_threads == 0) {
            lt::set_piece_hashes(torrent, folder, [](lt::piece_index_t) {}, error);
        } else {
            lt::settings_pack settings = lt::default_settings();
            settings.set_int(lt::settings_pack::hashing_threads, hashing_threads);
            lt::set_piece_hashes(torrent, folder, settings, [](lt::piece_index_t) {}, error);
        }
        if (error) return nullptr;
        return new std::vector<char>(torrent.generate_buf());
    } catch (std::exception const&) {
        return nullptr;
    }
}

char const* bip_lt_torrent_data(std::vector<char> const* torrent) { return torrent->data(); }

std::size_t bip_lt_torrent_length(std::vector<char> const* torrent) { return torrent->size(); }

void bip_lt_torrent_free(std::vector<char>* torrent) { delete torrent; }

// The number of pieces, or 0 where the torrent is refused. What was loaded is freed before this returns.
std::uint32_t bip_lt_load(char const* input, std::size_t length) {
    try {
        lt::add_torrent_params const loaded
            = lt::load_torrent_buffer({input, static_cast<std::ptrdiff_t>(length)});
        return static_cast<std::uint32_t>(loaded.ti->num_pieces());
    } catch (std::exception const&) {
        return 0;
    }
}

// The same, and all piece layers are hashed up to the roots.
std::uint32_t bip_lt_load_and_check(char const* input, std::size_t length) {
    try {
        lt::add_torrent_params const loaded
            = lt::load_torrent_buffer({input, static_cast<std::ptrdiff_t>(length)});
        lt::file_storage const& files = loaded.ti->files();
        for (lt::file_index_t const file : files.file_range()) {
            // Loading moves the layers here.
            if (files.file_size(file) > files.piece_length()
                && !leads_to(loaded.merkle_trees.at(file), files.root(file), files.piece_length())) return 0;
        }
        return static_cast<std::uint32_t>(loaded.ti->num_pieces());
    } catch (std::exception const&) {
        return 0;
    }
}

// Whether a magnet link is accepted.
bool bip_lt_magnet_parse(char const* text, std::size_t length) {
    lt::error_code error;
    lt::add_torrent_params const parsed = lt::parse_magnet_uri({text, length}, error);
    return !error;
}

// Null where it is refused.
lt::add_torrent_params* bip_lt_magnet_new(char const* text, std::size_t length) {
    lt::error_code error;
    auto* parsed = new lt::add_torrent_params(lt::parse_magnet_uri({text, length}, error));
    if (!error) return parsed;
    delete parsed;
    return nullptr;
}

void bip_lt_magnet_free(lt::add_torrent_params* magnet) { delete magnet; }

// The length of its text, which is freed before this returns.
std::size_t bip_lt_magnet_write(lt::add_torrent_params const* magnet) { return lt::make_magnet_uri(*magnet).size(); }

} // extern "C"
