#pragma once
#include <librdkafka/rdkafka.h>

// What Swift cannot import: variadic functions, macros with casts, and unions that would have to
// be built field by field for every message.

/** "Any partition: the partitioner decides", a macro with a cast in the library's header. */
static const int32_t dn_kafka_partition_unassigned = RD_KAFKA_PARTITION_UA;
/** Logical offsets, macros as well. */
static const int64_t dn_kafka_offset_beginning = RD_KAFKA_OFFSET_BEGINNING;
static const int64_t dn_kafka_offset_end = RD_KAFKA_OFFSET_END;
static const int64_t dn_kafka_offset_invalid = RD_KAFKA_OFFSET_INVALID;

/** The address of no bytes: what is empty needs an address, or the library takes it for null. */
static inline const void *dn_kafka_empty(void) { return ""; }

/** A list and a queue. The library ends the process when memory does, so there always is one. */
static inline rd_kafka_topic_partition_list_t *_Nonnull dn_kafka_list_new(int capacity) {
    return rd_kafka_topic_partition_list_new(capacity);
}
static inline rd_kafka_queue_t *_Nonnull dn_kafka_queue_new(rd_kafka_t *_Nonnull rk) {
    return rd_kafka_queue_new(rk);
}

/**
 * Enqueues one message; key and value are copied before it returns.
 *
 * A NULL key or value is null, not empty. A timestamp of 0 is the producer's clock. `headers` may
 * be NULL; they belong to the library once the call has succeeded, and to the caller if it fails.
 * A message with neither goes by rd_kafka_produce, which does not count a reference to the topic.
 * The array of fields lives on the stack: nothing is allocated for it.
 */
static inline rd_kafka_error_t *dn_kafka_produce(
    rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition, const void *key, size_t key_size,
    const void *value, size_t value_size, int64_t timestamp_ms, rd_kafka_headers_t *headers,
    void *opaque) {
    if (!headers && timestamp_ms == 0) {
        if (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, (void *)value, value_size, key,
                             key_size, opaque) == 0)
            return NULL;
        rd_kafka_resp_err_t code = rd_kafka_last_error();
        return rd_kafka_error_new(code, "%s", rd_kafka_err2str(code));
    }
    rd_kafka_vu_t fields[8];
    size_t count = 0;
    fields[count].vtype = RD_KAFKA_VTYPE_RKT;
    fields[count++].u.rkt = topic;
    fields[count].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[count++].u.i32 = partition;
    fields[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[count++].u.i = RD_KAFKA_MSG_F_COPY;
    fields[count].vtype = RD_KAFKA_VTYPE_KEY;
    fields[count].u.mem.ptr = (void *)key;
    fields[count++].u.mem.size = key_size;
    fields[count].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[count].u.mem.ptr = (void *)value;
    fields[count++].u.mem.size = value_size;
    fields[count].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    fields[count++].u.i64 = timestamp_ms;
    fields[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[count++].u.ptr = opaque;
    if (headers) {
        fields[count].vtype = RD_KAFKA_VTYPE_HEADERS;
        fields[count++].u.headers = headers;
    }
    return rd_kafka_produceva(rk, fields, count);
}

static void dn_kafka_delivery_ignored(
    rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk;
    (void)message;
    (void)opaque;
}

/**
 * Registers a delivery callback that does nothing. Without any, rd_kafka_flush sleeps in quanta of
 * 10 ms. It is a C function, so that a report costs no call into Swift.
 */
static inline void dn_kafka_conf_ignore_deliveries(rd_kafka_conf_t *conf) {
    rd_kafka_conf_set_dr_msg_cb(conf, dn_kafka_delivery_ignored);
}
