"""One line of Linux's connection tracking, of the list or of an event. Sans-IO.

Source: conntrack(8), net/netfilter/nf_conntrack_standalone.c of Linux (the order of the fields of
/proc/net/nf_conntrack), lines published with bug reports of conntrack-tools. Byte counters are
those of IP packets.
"""

from __future__ import annotations

import re

from msgspec import Struct

_LINE = re.compile(
    r"^\s*(?:\[(?P<at>\d{1,11}\.\d{1,9})\]\s*)?(?:\[(?P<event>NEW|UPDATE|DESTROY)\]\s*)?"
    r"(?:ipv[46]\s+\d+\s+)?(?P<name>[a-z0-9_-]{2,12})\s+(?P<number>\d{1,3})\s+(?P<rest>\S.*)$"
)
_STATE = re.compile(r"^(?:\d+\s+)?([A-Z][A-Z_]+[A-Z0-9]*)\s")
_SECONDS = 1e11


class Tuple(Struct, frozen=True, kw_only=True):
    """One direction as conntrack keeps it; counters are None without accounting."""

    source: str
    destination: str
    source_port: int = 0
    port: int = 0
    icmp_type: int | None = None
    packets: int | None = None
    bytes: int | None = None


class Tracked(Struct, frozen=True, kw_only=True):
    """`event` is NEW, UPDATE, DESTROY or None in a list; `at` its time, `lasted` seconds."""

    at: float | None
    event: str | None
    protocol: str
    state: str | None
    original: Tuple
    reply: Tuple | None
    replied: bool
    assured: bool
    lasted: int | None


def parse_line(text: str) -> Tracked | None:
    """The line, or None when it is none of conntrack's."""
    found = _LINE.match(text[:4096])
    if found is None:
        return None
    rest = found["rest"]
    tuples: list[dict[str, str]] = []
    lasted = None
    for word in rest.split():
        key, equals, value = word.partition("=")
        if not equals:
            continue
        if key == "src":
            if len(tuples) == 2:
                return None
            tuples.append({})
        if key == "delta-time" and value.isascii() and value.isdigit():
            lasted = min(int(value[:12]), 1 << 36)
        elif tuples:
            tuples[-1].setdefault(key, value)
    try:
        both = [_tuple(each) for each in tuples]
    except (KeyError, ValueError):
        return None
    if not both:
        return None
    at = float(found["at"]) if found["at"] else None
    state = _STATE.match(rest)
    return Tracked(
        at=at if at is None or at < _SECONDS else None,
        event=found["event"],
        protocol=found["number"],
        state=state[1] if state is not None else None,
        original=both[0],
        reply=both[1] if len(both) == 2 else None,
        replied="[UNREPLIED]" not in rest,
        assured="[ASSURED]" in rest,
        lasted=lasted,
    )


def _tuple(words: dict[str, str]) -> Tuple:
    """Raises KeyError and ValueError."""
    return Tuple(
        source=words["src"],
        destination=words["dst"],
        source_port=_number(words.get("sport", "0"), 65_535),
        port=_number(words.get("dport", "0"), 65_535),
        icmp_type=_number(words["type"], 255) if "type" in words else None,
        packets=_number(words["packets"]) if "packets" in words else None,
        bytes=_number(words["bytes"]) if "bytes" in words else None,
    )


def _number(text: str, most: int = 1 << 63) -> int:
    number = int(text[:20])
    if not 0 <= number <= most:
        raise ValueError(text)
    return number
