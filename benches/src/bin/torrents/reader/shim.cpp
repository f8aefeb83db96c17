// What the tables of torrents call of libtorrent, without exceptions passing. Every answer is a vector of characters that
// the caller frees, null where libtorrent refuses.

#include <exception>
#include <string>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hex.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/magnet_uri.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/version.hpp>

namespace {

using answer = std::vector<char>;

answer* as_answer(std::string const& text) { return new answer(text.begin(), text.end()); }

std::string hashes(lt::info_hash_t const& found) {
    std::string text;
    if (found.has_v1()) text += lt::aux::to_hex(found.v1);
    text += '\0';
    if (found.has_v2()) text += lt::aux::to_hex(found.v2);
    text += '\0';
    return text;
}

lt::add_torrent_params load(char const* input, std::size_t length) {
    return lt::load_torrent_buffer({input, static_cast<std::ptrdiff_t>(length)});
}

} // namespace

extern "C" {

char const* bip_lt_reader_version() { return LIBTORRENT_VERSION; }

char const* bip_lt_reader_data(answer const* answer) { return answer->data(); }

std::size_t bip_lt_reader_length(answer const* answer) { return answer->size(); }

void bip_lt_reader_free(answer* answer) { delete answer; }

answer* bip_lt_reader_read(char const* input, std::size_t length) {
    try {
        lt::add_torrent_params const loaded = load(input, length);
        lt::file_storage const& files = loaded.ti->files();
        std::int64_t total = 0;
        std::string paths;
        for (lt::file_index_t const file : files.file_range()) {
            if (files.pad_file_at(file)) continue;
            total += files.file_size(file);
            paths += files.file_path(file) + '\0';
        }
        return as_answer(hashes(loaded.ti->info_hashes()) + std::to_string(total) + '\0' + paths);
    } catch (std::exception const&) {
        return nullptr;
    }
}

answer* bip_lt_reader_magnet(char const* text, std::size_t length) {
    lt::error_code error;
    lt::add_torrent_params const parsed = lt::parse_magnet_uri({text, length}, error);
    return error ? nullptr : as_answer(hashes(parsed.info_hashes));
}

// Version 1 is the first bit of `halves`, version 2 the second.
answer* bip_lt_reader_create(char const* path, char const* folder, int halves) {
    try {
        lt::create_flags_t flags{};
        if (halves == 1) flags = lt::create_torrent::v1_only;
        if (halves == 2) flags = lt::create_torrent::v2_only;
        lt::file_storage files;
        lt::add_files(files, path);
        lt::create_torrent torrent(files, 1 << 14, flags);
        lt::error_code error;
        lt::set_piece_hashes(torrent, folder, [](lt::piece_index_t) {}, error);
        return error ? nullptr : new answer(torrent.generate_buf());
    } catch (std::exception const&) {
        return nullptr;
    }
}

// As its documentation says: what is loaded becomes a torrent to be created.
answer* bip_lt_reader_comment(char const* input, std::size_t length) {
    try {
        lt::add_torrent_params const loaded = load(input, length);
        lt::create_torrent torrent(*loaded.ti);
        torrent.set_comment("another");
        return new answer(torrent.generate_buf());
    } catch (std::exception const&) {
        return nullptr;
    }
}

} // extern "C"
