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

/** Prints the one line of JSON that a run ends with. */
void report(int64_t messages, int64_t transactions, double seconds, double cpu_seconds);

/** Fills the input topic: `messages` of `message_bytes`, evenly over the partitions. */
void fill(const options_t *options);

/** Moves every message of the input topic to the output topic, exactly once. */
void pass_through(const options_t *options);
