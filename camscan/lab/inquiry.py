"""What one device answers to vendors' inquiries by UDP, filled in from its persona's data.

Beside a device's own values an answer may use:

    {replace:OLD:NEW:NAME}   a value with the first OLD in it changed to NEW
    {last:SIZE:NAME}     the last SIZE characters of a value
    {ip_hex:NAME}        an IPv4 value, 8 hex digits in network order
    {ip_hex_le:NAME}     the same with the lowest byte first, upper case (Xiongmai)
    {octets:NAME}        the octets of a value as hex digits
    {text:SIZE:NAME}     the same, cut or filled with NUL to SIZE octets
    {length8:NAME} {length16:NAME} {length16le:NAME}   the number of its octets, in one or two
    {u16:NAME} {u32:NAME} {u16le:NAME} {u32le:NAME}   a number in that many octets

NAME is a value (`mac_plain`, `ip`, `gateway`, `netmask`, `serial`, …), another placeholder such as
`mapped:80`, a named group of the query's expression, or itself where nothing has that name.
"""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Mapping
from typing import NamedTuple

from camscan.errors import DataError
from camscan.lab import render
from camscan.lab.framing import FRAMES
from camscan.lab.persona import Inquiry
from camscan.lab.text import Lookup, chained, fill

_COMMENT = re.compile(r"#[^\n]*")
_NUMBERS = {"u16": (2, "big"), "u32": (4, "big"), "u16le": (2, "little"), "u32le": (4, "little")}
FLOOD = 64
"""Copies of one answer under the fault "flood"."""


class Reply(NamedTuple):
    """Datagrams to send, and where: None is the sender."""

    datagrams: tuple[bytes, ...]
    address: str | None
    port: int
    delay: float


class InquirySpeaker:
    """One device's answers on one UDP port, the first inquiry that fits a query."""

    def __init__(
        self,
        inquiries: tuple[Inquiry, ...],
        device: Mapping[str, str],
        ports: Mapping[int, int],
        *,
        on_link: bool,
    ) -> None:
        self.inquiries = inquiries
        self.on_link = on_link
        self._device = device
        self._ports = ports

    def reply(self, data: bytes, sender_port: int, *, many: bool, group: str = "") -> Reply | None:
        """The answer to a datagram; `many`: it was sent to `group`, or to everybody (no group)."""
        for inquiry in self.inquiries:
            asked = _asked(inquiry, data)
            if asked is not None:
                heard = (group in inquiry.groups if group else inquiry.broadcast) and self.on_link
                if not (heard if many else inquiry.unicast):
                    return None
                return self._answer(inquiry, asked, sender_port)
        return None

    def announcement(self, inquiry: Inquiry) -> Reply | None:
        """What the device says unasked; None where nobody on its link could hear it."""
        return self._answer(inquiry, {}, inquiry.port) if self.on_link else None

    def _answer(self, inquiry: Inquiry, asked: Mapping[str, str], port: int) -> Reply | None:
        address = None
        if inquiry.to != "sender":
            if not self.on_link:
                return None  # groups and broadcasts do not cross the router
            address = "255.255.255.255"
            if inquiry.to == "group":
                address = inquiry.to_group or inquiry.groups[0]
        own_port = inquiry.to_port or (inquiry.port if address else port)
        delay = random.uniform(0.0, inquiry.max_delay)
        datagram = render_reply(inquiry, self._device, self._ports, asked)
        return Reply(_spoilt(datagram, inquiry.fault), address, own_port, delay)


def _asked(inquiry: Inquiry, data: bytes) -> dict[str, str] | None:
    """Named groups of a query that this inquiry answers; None for any other datagram."""
    if inquiry.query_hex:
        return {} if data == bytes.fromhex(inquiry.query_hex) else None
    opened = FRAMES[inquiry.frame].open(data) if inquiry.query else None
    if opened is None:
        return None
    found = re.search(inquiry.query, opened[0].decode("latin-1"), re.DOTALL)
    return None if found is None else {**opened[1], **found.groupdict("")}


def render_reply(
    inquiry: Inquiry,
    device: Mapping[str, str],
    ports: Mapping[int, int],
    asked: Mapping[str, str],
) -> bytes:
    """The whole answer, frame and tail included. Raises DataError for hex that is none."""
    look = render.lookup({**device, **inquiry.values}, asked, ports)
    look = chained(octets(look), look)
    if inquiry.reply_hex:
        text = fill(fill(_COMMENT.sub("", inquiry.reply_hex), look), look)
        try:
            body = bytes.fromhex(text)
        except ValueError as error:
            raise DataError(f"lab: answer {inquiry.name!r} is not hexadecimal: {text}") from error
    else:
        body = fill(fill(inquiry.reply, look), look).encode(inquiry.encoding, "replace")
    return FRAMES[inquiry.frame].close(body + bytes.fromhex(inquiry.tail_hex), asked)


def octets(inner: Lookup) -> Lookup:
    """Placeholders that rewrite a value or write it as hex digits; see the module's text."""

    def value(text: str) -> str:
        name, _, argument = text.partition(":")
        found = inner(name, argument) if name else None
        return text if found is None else fill(found, chained(look, inner))

    def look(name: str, argument: str) -> str | None:
        if name in _NUMBERS:
            size, order = _NUMBERS[name]
            return int(value(argument)).to_bytes(size, "big" if order == "big" else "little").hex()
        match name:
            case "replace":
                old, new, rest = argument.split(":", 2)
                return value(rest).replace(old, new, 1)
            case "last":
                count, _, rest = argument.partition(":")
                return value(rest)[-int(count) :]
            case "ip_hex":
                return ipaddress.IPv4Address(value(argument)).packed.hex()
            case "ip_hex_le":
                return ipaddress.IPv4Address(value(argument)).packed[::-1].hex().upper()
            case "octets":
                return _octets(value(argument)).hex()
            case "length16le":
                return len(_octets(value(argument))).to_bytes(2, "little").hex()
            case "length8" | "length16":
                size = int(name.removeprefix("length")) // 8
                return len(_octets(value(argument))).to_bytes(size, "big").hex()
            case "text":
                size_text, _, rest = argument.partition(":")
                return _octets(value(rest))[: int(size_text)].ljust(int(size_text), b"\0").hex()
        return None

    return look


def _octets(text: str) -> bytes:
    """Groups of a binary query come as Latin-1 and go back as the same octets."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _spoilt(datagram: bytes, fault: str) -> tuple[bytes, ...]:
    match fault:
        case "twice":
            return datagram, datagram
        case "cut":
            return (datagram[: len(datagram) // 2],)
        case "rubbish":
            return (random.Random(len(datagram)).randbytes(len(datagram)),)
        case "flood":
            return (datagram,) * FLOOD
    return (datagram,)


def listening(inquiries: Mapping[str, InquirySpeaker]) -> frozenset[str]:
    """The groups that any of the devices joins."""
    return frozenset(
        group
        for speaker in inquiries.values()
        for each in speaker.inquiries
        for group in each.groups
    )
