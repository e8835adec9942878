// A thread, a queue and a transactional producer for each partition; transactions of a fixed number
// of messages with the offsets inside; the fetcher is woken when its queue was full and ran dry.
// What is done with a message is one of two: it is passed on, or counted by its key.
#include "bench.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { batch_max = 1000, wake_bytes = 1 << 20 };

typedef struct {
    const options_t *options;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    rd_kafka_t *producer;
    rd_kafka_topic_t *out;
    int32_t partition;
    int64_t expected;
    int64_t taken;
    int64_t transactions;
    int64_t records;
    int64_t next_offset;
    counter_t *counter;
    int64_t bytes_since_dry;
    pthread_t thread;
} task_t;

static task_t *tasks;
static int running;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int finished;
static double start_s, start_cpu_s, end_s, end_cpu_s;

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    (void)opaque;
    if (message->err)
        fail("delivery", rd_kafka_err2str(message->err));
}

// The first message of any task begins the measurement.
static void first_message(void) {
    pthread_mutex_lock(&lock);
    if (start_s == 0) {
        start_cpu_s = cpu_s();
        start_s = now_s();
    }
    pthread_mutex_unlock(&lock);
}

// The last commit of all tasks ends it.
static void last_commit(void) {
    pthread_mutex_lock(&lock);
    end_s = now_s();
    end_cpu_s = cpu_s();
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&finished, 1);
}

static void produce(task_t *task, int32_t partition, const void *key, size_t key_size,
                    const void *value, size_t value_size) {
    while (rd_kafka_produce(task->out, partition, RD_KAFKA_MSG_F_COPY, (void *)value, value_size,
                            key, key_size, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(task->producer, 10);
    }
    task->records++;
}

static void write_change(void *task, const void *key, size_t key_size, const void *value,
                         size_t value_size) {
    task_t *owner = task;
    produce(owner, owner->partition, key, key_size, value, value_size);
}

static void work(task_t *task, const rd_kafka_message_t *message) {
    if (!task->counter) {
        produce(task, RD_KAFKA_PARTITION_UA, message->key, message->key_len, message->payload,
                message->len);
    } else if (message->key_len == key_bytes) {
        counter_add(task->counter, message->key);
    } else {
        fail("count", "a key of another size");
    }
}

// Takes up to `most` messages and passes them on. A fetcher whose queue was full sleeps for up to
// a second although the queue has been drained; any request to the broker wakes it.
static int take(task_t *task, int most) {
    rd_kafka_message_t *messages[batch_max];
    int wanted = most < batch_max ? most : batch_max;
    ssize_t count = rd_kafka_consume_batch_queue(task->queue, 5, messages, (size_t)wanted);
    int passed = 0;
    for (ssize_t index = 0; index < count; index++) {
        rd_kafka_message_t *message = messages[index];
        if (message->err)
            fail("consume", rd_kafka_message_errstr(message));
        work(task, message);
        task->next_offset = message->offset + 1;
        task->bytes_since_dry += (int64_t)message->len;
        passed++;
        rd_kafka_message_destroy(message);
    }
    if (passed < wanted && task->bytes_since_dry >= wake_bytes) {
        int64_t low, high;
        task->bytes_since_dry = 0;
        rd_kafka_query_watermark_offsets(task->consumer, task->options->in_topic, task->partition,
                                         &low, &high, 1000);
    }
    return passed;
}

static void commit(task_t *task, int64_t size) {
    if (task->counter) {
        counter_flush(task->counter, task, write_change);
        uint8_t key = 255, value[512];
        size_t value_size = write_transaction_value(value, sizeof value, task->options->in_topic,
                                                    task->next_offset, size);
        write_change(task, &key, 1, value, value_size);
    }
    if (rd_kafka_flush(task->producer, 10000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("flush", "not delivered within 10 s");
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, task->options->in_topic, task->partition)->offset =
        task->next_offset;
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(task->consumer);
    check(rd_kafka_send_offsets_to_transaction(task->producer, offsets, group, -1), "offsets");
    check(rd_kafka_commit_transaction(task->producer, -1), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
}

static void *run(void *argument) {
    task_t *task = argument;
    while (task->taken < task->expected) {
        int size = 0;
        check(rd_kafka_begin_transaction(task->producer), "begin");
        while (size < task->options->transaction_size && task->taken < task->expected) {
            int passed = take(task, task->options->transaction_size - size);
            if (passed > 0 && task->taken == 0)
                first_message();
            size += passed;
            task->taken += passed;
        }
        commit(task, size);
        task->transactions++;
    }
    last_commit();
    return NULL;
}

// Everything that a first transaction would wait for is done before the first message: the
// transactional id is taken, and the metadata of the output is there.
static void prepare(task_t *task, const options_t *options, int32_t partition) {
    char text[512], id[256];
    task->options = options;
    task->partition = partition;
    task->expected = options->messages / options->partitions +
                     (partition < options->messages % options->partitions ? 1 : 0);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    snprintf(id, sizeof id, "%s-%d", options->group, (int)partition);
    set(conf, "bootstrap.servers", options->bootstrap);
    set(conf, "transactional.id", id);
    set(conf, "transaction.timeout.ms", "10000");
    set(conf, "retry.backoff.ms", "1");
    set(conf, "compression.type", "lz4");
    set(conf, "partitioner", "murmur2_random");
    set(conf, "socket.nagle.disable", "true");
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    task->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!task->producer)
        fail("producer", text);
    const char *out = options->changelog ? options->changelog : options->out_topic;
    if (options->changelog)
        task->counter = counter_new(options->keys);
    task->out = rd_kafka_topic_new(task->producer, out, NULL);
    check(rd_kafka_init_transactions(task->producer, -1), "init");
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(task->producer, 0, task->out, &metadata, 5000))
        fail("metadata", out);
    rd_kafka_metadata_destroy(metadata);
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *opaque) {
    const options_t *options = opaque;
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        rd_kafka_assign(consumer, NULL);
        return;
    }
    if (list->cnt != options->partitions)
        fail("assignment", "not all partitions");
    for (int index = 0; index < list->cnt; index++) {
        task_t *task = &tasks[index];
        list->elems[index].offset = 0;
        task->consumer = consumer;
        prepare(task, options, list->elems[index].partition);
        task->queue =
            rd_kafka_queue_get_partition(consumer, options->in_topic, task->partition);
        rd_kafka_queue_forward(task->queue, NULL);
    }
    rd_kafka_assign(consumer, list);
    for (int index = 0; index < list->cnt; index++) {
        if (pthread_create(&tasks[index].thread, NULL, run, &tasks[index]) != 0)
            fail("thread", "cannot be started");
        running++;
    }
}

