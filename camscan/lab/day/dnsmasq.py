"""The day as the council's resolver logs it: dnsmasq with `log-queries=extra`, in syslog's format.

Lines as dnsmasq 2.90 writes them. Their times name no year: the file's own date does.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from camscan.lab.day.exchange import Day, Purpose

_UPSTREAM = "9.9.9.9"
_FRESH = 300.0  # seconds that an answer may be given again


def write_dnsmasq(path: Path, day: Day) -> int:
    """Write the log and date the file to the end of the day; returns how many questions."""
    known: dict[str, float] = {}
    count = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        for one in day.exchanges:
            if one.purpose is not Purpose.DNS or one.name is None:
                continue
            count += 1
            moment = datetime.datetime.fromtimestamp(one.at, datetime.UTC)
            client = one.client.address
            head = f"{moment:%b} {moment.day:2} {moment:%H:%M:%S} dnsmasq[412]: "
            head += f"{count} {client}/{one.ends[0]} "
            file.write(f"{head}query[A] {one.name} from {client}\n")
            cached = one.at - known.get(one.name, float("-inf")) < _FRESH
            if not cached:
                known[one.name] = one.at
                file.write(f"{head}forwarded {one.name} to {_UPSTREAM}\n")
            said = "cached" if cached else "reply"
            for address in one.addresses or ("NXDOMAIN",):
                file.write(f"{head}{said} {one.name} is {address}\n")
    end = datetime.datetime.combine(day.date, datetime.time(23, 59, 59), datetime.UTC).timestamp()
    os.utime(path, (end, end))
    return count
