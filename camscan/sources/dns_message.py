"""Question and answered addresses of a DNS message (RFC 1035). Sans-IO."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from struct import Struct

from msgspec import Struct as Record

_ADDRESS_TYPES = {1: 4, 28: 16}  # A, AAAA
_INTERNET = 1
_MOST_RECORDS = 256
_MOST_JUMPS = 64
_LONGEST_NAME = 255
_HEAD = Struct(">HHHHH").unpack_from
_QUESTION = Struct(">HH").unpack_from
_ANSWER = Struct(">HHIH").unpack_from


class DnsMessage(Record, frozen=True):
    """`name` is the question's, lower case, without the last dot; `addresses` as text."""

    is_answer: bool
    name: str
    kind: int
    addresses: tuple[str, ...]


def read_message(data: bytes) -> DnsMessage | None:
    """The message, or None when it is no readable DNS with exactly one question. What is cut
    off or damaged behind the question ends the addresses."""
    if len(data) < 17 or data[4:6] != b"\x00\x01":
        return None
    return _read(data[2:])


@lru_cache(maxsize=1024)  # devices repeat their few questions
def _read(after_id: bytes) -> DnsMessage | None:
    flags, _, count, _, _ = _HEAD(after_id)
    named = _name(after_id, 10)
    if named is None or named[1] + 4 > len(after_id):
        return None
    name, place = named
    kind, _ = _QUESTION(after_id, place)
    return DnsMessage(
        bool(flags & 0x8000), name, kind, tuple(_addresses(after_id, place + 4, count))
    )


def _addresses(data: bytes, place: int, count: int) -> list[str]:
    """The addresses of A and AAAA records, whatever their owner: aliases lead to them."""
    found: list[str] = []
    for _ in range(min(count, _MOST_RECORDS)):
        place = _behind_name(data, place)
        if place + 10 > len(data):
            break
        kind, group, _, length = _ANSWER(data, place)
        place += 10
        value = data[place : place + length]
        place += length
        if group == _INTERNET and _ADDRESS_TYPES.get(kind) == length == len(value):
            found.append(str(ip_address(value)))
    return found


def _behind_name(data: bytes, place: int) -> int:
    """Where a name ends that stands at `place`; beyond the end of the data when it is cut."""
    while place < len(data):
        length = data[place]
        if length >= 0xC0:
            return place + 2
        place += 1 + length
        if not length:
            return place
    return len(data)


def _name(data: bytes, place: int) -> tuple[str, int] | None:
    """A name as text (other octets than printable ones as `\\DDD`, RFC 1035 section 5.1), and where
    it ends. Offsets of compression count from the identification, which `data` lacks."""
    labels: list[str] = []
    end: int | None = None
    size = jumps = 0
    while place < len(data):
        length = data[place]
        if length >= 0xC0:
            if place + 2 > len(data) or jumps >= _MOST_JUMPS:
                return None
            end = place + 2 if end is None else end
            jumps += 1
            target = ((length & 0x3F) << 8 | data[place + 1]) - 2
            if not 0 <= target < place:
                return None
            place = target
            continue
        size += 1 + length
        if length > 63 or size > _LONGEST_NAME:
            return None
        if not length:
            return ".".join(labels).lower(), (place + 1 if end is None else end)
        label = data[place + 1 : place + 1 + length]
        if len(label) < length:
            return None
        labels.append(_text(label))
        place += 1 + length
    return None


def _text(label: bytes) -> str:
    if label.isalnum() and label.isascii():
        return label.decode("ascii")
    return "".join(
        f"\\{char:03d}" if not 0x20 < char < 0x7F else f"\\{chr(char)}" if char in b'."\\();@$'
        else chr(char)
        for char in label
    )  # fmt: skip
