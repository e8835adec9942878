"""Holds the reader of flags against the test vectors of docs/wire.md."""

import json
import pathlib
import re
import sys

from flags import at_rest, resolve


def main(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    section = text.split("## Test vectors\n", 1)[1].split("\n## ", 1)[0]
    records = {}
    for block in re.findall(r"```json\n(.*?)\n```", section, re.DOTALL):
        payload = json.loads(block)["payload"]
        records[payload["service"], payload["flag"]] = payload
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", section, re.MULTILINE)
    services = ("checkout", "billing")
    checked = 0
    for flag, *expected in rows:
        if at_rest(flag) is None:
            continue
        for service, value in zip(services, expected):
            found = resolve(
                flag, service, records.get((service, flag)), records.get(("*", flag)))
            if found != json.loads(value):
                sys.exit(f"{flag} of {service}: expected {value}, got {json.dumps(found)}")
            checked += 1
    if checked < 10:
        sys.exit(f"only {checked} vectors in {path}")
    print(f"{checked} vectors hold")


if __name__ == "__main__":
    main(sys.argv[1])