static rd_kafka_t *subscribe(const options_t *options) {
    char text[512], kbytes[16];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    snprintf(kbytes, sizeof kbytes, "%d", options->queue_kbytes);
    set(conf, "bootstrap.servers", options->bootstrap);
    set(conf, "group.id", options->group);
    set(conf, "partition.assignment.strategy", "range");
    set(conf, "enable.auto.commit", "false");
    set(conf, "isolation.level", "read_committed");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "session.timeout.ms", "6000");
    set(conf, "queued.min.messages", "1000000");
    set(conf, "queued.max.messages.kbytes", kbytes);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_opaque(conf, (void *)options);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    if (!consumer)
        fail("consumer", text);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, options->in_topic, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(consumer, topics))
        fail("subscribe", options->in_topic);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
}

void pass_through(const options_t *options) {
    tasks = calloc((size_t)options->partitions, sizeof *tasks);
    if (!tasks)
        fail("tasks", "out of memory");
    rd_kafka_t *consumer = subscribe(options);
    double deadline = now_s() + 120;
    while (atomic_load(&finished) < options->partitions) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 20);
        if (message)
            fail("group", rd_kafka_message_errstr(message));
        if (now_s() > deadline)
            fail("pass-through", "not finished within 120 s");
    }
    int64_t transactions = 0, records = 0;
    for (int index = 0; index < running; index++) {
        pthread_join(tasks[index].thread, NULL);
        transactions += tasks[index].transactions;
        records += tasks[index].records;
        if (tasks[index].counter)
            counter_destroy(tasks[index].counter);
        rd_kafka_queue_destroy(tasks[index].queue);
        rd_kafka_topic_destroy(tasks[index].out);
        rd_kafka_destroy(tasks[index].producer);
    }
    report(options->messages, records, transactions, end_s - start_s, end_cpu_s - start_cpu_s);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    free(tasks);
}
