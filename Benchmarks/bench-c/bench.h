// What the parts of the baseline share. A fault ends the program: a baseline that goes on after one
// would measure something else.
#pragma once
#include <librdkafka/rdkafka.h>
#include <stdint.h>

typedef struct {
    const char *bootstrap;
    const char *in_topic;
    const char *out_topic;
    const char *group;
    const char *changelog;
    const char *kind;
    int keys;
    int partitions;
    int64_t messages;
    int transaction_size;
    int message_bytes;
    int queue_kbytes;
} options_t;

/** Says what is wrong and exits with status 1. */
_Noreturn void fail(const char *what, const char *why);

/** Sets a property, or fails with the library's reason. */
void set(rd_kafka_conf_t *conf, const char *name, const char *value);

/** Fails with the library's reason if there is an error. */
void check(rd_kafka_error_t *error, const char *what);

/** Seconds since some moment, by a clock that nobody moves. */
double now_s(void);

/** CPU seconds, user and system, of this process so far. */
double cpu_s(void);

/** Prints the one line of JSON that a run ends with. `records`: how many it produced. */
void report(int64_t messages, int64_t records, int64_t transactions, double seconds,
            double cpu_seconds);

/**
 * Fills the input topic with `messages` under `keys` keys, evenly over the partitions. By `kind`:
 * `padded` to `message_bytes`, `signals` that os-core takes, or `changelog`: the records that a
 * count per key leaves.
 */
void fill(const options_t *options);

/** The size of a message's key. */
enum { key_bytes = 16 };

/** Counts per key, and what a transaction has changed of them. */
typedef struct counter counter_t;

/** Room for up to `keys` keys; fails beyond. */
counter_t *counter_new(int keys);

/** Counts a message of this key, of `key_bytes` bytes. */
void counter_add(counter_t *counter, const void *key);

/** Calls `write` with a changelog record for each key that was counted since the last call. */
void counter_flush(counter_t *counter, void *task,
                   void (*write)(void *task, const void *key, size_t key_size, const void *value,
                                 size_t value_size));

void counter_destroy(counter_t *counter);

/** The record of the changelog that holds a count; both return the bytes that were written. */
size_t write_count_key(uint8_t *buffer, const void *key);
size_t write_count_value(uint8_t *buffer, int64_t count);

/** The value of the record that ends a transaction in the changelog, under the key 255. */
size_t write_transaction_value(uint8_t *buffer, size_t size, const char *topic,
                               int64_t next_offset, int64_t count);

/**
 * Moves every message of the input topic to the output topic, exactly once; or, with a changelog,
 * counts them per key and writes the counts there.
 */
void pass_through(const options_t *options);
