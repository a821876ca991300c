"""Multicast DNS and DNS-SD (RFC 6762, RFC 6763): what a device announces of itself.

zeroconf reads the records. Only answers count: a question may carry what others said (known
answers), and that would be held against the one who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.mac import is_device
from camscan.protocols.text import redact

MDNS_PORT = 5353
_MOST_BYTES = 9000  # RFC 6762, section 17
_MOST_RECORDS = 512
_A, _PTR, _TXT, _AAAA, _SRV = 1, 12, 16, 28, 33
_BROWSE = "_dns-sd._udp"  # the domain of lists of services (RFC 6763, section 9)
_SERVICE = re.compile(r"(?:(.*?)\.)?(_[^.]{1,63}\._(?:tcp|udp))(?:\.local)?", re.IGNORECASE)
# AXIS announces `macaddress=ACCC8E3C0419`, DoorBird the same (homeassistant/generated/zeroconf.py
# of home-assistant/core); Arecont's `MAC=AV334455-FW…` leaves out its prefix 00:1A:07
# (UniversalScanner/Arecont.cs of julienblitte/UniversalScanner).
_MAC = re.compile(r"macaddress=([0-9a-f]{12})", re.IGNORECASE)
_ARECONT = re.compile(r"MAC=AV([0-9A-F]{6})-")
_ARECONT_OUI = "001a07"


class MdnsMessage(Struct, frozen=True, kw_only=True):
    """One datagram. Names have no final dot, service types no `.local`, TXT is `key=value`.

    `goodbye` is True when every record has a TTL of 0 (RFC 6762, section 10.1); one such record
    among others says nothing, for AXIS sends its PTR like that.
    """

    is_answer: bool
    goodbye: bool = False
    truncated: bool = False
    services: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    txt: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def macs(self) -> tuple[str, ...]:
        """MAC addresses in TXT records of makers that are known to write them there."""
        found = (_mac_of(pair) for pair in self.txt)
        return tuple(dict.fromkeys(mac for mac in found if mac is not None))


def parse(data: bytes) -> MdnsMessage | Malformed:
    """Read one datagram; of a damaged one, the records before the damage."""
    from zeroconf import DNSIncoming  # type: ignore[attr-defined]  # public, not in __all__

    if len(data) < 12:
        return Malformed("shorter than a DNS header")
    try:
        incoming = DNSIncoming(data[:_MOST_BYTES])
        records = incoming.answers()[:_MOST_RECORDS]
        is_answer = incoming.is_response()
    except Exception:  # noqa: BLE001 - a defect of the library must not end a run
        return Malformed("no DNS message")
    if not incoming.valid and not records:
        return Malformed("no DNS message")
    if not is_answer:
        return MdnsMessage(is_answer=False, truncated=incoming.truncated)
    return _message(records, truncated=incoming.truncated)


def fields(message: MdnsMessage) -> tuple[tuple[str, str], ...]:
    """Evidence: mdns.service, mdns.instance, mdns.txt, mdns.host, mac.address out of TXT."""
    if not message.is_answer or message.goodbye:
        return ()
    found: list[tuple[str, str | None]] = [("mdns.service", name) for name in message.services]
    found.extend(("mdns.instance", name) for name in message.instances)
    found.extend(("mdns.txt", redact(pair)) for pair in message.txt)
    found.extend(("mdns.host", name) for name in message.hosts)
    found.extend(("mac.address", mac) for mac in message.macs)
    return pairs(found)


def decode(data: bytes) -> Decoded:
    """Evidence of one datagram; questions and goodbyes are OK without fields."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _message(records: Iterable[Any], *, truncated: bool) -> MdnsMessage:
    """What zeroconf's records say; their kind is that of the wire."""
    services: list[str] = []
    instances: list[str] = []
    txt: list[str] = []
    hosts: list[str] = []
    addresses: list[str] = []
    living = 0
    seen = 0
    for record in records:
        seen += 1
        living += record.ttl > 0
        if record.type == _PTR:
            owner, alias = _split(record.name), _split(record.alias)
            services.extend(each[1] for each in (owner, alias) if each is not None)
            instances.extend(each[0] for each in (alias,) if each is not None and each[0])
        elif record.type in (_SRV, _TXT):
            owner = _split(record.name)
            if owner is not None:
                services.append(owner[1])
                instances.extend([owner[0]] if owner[0] else [])
            if record.type == _TXT:
                txt.extend(_strings(record.text))
            else:
                hosts.append(_bare(record.server))
        elif record.type in (_A, _AAAA):
            hosts.append(_bare(record.name))
            addresses.extend(_address(record.address))
    return MdnsMessage(
        is_answer=True,
        goodbye=seen > 0 and living == 0,
        truncated=truncated,
        services=_once(services),
        instances=_once(instances),
        txt=_once(txt),
        hosts=_once(name for name in hosts if not name.startswith("_")),
        addresses=_once(addresses),
    )


def _split(name: str) -> tuple[str, str] | None:
    """Instance (empty for a bare type) and service type of a name; None for other names."""
    found = _SERVICE.fullmatch(_bare(name))
    if found is None:
        return None
    instance = found.group(1) or ""
    if found.group(2).lower() == _BROWSE:
        return None
    if instance.startswith("_") and instance.endswith("._sub"):
        instance = ""  # a subtype: RFC 6763, section 7.1
    return instance, found.group(2)


def _bare(name: str) -> str:
    return name.rstrip(".")


def _strings(text: bytes) -> Iterator[str]:
    """The strings of a TXT record (RFC 6763, section 6), binary values decoded by replacement."""
    place = 0
    while place < len(text):
        length = text[place]
        raw = text[place + 1 : place + 1 + length]
        place += 1 + length
        if raw and not raw.startswith(b"="):
            yield raw.decode("utf-8", "replace")


def _address(packed: bytes) -> Iterator[str]:
    import ipaddress

    try:
        yield str(ipaddress.ip_address(packed))
    except ValueError:
        return


def _mac_of(pair: str) -> str | None:
    """The MAC in one TXT pair; None without one, for groups and all zeros."""
    written = _MAC.fullmatch(pair)
    arecont = _ARECONT.match(pair)
    digits = written.group(1) if written else _ARECONT_OUI + arecont.group(1) if arecont else ""
    mac = bytes.fromhex(digits)
    return mac.hex(":") if is_device(mac) else None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
