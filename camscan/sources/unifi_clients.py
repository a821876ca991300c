"""Clients of a UniFi Network controller: JSON of `stat/sta` and its later forms, or a CSV of it.

JSON: `{"meta": …, "data": […]}` of /api/s/SITE/stat/sta, the same as a bare array, or a page of
the integration API (`macAddress`, `ipAddress`). CSV: the same keys, or their words, as headings.
`last_seen` is UTC seconds. `name` is what the owner typed, so only `hostname` is evidence.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from camscan.protocols.mac import normal_mac
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import (
    LeaseTable,
    at_epoch,
    csv_rows,
    head_of,
    headings,
    lines_of,
    text_of,
)

NAME = "unifi-clients"

_MAC_KEY = re.compile(r'"mac(?:Address)?"\s*:\s*"')
# Keys of a client that no other tool's records have.
_OWN_KEYS = re.compile(
    r'"(?:is_wired|is_guest|_is_guest_by_u(?:ap|gw|sw)|_uptime_by_u(?:ap|gw|sw)|user_id|sw_mac|ap_mac'
    r'|essid|uplink_mac|uplinkDeviceId|connectedAt)"\s*:'
)
_START = re.compile(r'\s*(?:\[\s*\{|\{\s*"(?:meta|data|offset|limit|count|totalCount)"\s*:)')
_MOST_PORTS = 10_000
_MAC_WORDS = ("mac", "macaddress")
_ADDRESS_WORDS = ("ip", "ipaddress", "lastip")
_CSV_WORDS = frozenset(
    {"iswired", "isguest", "apmac", "swmac", "essid", "ssid", "network", "oui", "uplinkmac"}
    | {"lastseen", "connection", "experience", "apport", "wifi", "uptime", "noted", "usefixedip"}
)


class _Client(Struct, rename={"mac_address": "macAddress", "ip_address": "ipAddress"}):
    mac: str | None = None
    ip: str | None = None
    last_ip: str | None = None
    hostname: str | None = None
    last_seen: float | str | None = None
    is_wired: object = None
    sw_mac: object = None
    sw_port: object = None
    mac_address: str | None = None
    ip_address: str | None = None


class _Answer(Struct):
    data: list[msgspec.Raw] | UnsetType = UNSET


_answer = msgspec.json.Decoder(_Answer)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_client = msgspec.json.Decoder(_Client)


def sniff(data: bytes) -> bool:
    """True for JSON with a client's own keys, or a CSV heading that has them."""
    head = head_of(data)
    if _START.match(head):
        return bool(_MAC_KEY.search(head) and _OWN_KEYS.search(head))
    first = head.lstrip().partition("\n")[0]
    return not first.startswith(("{", "[", "<", "#")) and _is_heading(set(headings(first)[1]))


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC, host name and time of each client that has an address."""
    if text_of(data[:256]).lstrip().startswith(("{", "[")):
        return _objects(data, name)
    return _csv(data, name)


def _objects(data: bytes, name: str) -> Recorded:
    table = LeaseTable(NAME, name, unit="record")
    text = text_of(data).strip("\0 \t\r\n")
    try:
        answer = _array.decode(text) if text.startswith("[") else _answer.decode(text).data
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        table.note("file", f"no JSON of clients: {error}")
        return table.recorded()
    if isinstance(answer, UnsetType):
        table.note("file", "the object has no list `data`")
        return table.recorded()
    for number, raw in enumerate(answer, start=1):
        try:
            client = _client.decode(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            table.bad(number, f"not a client: {error}")
            continue
        mac = client.mac or client.mac_address or ""
        address = client.ip or client.ip_address or client.last_ip or ""
        if not mac:
            table.bad(number, "a client without a MAC address")
        elif address:
            hostname = client.hostname or ""
            at = _seen(client.last_seen)
            switch_port = _switch_port(client)
            table.add(number, address, mac, hostname=hostname, switch_port=switch_port, at=at)
    return table.recorded()


def _switch_port(client: _Client) -> str:
    """`f0:9f:c2:0a:4a:ca port 8` of a client on a wire; of one by radio the access point's port
    says nothing."""
    mac, port = client.sw_mac, client.sw_port
    switch = normal_mac(mac) if isinstance(mac, str) else None
    if client.is_wired is not True or switch is None or not isinstance(port, int):
        return ""
    return f"{switch} port {port}" if 0 < port < _MOST_PORTS else ""


def _csv(data: bytes, name: str) -> Recorded:
    table = LeaseTable(NAME, name)
    lines = lines_of(data, table)
    first = next(lines, None)
    if first is None:
        return table.recorded()
    delimiter, column = headings(first[1])
    if not _is_heading(set(column)):
        table.bad(first[0], "the heading has no columns for MAC and IP address")
        return table.recorded()
    width = max(column.values()) + 1
    for number, cells in csv_rows(lines, delimiter):
        if len(cells) != width:
            table.bad(number, f"has {len(cells)} columns where the heading has {width}")
            continue
        cell = {word: cells[at].strip() for word, at in column.items()}
        mac = _first(cell, _MAC_WORDS)
        address = _first(cell, _ADDRESS_WORDS)
        at = _seen(cell.get("lastseen"))
        if not mac:
            table.bad(number, "a client without a MAC address")
        elif address:
            table.add(number, address, mac, hostname=cell.get("hostname", ""), at=at)
    return table.recorded()


def _seen(seconds: float | str | None) -> datetime | None:
    if isinstance(seconds, str):
        return at_epoch(int(seconds)) if re.fullmatch(r"[0-9]{9,11}", seconds) else None
    return at_epoch(seconds) if seconds else None


def _first(cell: dict[str, str], words: tuple[str, ...]) -> str:
    return next((cell[word] for word in words if cell.get(word)), "")


def _is_heading(words: set[str]) -> bool:
    has_both = bool(words.intersection(_MAC_WORDS) and words.intersection(_ADDRESS_WORDS))
    return has_both and bool(words & _CSV_WORDS)
