#include "CSimdjson.h"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

// After a document larger than this the buffers are given back: they take some 15 times its size.
static constexpr size_t kept_bytes_max = 256 * 1024;
static constexpr size_t first_bytes = 4 * 1024;

struct csimdjson_parser {
    size_t depth_max;
    size_t capacity = 0;
    std::unique_ptr<uint8_t[]> padded;
    std::unique_ptr<simdjson::dom::parser> parser;
    std::vector<std::string_view> keys;

    int grow(size_t length) {
        if (parser && length <= capacity && (capacity <= kept_bytes_max || length > kept_bytes_max)) {
            return CSIMDJSON_OK;
        }
        parser.reset();
        padded.reset();
        size_t wanted = first_bytes;
        while (wanted < length) {
            wanted *= 2;
        }
        capacity = 0;
        padded.reset(new uint8_t[wanted + simdjson::SIMDJSON_PADDING]());
        parser = std::make_unique<simdjson::dom::parser>();
        if (parser->allocate(wanted, depth_max)) {
            parser.reset();
            return CSIMDJSON_MEMORY;
        }
        capacity = wanted;
        return CSIMDJSON_OK;
    }
};

static int code_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS:
        return CSIMDJSON_OK;
    case simdjson::EMPTY:
        return CSIMDJSON_EMPTY;
    case simdjson::DEPTH_ERROR:
        return CSIMDJSON_DEPTH;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
        return CSIMDJSON_NUMBER;
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING:
        return CSIMDJSON_STRING;
    case simdjson::UTF8_ERROR:
        return CSIMDJSON_UTF8;
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return CSIMDJSON_MEMORY;
    default:
        return CSIMDJSON_SYNTAX;
    }
}

static std::string_view key_at(const csimdjson_document &document, size_t index) {
    size_t length;
    auto start = csimdjson_string(document.tape, document.strings, index, &length);
    return {reinterpret_cast<const char *>(start), length};
}

static bool refuse(csimdjson_document &document, std::string_view key) {
    document.duplicate_key = reinterpret_cast<const uint8_t *>(key.data());
    document.duplicate_key_length = key.size();
    return true;
}

// Both ends of a key and its length, mixed.
static uint64_t mixed(std::string_view key) {
    uint64_t first = 0, last = 0;
    if (key.size() >= 8) {
        memcpy(&first, key.data(), 8);
        memcpy(&last, key.data() + key.size() - 8, 8);
    } else {
        for (char character : key) {
            first = first << 8 | uint8_t(character);
        }
    }
    return (first ^ last * 0xC2B2AE3D27D4EB4FULL ^ key.size()) * 0x9E3779B97F4A7C15ULL;
}

// Usual objects are small: a filter of 1024 bits spares nearly all comparisons, and the limit of 64
// keys bounds what keys made to collide can cost.
static bool small_object_repeats(csimdjson_document &document, size_t object, size_t end) {
    uint64_t seen[16] = {};
    for (size_t index = object + 1; index < end; index = csimdjson_next(document.tape, index + 1)) {
        auto key = key_at(document, index);
        uint64_t place = mixed(key) >> 54;
        uint64_t bit = uint64_t(1) << (place & 63);
        if (seen[place >> 6] & bit) {
            for (size_t other = object + 1; other < index;
                 other = csimdjson_next(document.tape, other + 1)) {
                if (key_at(document, other) == key) {
                    return refuse(document, key);
                }
            }
        }
        seen[place >> 6] |= bit;
    }
    return false;
}

static bool large_object_repeats(
    csimdjson_document &document, size_t object, size_t end, std::vector<std::string_view> &keys) {
    keys.clear();
    for (size_t index = object + 1; index < end; index = csimdjson_next(document.tape, index + 1)) {
        keys.push_back(key_at(document, index));
    }
    std::sort(keys.begin(), keys.end());
    auto repeated = std::adjacent_find(keys.begin(), keys.end());
    return repeated != keys.end() && refuse(document, *repeated);
}

static bool repeats_a_key(csimdjson_document &document, std::vector<std::string_view> &keys) {
    size_t end = csimdjson_payload(document.tape, 0);
    // One pass over every word that starts a value, a key or an end.
    for (size_t index = 1; index < end;) {
        uint8_t kind = csimdjson_kind(document.tape, index);
        if (kind == '{') {
            size_t count = csimdjson_count(document.tape, index);
            size_t last = csimdjson_next(document.tape, index) - 1;
            if (count <= 64 ? count > 1 && small_object_repeats(document, index, last)
                            : large_object_repeats(document, index, last, keys)) {
                return true;
            }
        }
        // Branches: the processor guesses them and runs ahead; sums of flags were a fifth slower.
        index += kind == 'l' || kind == 'u' || kind == 'd' ? 2 : 1;
    }
    return false;
}

csimdjson_parser *csimdjson_create(size_t depth_max) {
    auto parser = new (std::nothrow) csimdjson_parser;
    if (parser) {
        parser->depth_max = depth_max;
    }
    return parser;
}

void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

int csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t length, csimdjson_document *out) {
    *out = csimdjson_document{nullptr, nullptr, nullptr, 0};
    if (length == 0) {
        return CSIMDJSON_EMPTY;
    }
    try {
        if (int code = parser->grow(length)) {
            return code;
        }
        memcpy(parser->padded.get(), bytes, length);
        memset(parser->padded.get() + length, 0, simdjson::SIMDJSON_PADDING);
        auto error = parser->parser->parse(parser->padded.get(), length, false).error();
        if (error) {
            return code_of(error);
        }
        out->tape = parser->parser->doc.tape.get();
        out->strings = parser->parser->doc.string_buf.get();
        return repeats_a_key(*out, parser->keys) ? CSIMDJSON_DUPLICATE_KEY : CSIMDJSON_OK;
    } catch (const std::bad_alloc &) {
        return CSIMDJSON_MEMORY;
    }
}
