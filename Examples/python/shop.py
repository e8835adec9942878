"""A service in Python: it publishes golden signals to the ingress, says which version of the flags
it obeys, and obeys them. Run it with scripts/python-example, or with any Python that has
confluent-kafka.
"""

import argparse
import json
import signal
import threading
import time

from confluent_kafka import Producer

from flags import Flags

BOUNDS_MS = [5, 25, 100, 500, 1000, 2000, 5000]


class Bus:
    """Says things on nervous.ingress. It is keyed anew there, so any partitioner will do."""

    def __init__(self, bootstrap, prefix):
        self._topic = prefix + "nervous.ingress"
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})

    def say(self, topic, identity, service, payload):
        message = {
            "id": identity, "ts": time.time_ns() // 1_000_000, "role": "service",
            "topic": topic, "payload": payload,
        }
        try:
            self._producer.produce(self._topic, key=service, value=json.dumps(message))
        except BufferError:
            pass  # The broker is away: figures are cumulative, the next ones say it all.
        self._producer.poll(0)

    def flush(self):
        self._producer.flush(5)


class Shop:
    """Sells, and counts what it does as cumulative figures."""

    def __init__(self, flags):
        self.flags = flags
        self.start_ms = time.time_ns() // 1_000_000
        self.requests = self.errors = self.refused = 0
        self.latencies = [0] * (len(BOUNDS_MS) + 1)

    def order(self):
        """One order of a customer: True if it was taken."""
        self.requests += 1
        # What is refused because of a flag is counted apart: it is neither an error nor lost
        # traffic, or the mitigation would feed the alarm.
        if self.flags.value("kill_switch") or self.flags.value("write_drain"):
            self.refused += 1
            return False
        latency_ms = 12 if self.flags.value("external_calls") else 3
        for index, bound in enumerate(BOUNDS_MS):
            self.latencies[index] += latency_ms <= bound
        self.latencies[-1] += 1
        return True

    def figures(self, service, instance):
        return {
            "type": "golden_signals", "service": service, "instance": instance,
            "requestsTotal": self.requests - self.refused, "errorsTotal": self.errors,
            "refusedByFlagTotal": self.refused, "latencyBoundsMs": BOUNDS_MS,
            "latencyCounts": self.latencies, "startTimeMs": self.start_ms,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", metavar="HOST:PORT")
    parser.add_argument("--topic-prefix", default="", metavar="PREFIX")
    parser.add_argument("--service", default="pyshop")
    parser.add_argument("--instance", default="pyshop-1")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two signals")
    options = parser.parse_args()

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())

    def changed(flag, value):
        shown = json.dumps(value) if isinstance(value, bool) else f"{value:g}"
        print(f"flag {flag} is {shown}", flush=True)

    bus = Bus(options.bootstrap, options.topic_prefix)
    flags = Flags(options.bootstrap, options.service, options.topic_prefix, changed)
    shop = Shop(flags)
    name = f"{options.service}.{options.instance}.{shop.start_ms}"
    reported, number, due, status = None, 0, 0.0, None
    while not stopped.wait(0.05):
        shop.order()
        if flags.status != status:
            status = flags.status
            print(f"flags are {status}", flush=True)
        # At once when the version changes, so that an operator sees that it is obeyed.
        if time.monotonic() < due and flags.version == reported:
            continue
        due, reported, number = time.monotonic() + options.every, flags.version, number + 1
        bus.say(
            "signal", f"{name}.s{number}", options.service,
            shop.figures(options.service, options.instance))
        heartbeat = {
            "type": "subscriber_heartbeat", "service": options.service,
            "instance": options.instance, "flagsVersion": reported,
        }
        if status != "READY":
            heartbeat["stale"] = True
        bus.say("heartbeat", f"{name}.h{number}", options.service, heartbeat)
    flags.close()
    bus.flush()
    print(f"{shop.requests} orders, {shop.refused} refused because of a flag", flush=True)


if __name__ == "__main__":
    main()
