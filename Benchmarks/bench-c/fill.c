#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    (void)opaque;
    if (message->err)
        fail("fill", rd_kafka_err2str(message->err));
}

// A message as the bus carries them: JSON with the numbers of one instance, padded to its size.
static void write_message(char *buffer, int bytes, int64_t index) {
    uint64_t noise = (uint64_t)index * 0x9e3779b97f4a7c15u;
    int length = snprintf(
        buffer, (size_t)bytes,
        "{\"id\":\"sig-%016llx\",\"ts\":%lld,\"role\":\"service\",\"topic\":\"signal\","
        "\"payload\":{\"type\":\"golden_signals\",\"service\":\"service-%04d\",\"instance\":"
        "\"instance-%d\",\"requestsTotal\":%llu,\"errorsTotal\":%llu,\"cpu\":0.%03llu,"
        "\"memory\":0.%03llu,\"note\":\"",
        (unsigned long long)noise, 1763679600000ll + (long long)index, (int)(index % 2000),
        (int)(index % 3), (unsigned long long)(noise >> 40), (unsigned long long)(noise >> 52),
        (unsigned long long)(noise >> 20) % 1000, (unsigned long long)(noise >> 30) % 1000);
    if (length < 0 || length + 3 > bytes)
        fail("fill", "--bytes is too small");
    memset(buffer + length, '.', (size_t)(bytes - length - 3));
    memcpy(buffer + bytes - 3, "\"}}", 3);
}

void fill(const options_t *options) {
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
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, options->in_topic, NULL);
    char *buffer = malloc((size_t)options->message_bytes + 1);
    if (!topic || !buffer)
        fail("fill", "out of memory");
    double start = now_s(), cpu = cpu_s();
    for (int64_t index = 0; index < options->messages; index++) {
        write_message(buffer, options->message_bytes, index);
        char key[16];
        int key_size = snprintf(key, sizeof key, "service-%04d", (int)(index % 2000));
        while (rd_kafka_produce(topic, (int32_t)(index % options->partitions), RD_KAFKA_MSG_F_COPY,
                                buffer, (size_t)options->message_bytes, key, (size_t)key_size,
                                NULL) != 0) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                fail("fill", rd_kafka_err2str(rd_kafka_last_error()));
            rd_kafka_poll(producer, 10);
        }
    }
    if (rd_kafka_flush(producer, 60000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("fill", "not delivered within 60 s");
    report(options->messages, 0, now_s() - start, cpu_s() - cpu);
    free(buffer);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}
