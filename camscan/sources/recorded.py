"""Which importer reads a file: every one is asked, by content, never by the file's name."""

from __future__ import annotations

import importlib
import zlib
from typing import Protocol, cast

from msgspec.structs import replace

from camscan.errors import SourceError
from camscan.model.coverage import Skip
from camscan.sources import capture_evidence
from camscan.sources.jsonl import Recorded
from camscan.sources.stream import ByteStream, open_stream

SCANNERS = ("nmap_xml", "masscan", "zgrab2", "shodan", "censys")
LEASES_AND_TABLES = (
    "dhcpd_leases",
    "dnsmasq_leases",
    "kea_leases",
    "windows_dhcp",
    "ip_neigh",
    "windows_arp",
    "cisco_arp",
    "fortigate_arp",
    "unifi_clients",
    "arp_scan",
)
"""Leases and ARP tables of routers, firewalls and controllers."""
IMPORTERS = ("capture_evidence", *SCANNERS, *LEASES_AND_TABLES, "jsonl")
"""Modules of this room, in the order in which they are asked; the last takes what is left."""
_MOST = 1 << 30
_MAGIC = 4
_GZIP = b"\x1f\x8b"


class Importer(Protocol):
    """What a module of IMPORTERS has."""

    NAME: str

    def sniff(self, data: bytes) -> bool:
        """Whether the file is of this format, by how it starts."""

    def parse_records(self, data: bytes, name: str) -> Recorded:
        """Evidence of a whole file; what cannot be read is a Skip."""


def importer(module: str) -> Importer:
    """A module of IMPORTERS, imported when it is first needed."""
    return cast(Importer, importlib.import_module(f"camscan.sources.{module}"))


def read_file(path: str) -> Recorded:
    """What a file, or standard input for `-`, gives; captures of any size in bounded memory.

    Raises SourceError for a file that cannot be opened, and as `read_recorded` does.
    """
    with open_stream(path) as stream:
        if capture_evidence.sniff(stream.peek(_MAGIC)):
            return capture_evidence.read_capture(stream)
        return _read_whole(stream)


def _read_whole(stream: ByteStream) -> Recorded:
    parts: list[bytes] = []
    size = 0
    while piece := stream.chunk():
        parts.append(piece)
        size += len(piece)
        if size > _MOST:
            raise SourceError(f"{stream.name} holds more than 1 GiB; split it")
    if stream.problem and not parts:
        raise SourceError(f"cannot read {stream.name}: {stream.problem}")
    found = read_recorded(b"".join(parts), stream.name)
    if not stream.problem:
        return found
    skip = Skip(subject=stream.name, what="end of the file", reason=stream.problem)
    return replace(found, skips=(*found.skips, skip))


def read_recorded(data: bytes, name: str) -> Recorded:
    """What a recorded file, gzipped or not, gives. `name` stands in its Skips.

    Raises SourceError for an archive that unpacks to more than 1 GiB, or not at all.
    """
    data, whole = _unpacked(data, name)
    found = next(
        (each for each in map(importer, IMPORTERS[:-1]) if each.sniff(data)),
        importer(IMPORTERS[-1]),
    ).parse_records(data, name)
    if whole:
        return found
    skip = Skip(subject=name, what="end of the file", reason="the gzip archive is cut short")
    return replace(found, skips=(*found.skips, skip))


def _unpacked(data: bytes, name: str) -> tuple[bytes, bool]:
    """The bytes in an archive, and whether it was whole."""
    if not data.startswith(_GZIP):
        return data, True
    parts: list[bytes] = []
    size = 0
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            part = unpacker.decompress(data, _MOST - size + 1)
        except zlib.error as error:
            if parts:
                return b"".join(parts), False
            raise SourceError(f"cannot unpack {name}: {error}") from error
        parts.append(part)
        size += len(part)
        if size > _MOST:
            raise SourceError(f"{name} unpacks to more than 1 GiB; split it")
        if not unpacker.eof:
            return b"".join(parts), False
        data = unpacker.unused_data
    return b"".join(parts), True
