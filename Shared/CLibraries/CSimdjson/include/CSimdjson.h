// A C face of simdjson's DOM parser: bytes in, simdjson's tape out.
//
// The tape is documented in simdjson's doc/tape.md. Each 64-bit word has a kind in its upper 8 bits
// and a payload in the lower 56. The functions below are the only readers of that layout.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csimdjson_parser csimdjson_parser;

enum {
    CSIMDJSON_OK = 0,
    CSIMDJSON_EMPTY = 1,
    CSIMDJSON_SYNTAX = 2,
    CSIMDJSON_NUMBER = 3,
    CSIMDJSON_STRING = 4,
    CSIMDJSON_UTF8 = 5,
    CSIMDJSON_DEPTH = 6,
    CSIMDJSON_DUPLICATE_KEY = 7,
    CSIMDJSON_MEMORY = 8,
};

/// A parsed document. It lives in its parser until the next parse or the parser's end.
typedef struct {
    const uint64_t *tape;
    const uint8_t *strings;
    /// Of CSIMDJSON_DUPLICATE_KEY: the key, in UTF-8.
    const uint8_t *duplicate_key;
    size_t duplicate_key_length;
} csimdjson_document;

/// NULL when memory is out.
csimdjson_parser *csimdjson_create(size_t depth_max);
void csimdjson_destroy(csimdjson_parser *parser);

/// Copies the bytes, parses them and refuses objects that name a key twice.
/// Returns one of the codes above; `out` is of use after CSIMDJSON_OK and CSIMDJSON_DUPLICATE_KEY.
int csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t length, csimdjson_document *out);

/// The kind of the value at `index`: { [ " l u d t f n, and } ] at the end of a container.
static inline uint8_t csimdjson_kind(const uint64_t *tape, size_t index) {
    return (uint8_t)(tape[index] >> 56);
}

static inline uint64_t csimdjson_payload(const uint64_t *tape, size_t index) {
    return tape[index] & 0x00FFFFFFFFFFFFFFULL;
}

/// The index after the value at `index`: of its sibling, or of the end of their container.
static inline size_t csimdjson_next(const uint64_t *tape, size_t index) {
    switch (csimdjson_kind(tape, index)) {
    case '{':
    case '[':
        return (size_t)(tape[index] & 0xFFFFFFFFULL);
    case 'l':
    case 'u':
    case 'd':
        return index + 2;
    default:
        return index + 1;
    }
}

/// How many elements or fields a container has; simdjson stops counting at 0xFFFFFF.
static inline size_t csimdjson_count(const uint64_t *tape, size_t index) {
    return (size_t)((tape[index] >> 32) & 0xFFFFFFULL);
}

static inline int64_t csimdjson_int64(const uint64_t *tape, size_t index) {
    return (int64_t)tape[index + 1];
}

static inline double csimdjson_double(const uint64_t *tape, size_t index) {
    double value;
    memcpy(&value, &tape[index + 1], sizeof value);
    return value;
}

/// The UTF-8 of the string at `index`, escapes undone.
static inline const uint8_t *csimdjson_string(
    const uint64_t *tape, const uint8_t *strings, size_t index, size_t *length) {
    const uint8_t *start = strings + csimdjson_payload(tape, index);
    uint32_t count;
    memcpy(&count, start, sizeof count);
    *length = count;
    return start + sizeof count;
}

/// The index of the value of a key, looked for among the fields of an object from the index of one
/// of its keys (`from`) to `end`; 0 when it is not there (no value is ever at 0).
static inline size_t csimdjson_find(
    const uint64_t *tape, const uint8_t *strings, size_t from, size_t end, const uint8_t *key,
    size_t key_length) {
    size_t index = from;
    while (index < end) {
        size_t length;
        const uint8_t *name = csimdjson_string(tape, strings, index, &length);
        if (length == key_length && memcmp(name, key, length) == 0) {
            return index + 1;
        }
        index = csimdjson_next(tape, index + 1);
    }
    return 0;
}

#ifdef __cplusplus
}
#endif
