"""The flags of one service, read from nervous.flags as docs/wire.md says ("Reading the flags")."""

import json
import threading
import time
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

# At rest, and what makes of two values the more restrictive one.
AT_REST = {
    "safe_mode": False, "tool_use": True, "external_calls": True, "write_drain": False,
    "kill_switch": False, "emergency": False, "rate_limit": 100, "autoscale": 1,
}


def at_rest(flag):
    """What holds if nobody has set the flag; None if there is no such flag."""
    if flag.startswith(("module:", "agent:")):
        return True
    return AT_REST.get(flag)


def fold(flag, values):
    """Of several values the one that holds."""
    rest = at_rest(flag)
    if isinstance(rest, bool):
        return next((value for value in values if value != rest), rest)
    return max(values) if flag == "autoscale" else min(values)


def resolve(flag, service, own, of_all):
    """What holds for `service`, of its own record and that of all (either may be None)."""
    values = []
    if own is not None:
        values.append(own["value"])
    if of_all is not None:
        holds = [hold for hold in of_all["holders"] if service not in hold.get("except", [])]
        if holds:
            values.append(fold(flag, [hold["value"] for hold in holds]))
        elif not of_all["holders"] and service not in of_all.get("except", []):
            values.append(of_all["value"])
    return fold(flag, values) if values else at_rest(flag)


class Flags:
    """Follows nervous.flags on a thread of its own. `value` answers at once, from memory."""

    STALE_AFTER_S = 15

    def __init__(self, bootstrap, service, prefix="", on_change=None):
        self.service, self.version = service, 0
        self._on_change = on_change or (lambda flag, value: None)
        self._records, self._values, self._heard = {}, {}, None
        self._lock, self._stopped, self._read_all = threading.Lock(), threading.Event(), False
        # Without a group: every instance needs every flag. The client wants a name all the same.
        self._consumer = Consumer({
            "bootstrap.servers": bootstrap, "group.id": f"unused-{uuid.uuid4()}",
            "enable.auto.commit": False, "enable.partition.eof": True,
            "isolation.level": "read_committed",
        })
        self._consumer.assign([TopicPartition(prefix + "nervous.flags", 0, OFFSET_BEGINNING)])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def value(self, flag):
        """What holds now. Until all was read once, the value at rest."""
        with self._lock:
            return self._values.get(flag, at_rest(flag))

    @property
    def status(self):
        """READY, STALE (no news for too long: the last known flags) or ERROR (none are known)."""
        if not self._read_all:
            return "ERROR"
        fresh = self._heard is not None and time.monotonic() - self._heard <= self.STALE_AFTER_S
        return "READY" if fresh else "STALE"

    def close(self):
        self._stopped.set()
        self._thread.join()
        self._consumer.close()

    def _run(self):
        while not self._stopped.is_set():
            message = self._consumer.poll(0.2)
            if message is None:
                continue
            if message.error() is None:
                self._take(message.value())
            elif message.error().code() == KafkaError._PARTITION_EOF:
                # Only now is known what holds: before, a later record may have said otherwise.
                self._read_all = True
                self._publish()

    def _take(self, value):
        try:
            payload = json.loads(value)["payload"]
            kind = payload["type"]
        except (TypeError, ValueError, KeyError):
            return  # a tombstone, or no message: what is not known is passed over
        if kind not in ("flag_state", "flags_heartbeat"):
            return
        self.version = max(self.version, payload["version"])
        self._heard = time.monotonic()
        if kind == "flag_state" and payload["service"] in (self.service, "*"):
            self._records[payload["service"], payload["flag"]] = payload
            if self._read_all:
                self._publish()

    def _publish(self):
        values = {
            flag: resolve(
                flag, self.service, self._records.get((self.service, flag)),
                self._records.get(("*", flag)))
            for flag in {flag for _, flag in self._records}
        }
        with self._lock:
            changed = {f: v for f, v in values.items() if v != self._values.get(f, at_rest(f))}
            self._values = values
        for flag, value in sorted(changed.items()):
            self._on_change(flag, value)
