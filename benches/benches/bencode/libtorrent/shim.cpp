// What the benchmarks call of libtorrent, without exceptions passing and with every allocation of C++ counted.

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <new>
#include <vector>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/bencode.hpp>
#include <libtorrent/entry.hpp>
#include <libtorrent/version.hpp>

namespace {

std::uint64_t allocation_count = 0;

lt::span<char const> span(char const* input, std::size_t length) {
    return {input, static_cast<std::ptrdiff_t>(length)};
}

std::uint64_t visit(lt::bdecode_node const& node) {
    switch (node.type()) {
    case lt::bdecode_node::dict_t: {
        std::uint64_t sum = 0;
        int const size = node.dict_size();
        for (int i = 0; i < size; ++i) {
            auto const pair = node.dict_at(i);
            sum += pair.first.size() + visit(pair.second);
        }
        return sum;
    }
    case lt::bdecode_node::list_t: {
        std::uint64_t sum = 0;
        int const size = node.list_size();
        for (int i = 0; i < size; ++i) sum += visit(node.list_at(i));
        return sum;
    }
    case lt::bdecode_node::string_t:
        return static_cast<std::uint64_t>(node.string_length());
    case lt::bdecode_node::int_t:
        return static_cast<std::uint64_t>(node.int_value());
    case lt::bdecode_node::none_t:
        break;
    }
    return 0;
}

} // namespace

// What `bdecode`, and the second pass over its tree, say of an input.
struct bip_lt_verdict {
    bool is_accepted;
    bool has_soft_error;
    bool is_int;
    std::int64_t number;
    std::int32_t error_position;
};

// These replace the ones of the standard library in the whole program, libtorrent's shared object included.
void* operator new(std::size_t size) {
    ++allocation_count;
    if (void* memory = std::malloc(size)) return memory;
    std::abort();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" {

char const* bip_lt_version() { return LIBTORRENT_VERSION; }

std::uint64_t bip_lt_allocation_count() { return allocation_count; }

lt::bdecode_node* bip_lt_node_new() { return new lt::bdecode_node; }

void bip_lt_node_free(lt::bdecode_node* node) { delete node; }

// Whether the input was decoded. The tree is freed before this returns.
bool bip_lt_decode(char const* input, std::size_t length) {
    lt::error_code error;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error);
    return !error && node;
}

// The same into a node that the caller keeps.
bool bip_lt_decode_into(lt::bdecode_node* node, char const* input, std::size_t length) {
    lt::error_code error;
    *node = lt::bdecode(span(input, length), error);
    return !error;
}

// The sum of all lengths and integers of a fresh tree, 0 where decoding fails.
std::uint64_t bip_lt_visit(char const* input, std::size_t length) {
    lt::error_code error;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error);
    return error ? 0 : visit(node);
}

std::uint64_t bip_lt_visit_into(lt::bdecode_node* node, char const* input, std::size_t length) {
    return bip_lt_decode_into(node, input, length) ? visit(*node) : 0;
}

// Null where decoding fails.
lt::entry* bip_lt_entry_new(char const* input, std::size_t length) {
    lt::error_code error;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error);
    if (error) return nullptr;
    auto* entry = new lt::entry;
    *entry = node;
    return entry;
}

void bip_lt_entry_free(lt::entry* entry) { delete entry; }

bip_lt_verdict bip_lt_examine(char const* input, std::size_t length) {
    lt::error_code error;
    int position = 0;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error, &position);
    bip_lt_verdict verdict{};
    verdict.is_accepted = !error;
    verdict.error_position = position;
    if (error) return verdict;
    char message[200];
    verdict.has_soft_error = node.has_soft_error(message);
    verdict.is_int = node.type() == lt::bdecode_node::int_t;
    if (verdict.is_int) verdict.number = node.int_value();
    return verdict;
}

// Where in the memory of the input a decoded byte string lies. Null where the input is something else.
char const* bip_lt_string(char const* input, std::size_t length) {
    lt::error_code error;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error);
    return !error && node.type() == lt::bdecode_node::string_t ? node.string_ptr() : nullptr;
}

// Where in the input the value of the key `info` lies. Null where there is none.
char const* bip_lt_info_section(char const* input, std::size_t length, std::size_t* section_length) {
    lt::error_code error;
    lt::bdecode_node const node = lt::bdecode(span(input, length), error);
    if (error || node.type() != lt::bdecode_node::dict_t) return nullptr;
    lt::bdecode_node const info = node.dict_find("info");
    if (!info) return nullptr;
    auto const section = info.data_section();
    *section_length = static_cast<std::size_t>(section.size());
    return section.data();
}

std::vector<char>* bip_lt_buffer_new() { return new std::vector<char>; }

void bip_lt_buffer_free(std::vector<char>* buffer) { delete buffer; }

char const* bip_lt_buffer_data(std::vector<char> const* buffer) { return buffer->data(); }

// The encoded length. The encoding itself is freed before this returns.
std::size_t bip_lt_encode(lt::entry const* entry) {
    std::vector<char> out;
    lt::bencode(std::back_inserter(out), *entry);
    return out.size();
}

// The same into a buffer that the caller keeps: its memory is written over.
std::size_t bip_lt_encode_into(lt::entry const* entry, std::vector<char>* buffer) {
    buffer->clear();
    lt::bencode(std::back_inserter(*buffer), *entry);
    return buffer->size();
}

} // extern "C"
