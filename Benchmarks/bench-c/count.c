// A count per key in memory, and its records in the changelog, byte for byte those of a table of the
// pipeline: the id of the table and the key; the count as a zig-zag LEB128.
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { table_id = 1, number_bytes = 10 };

typedef struct {
    uint8_t key[key_bytes];
    int64_t count;
    int64_t transaction;
} slot_t;

struct counter {
    slot_t *slots;
    size_t size;
    size_t used;
    size_t *changed;
    size_t changes;
    int64_t transaction;
};

static size_t write_unsigned(uint8_t *buffer, uint64_t value) {
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        buffer[size++] = (uint8_t)value | 0x80;
    buffer[size++] = (uint8_t)value;
    return size;
}

static size_t write_signed(uint8_t *buffer, int64_t value) {
    return write_unsigned(buffer, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

size_t write_count_key(uint8_t *buffer, const void *key) {
    buffer[0] = table_id;
    memcpy(buffer + 1, key, key_bytes);
    return 1 + key_bytes;
}

size_t write_count_value(uint8_t *buffer, int64_t count) { return write_signed(buffer, count); }

size_t write_transaction_value(uint8_t *buffer, size_t size, const char *topic,
                               int64_t next_offset, int64_t count) {
    size_t length = strlen(topic);
    if (size < length + 7 * number_bytes)
        fail("changelog", "the topic's name is too long");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    size_t at = 0;
    buffer[at++] = 1; // version
    at += write_signed(buffer + at, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    at += write_unsigned(buffer + at, 1); // one position: topic, next offset
    at += write_unsigned(buffer + at, length);
    memcpy(buffer + at, topic, length);
    at += length;
    at += write_signed(buffer + at, next_offset);
    at += write_unsigned(buffer + at, 1); // one run: input 0, count
    at += write_signed(buffer + at, 0);
    at += write_signed(buffer + at, count);
    return at;
}

counter_t *counter_new(int keys) {
    counter_t *counter = calloc(1, sizeof *counter);
    if (!counter)
        fail("count", "out of memory");
    for (counter->size = 1024; counter->size < 2 * (size_t)keys; counter->size *= 2)
        ;
    counter->slots = calloc(counter->size, sizeof *counter->slots);
    counter->changed = calloc(counter->size, sizeof *counter->changed);
    if (!counter->slots || !counter->changed)
        fail("count", "out of memory");
    counter->transaction = 1;
    return counter;
}

static uint64_t hash(const void *key) {
    uint64_t words[2];
    memcpy(words, key, sizeof words);
    uint64_t mixed = (words[0] ^ (words[1] >> 31)) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 32) ^ words[1]) * 0xd6e8feb86659fd93u;
    return mixed ^ (mixed >> 32);
}

void counter_add(counter_t *counter, const void *key) {
    size_t at = hash(key) & (counter->size - 1);
    while (counter->slots[at].count > 0 && memcmp(counter->slots[at].key, key, key_bytes) != 0)
        at = (at + 1) & (counter->size - 1);
    slot_t *slot = &counter->slots[at];
    if (slot->count == 0) {
        memcpy(slot->key, key, key_bytes);
        if (++counter->used > counter->size / 2)
            fail("count", "more keys than --keys says");
    }
    slot->count++;
    if (slot->transaction != counter->transaction) {
        slot->transaction = counter->transaction;
        counter->changed[counter->changes++] = at;
    }
}

void counter_flush(counter_t *counter, void *task,
                   void (*write)(void *task, const void *key, size_t key_size, const void *value,
                                 size_t value_size)) {
    for (size_t index = 0; index < counter->changes; index++) {
        const slot_t *slot = &counter->slots[counter->changed[index]];
        uint8_t key[1 + key_bytes], value[number_bytes];
        size_t key_size = write_count_key(key, slot->key);
        write(task, key, key_size, value, write_count_value(value, slot->count));
    }
    counter->changes = 0;
    counter->transaction++;
}

void counter_destroy(counter_t *counter) {
    free(counter->slots);
    free(counter->changed);
    free(counter);
}
