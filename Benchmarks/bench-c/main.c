// The baseline of `make bench`: what a tuned C program on librdkafka does, to hold our pipeline
// against in the same run on the same broker.
//
//   bench-c fill         --bootstrap A --in T --partitions N --messages M
//                        [--kind padded|signals|changelog] [--keys N] [--bytes B]
//   bench-c pass-through --bootstrap A --in T --out T --group G --partitions N --messages M
//                        [--transaction N] [--queue-kbytes N]
//   bench-c count        --bootstrap A --in T --changelog T --group G --partitions N --messages M
//                        --keys N [--transaction N] [--queue-kbytes N]
//
// Prints one line of JSON: messages, records produced, transactions, seconds and CPU seconds from
// the first message to the last commit.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

_Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "bench-c: %s: %s\n", what, why);
    exit(1);
}

void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char text[512];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof text) != RD_KAFKA_CONF_OK)
        fail(name, text);
}

void check(rd_kafka_error_t *error, const char *what) {
    if (error)
        fail(what, rd_kafka_error_string(error));
}

double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double cpu_s(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void report(int64_t messages, int64_t records, int64_t transactions, double seconds,
            double cpu_seconds) {
    printf("{\"messages\":%lld,\"records\":%lld,\"transactions\":%lld,\"seconds\":%.6f,"
           "\"cpuSeconds\":%.6f}\n",
           (long long)messages, (long long)records, (long long)transactions, seconds, cpu_seconds);
}

static int64_t number(const char *name, const char *text) {
    char *end;
    long long value = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value <= 0)
        fail(name, "expected a number above 0");
    return value;
}

static void read_options(options_t *options, int argc, char **argv) {
    for (int index = 2; index < argc; index += 2) {
        const char *name = argv[index];
        if (index + 1 == argc)
            fail(name, "needs a value");
        const char *value = argv[index + 1];
        if (!strcmp(name, "--bootstrap"))
            options->bootstrap = value;
        else if (!strcmp(name, "--in"))
            options->in_topic = value;
        else if (!strcmp(name, "--out"))
            options->out_topic = value;
        else if (!strcmp(name, "--group"))
            options->group = value;
        else if (!strcmp(name, "--partitions"))
            options->partitions = (int)number(name, value);
        else if (!strcmp(name, "--messages"))
            options->messages = number(name, value);
        else if (!strcmp(name, "--transaction"))
            options->transaction_size = (int)number(name, value);
        else if (!strcmp(name, "--changelog"))
            options->changelog = value;
        else if (!strcmp(name, "--kind"))
            options->kind = value;
        else if (!strcmp(name, "--keys"))
            options->keys = (int)number(name, value);
        else if (!strcmp(name, "--bytes"))
            options->message_bytes = (int)number(name, value);
        else if (!strcmp(name, "--queue-kbytes"))
            options->queue_kbytes = (int)number(name, value);
        else
            fail(name, "unknown option");
    }
}

int main(int argc, char **argv) {
    options_t options = {.partitions = 1,
                         .transaction_size = 10000,
                         .message_bytes = 261,
                         .queue_kbytes = 32768,
                         .kind = "padded",
                         .keys = 2000};
    if (argc < 2)
        fail("usage", "bench-c fill|pass-through|count --bootstrap HOST:PORT --in TOPIC ...");
    read_options(&options, argc, argv);
    if (!options.bootstrap || !options.in_topic || !options.messages)
        fail("usage", "--bootstrap, --in and --messages are needed");
    if (!strcmp(argv[1], "fill")) {
        fill(&options);
    } else if (!strcmp(argv[1], "pass-through")) {
        if (!options.out_topic || !options.group)
            fail("usage", "--out and --group are needed");
        options.changelog = NULL;
        pass_through(&options);
    } else if (!strcmp(argv[1], "count")) {
        if (!options.changelog || !options.group)
            fail("usage", "--changelog and --group are needed");
        pass_through(&options);
    } else {
        fail(argv[1], "unknown verb");
    }
    return 0;
}
