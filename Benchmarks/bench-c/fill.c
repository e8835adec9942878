#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The buffer of a message; what is larger is refused.
enum { buffer_bytes = 4096, signal_interval_ms = 5000, buckets = 12 };

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    (void)opaque;
    if (message->err)
        fail("fill", rd_kafka_err2str(message->err));
}

// A message as the bus carries them: JSON with the numbers of one instance, padded to its size.
static size_t write_padded(char *buffer, int bytes, int64_t index, int key) {
    uint64_t noise = (uint64_t)index * 0x9e3779b97f4a7c15u;
    int length = snprintf(
        buffer, (size_t)bytes,
        "{\"id\":\"sig-%016llx\",\"ts\":%lld,\"role\":\"service\",\"topic\":\"signal\","
        "\"payload\":{\"type\":\"golden_signals\",\"service\":\"service-%08d\",\"instance\":"
        "\"instance-%d\",\"requestsTotal\":%llu,\"errorsTotal\":%llu,\"cpu\":0.%03llu,"
        "\"memory\":0.%03llu,\"note\":\"",
        (unsigned long long)noise, 1763679600000ll + (long long)index, key, (int)(index % 3),
        (unsigned long long)(noise >> 40), (unsigned long long)(noise >> 52),
        (unsigned long long)(noise >> 20) % 1000, (unsigned long long)(noise >> 30) % 1000);
    if (length < 0 || length + 3 > bytes)
        fail("fill", "--bytes is too small");
    memset(buffer + length, '.', (size_t)(bytes - length - 3));
    memcpy(buffer + bytes - 3, "\"}}", 3);
    return (size_t)bytes;
}

// A signal of a healthy service, `round` intervals after its first one: cumulative counters that
// rise by 400 requests an interval, one in 400 of them failed.
static size_t write_signal(char *buffer, int64_t round, int service, int64_t first_ms) {
    static const int share[buckets + 1] = {40,  100, 180, 260, 320, 360, 380,
                                           390, 396, 398, 399, 400, 400};
    int length = snprintf(
        buffer, buffer_bytes,
        "{\"id\":\"service-%08d-%lld\",\"ts\":%lld,\"role\":\"service\",\"topic\":\"signal\","
        "\"payload\":{\"type\":\"golden_signals\",\"service\":\"service-%08d\",\"instance\":"
        "\"service-%08d-0\",\"requestsTotal\":%lld,\"errorsTotal\":%lld,\"latencyBoundsMs\":"
        "[5,10,25,50,100,250,500,1000,2000,2500,5000,10000],\"latencyCounts\":[",
        service, (long long)round, (long long)(first_ms + round * signal_interval_ms), service,
        service, (long long)(400 * round), (long long)round);
    for (int bucket = 0; bucket <= buckets; bucket++)
        length += snprintf(buffer + length, buffer_bytes - (size_t)length, "%s%lld",
                           bucket ? "," : "", (long long)(share[bucket] * round));
    length += snprintf(buffer + length, buffer_bytes - (size_t)length,
                       "],\"cpu\":0.%02lld,\"memory\":0.41,\"startTimeMs\":%lld}}",
                       (long long)(20 + round % 30), (long long)(first_ms - 60000));
    return (size_t)length;
}

static rd_kafka_t *new_producer(const options_t *options) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", options->bootstrap);
    set(conf, "enable.idempotence", "true");
    set(conf, "compression.type", "lz4");
    set(conf, "linger.ms", "20");
    set(conf, "queue.buffering.max.messages", "500000");
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    char text[512];
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!producer)
        fail("producer", text);
    return producer;
}

static void produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition,
                    const void *key, size_t key_size, const void *value, size_t value_size) {
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, (void *)value, value_size, key,
                            key_size, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            fail("fill", rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(producer, 10);
    }
}

// The keys in a scattered order, each once in `keys` messages, and each always on one partition.
void fill(const options_t *options) {
    int is_changelog = !strcmp(options->kind, "changelog");
    int is_signals = !strcmp(options->kind, "signals");
    if (!is_changelog && !is_signals && strcmp(options->kind, "padded") != 0)
        fail("--kind", "padded, signals or changelog");
    if (options->message_bytes > buffer_bytes)
        fail("--bytes", "too large");
    rd_kafka_t *producer = new_producer(options);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, options->in_topic, NULL);
    if (!topic)
        fail("fill", "no topic");
    char value[buffer_bytes];
    int64_t first_ms =
        (int64_t)time(NULL) * 1000 - (options->messages / options->keys + 2) * signal_interval_ms;
    double start = now_s(), cpu = cpu_s();
    for (int64_t index = 0; index < options->messages; index++) {
        int number = (int)(index * 7919 % options->keys);
        int64_t round = index / options->keys;
        int32_t partition = number % options->partitions;
        char name[32];
        snprintf(name, sizeof name, "service-%08d", number);
        if (is_changelog) {
            uint8_t key[1 + key_bytes];
            size_t key_size = write_count_key(key, name);
            size_t size = write_count_value((uint8_t *)value, round + 1);
            produce(producer, topic, partition, key, key_size, value, size);
        } else {
            size_t size = is_signals
                              ? write_signal(value, round, number, first_ms)
                              : write_padded(value, options->message_bytes, index, number);
            produce(producer, topic, partition, name, key_bytes, value, size);
        }
    }
    for (int32_t partition = 0; is_changelog && partition < options->partitions; partition++) {
        uint8_t key = 255;
        size_t size = write_transaction_value((uint8_t *)value, sizeof value, "none", 0, 1);
        produce(producer, topic, partition, &key, 1, value, size);
    }
    if (rd_kafka_flush(producer, 60000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("fill", "not delivered within 60 s");
    report(options->messages, options->messages, 0, now_s() - start, cpu_s() - cpu);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}
