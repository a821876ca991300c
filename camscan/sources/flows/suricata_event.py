"""One event of Suricata's eve.json: only what is used of it.

Source: Suricata's documentation of the EVE JSON format (flow, netflow, dns versions 1 to 3, tls,
quic, http, ether); AWS Network Firewall wraps the same events.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct


class EveFlow(Struct, gc=False, frozen=True):
    """Both directions; `action` `drop`: Suricata itself stopped it."""

    pkts_toserver: int = 0
    pkts_toclient: int = 0
    bytes_toserver: int = 0
    bytes_toclient: int = 0
    start: str | None = None
    end: str | None = None
    state: str | None = None
    reason: str | None = None
    action: str | None = None


class EveNetflow(Struct, gc=False, frozen=True):
    """One direction."""

    pkts: int = 0
    bytes: int = 0
    start: str | None = None
    end: str | None = None


class EveTcp(Struct, gc=False, frozen=True):
    """Flags in hexadecimal: of both directions, to the server, to the client."""

    tcp_flags: str | None = None
    tcp_flags_ts: str | None = None
    tcp_flags_tc: str | None = None


class EveDnsRecord(Struct, frozen=True):
    """A question or an answer; `rdata` is an object for some types."""

    rrname: str | None = None
    rrtype: str | None = None
    rdata: Any = None


class EveDns(Struct, frozen=True):
    """`type` is `query` or `answer`, since version 3 `request` or `response`."""

    type: str | None = None
    rrname: str | None = None
    rrtype: str | None = None
    rdata: Any = None
    answers: tuple[EveDnsRecord, ...] = ()
    queries: tuple[EveDnsRecord, ...] = ()
    query: tuple[EveDnsRecord, ...] = ()
    grouped: dict[str, Any] = {}


class EveSni(Struct, gc=False, frozen=True):
    """tls and quic."""

    sni: str | None = None


class EveHttp(Struct, gc=False, frozen=True):
    """http."""

    hostname: str | None = None
    http_method: str | None = None


class EveEther(Struct, frozen=True):
    """MAC addresses: lists in flow events."""

    src_macs: tuple[str, ...] = ()


class EveEvent(Struct, frozen=True):
    """Any event."""

    timestamp: str | None = None
    event_type: str | None = None
    flow_id: int | None = None
    src_ip: str | None = None
    src_port: int = 0
    dest_ip: str | None = None
    dest_port: int = 0
    proto: str | None = None
    icmp_type: int | None = None
    flow: EveFlow | None = None
    netflow: EveNetflow | None = None
    tcp: EveTcp | None = None
    dns: EveDns | None = None
    tls: EveSni | None = None
    quic: EveSni | None = None
    http: EveHttp | None = None
    ether: EveEther | None = None


class _Kind(Struct, gc=False, frozen=True):
    event_type: str | None = None
    timestamp: str | None = None
    event: msgspec.Raw = msgspec.Raw()
    firewall_name: str | None = None


_LENGTH = 31  # of a time stamp as Suricata writes it

_kinds = msgspec.json.Decoder(_Kind)
_events = msgspec.json.Decoder(EveEvent)
USED = frozenset({"flow", "netflow", "dns", "tls", "quic", "http"})


def parse_event(line: bytes) -> EveEvent | str:
    """One line, or in words why it is no event; an event of another kind has its time alone."""
    try:
        kind = _kinds.decode(line)
        inner = bytes(kind.event)
        if inner and kind.firewall_name is not None:
            line = inner
            kind = _kinds.decode(line)
        if kind.event_type not in USED:
            return EveEvent(timestamp=kind.timestamp, event_type=kind.event_type or "")
        return _events.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"not an event: {error}"


def seconds_of(text: str | None) -> float | None:
    """Seconds since the epoch of a time stamp (`2026-02-29T00:00:12.734324+0000`)."""
    if text is None:
        return None
    part = text[20:26]
    if len(text) == _LENGTH and part.isdigit() and text.isascii() and text[19] == ".":
        whole = _whole_second(text[:19], text[26:])
        if whole:
            return (whole * 1_000_000 + int(part)) / 1_000_000
    return _read(text)


@lru_cache(maxsize=4096)  # most events are of few seconds
def _whole_second(begin: str, zone: str) -> int:
    """The second whose parts stand between these texts; 0 when it is none that counts."""
    return int(_read(f"{begin}.000000{zone}") or 0)


def _read(text: str) -> float | None:
    try:
        time = datetime.fromisoformat(text)
        return max(0.0, (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def flags_of(text: str | None) -> int | None:
    """Flags of TCP from hexadecimal; None when unknown."""
    if text is None:
        return None
    try:
        return int(text, 16) & 0xFF
    except ValueError:
        return None


def dns_name(dns: EveDns) -> str | None:
    """The name that was asked for."""
    if dns.rrname:
        return dns.rrname
    return next((asked.rrname for asked in (*dns.queries, *dns.query) if asked.rrname), None)


def dns_addresses(dns: EveDns) -> list[str]:
    """The addresses of an answer, in whichever of its forms."""
    found = [record.rdata for record in dns.answers if record.rrtype in ("A", "AAAA")]
    for kind in ("A", "AAAA"):
        grouped = dns.grouped.get(kind)
        found += grouped if isinstance(grouped, list) else []
    if dns.rrtype in ("A", "AAAA"):
        found.append(dns.rdata)
    return [text for text in dict.fromkeys(map(str, found)) if text != "None"][:64]
