"""Cisco Discovery Protocol, versions 1 and 2: what the neighbour is (Cisco, Understanding CDP).

`data` begins with the version, behind LLC and SNAP.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.text import to_text
from camscan.protocols.tlv import tlvs

SNAP = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00"
"""LLC and SNAP of CDP: Cisco's OUI and the protocol 2000."""
_DEVICE, _ADDRESSES, _SOFTWARE, _PLATFORM = 1, 2, 5, 6
_IP4 = b"\x01\x01\xcc\x00\x04"  # NLPID, one octet, IP; a length of 4
_IP6 = b"\x02\x08\xaa\xaa\x03\x00\x00\x00\x86\xdd\x00\x10"
_MOST_ADDRESSES = 32


class CdpMessage(Struct, frozen=True, kw_only=True):
    """One frame. `software` is the whole text, often several lines."""

    device: str | None = None
    addresses: tuple[str, ...] = ()
    software: str | None = None
    platform: str | None = None
    leaving: bool = False


def parse(data: bytes) -> CdpMessage | Malformed:
    """Read one frame; the check sum is not verified, for cut frames still tell."""
    if len(data) < 8 or data[0] not in (1, 2):
        return Malformed("no CDP frame")
    values: dict[int, bytes] = {}
    for kind, value in tlvs(data[4:], 2, 2, counts_itself=True):
        values.setdefault(kind, value)
    if not values:
        return Malformed("a CDP frame that says nothing")
    return CdpMessage(
        device=_text(values.get(_DEVICE)),
        addresses=tuple(dict.fromkeys(_addresses(values.get(_ADDRESSES, b"")))),
        software=_text(values.get(_SOFTWARE)),
        platform=_text(values.get(_PLATFORM)),
        leaving=data[1] == 0,
    )


def fields(message: CdpMessage) -> tuple[tuple[str, str], ...]:
    """Evidence: cdp.platform, cdp.software, cdp.device; none of one that is leaving."""
    if message.leaving:
        return ()
    return pairs(
        (
            ("cdp.platform", message.platform),
            ("cdp.software", message.software),
            ("cdp.device", message.device),
        )
    )


def decode(data: bytes) -> Decoded:
    """Evidence of one frame."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _addresses(value: bytes) -> Iterator[str]:
    """IP addresses of the addresses TLV; another protocol among them ends the reading."""
    place = 4
    for _ in range(min(int.from_bytes(value[:4], "big"), _MOST_ADDRESSES)):
        rest = value[place:]
        if rest.startswith(_IP4) and len(rest) >= 9:
            packed, place = rest[5:9], place + 9
        elif rest.startswith(_IP6) and len(rest) >= 28:
            packed, place = rest[12:28], place + 28
        else:
            return
        address = ipaddress.ip_address(packed)
        if not (address.is_unspecified or address.is_multicast or address.is_loopback):
            yield str(address)


def _text(value: bytes | None) -> str | None:
    return None if value is None else to_text(value.rstrip(b"\x00")).strip() or None
