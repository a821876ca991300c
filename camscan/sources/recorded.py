"""Which importer reads a file: every one is asked, by content, never by the file's name."""

from __future__ import annotations

import codecs
import importlib
import io
import zlib
from typing import Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from camscan.errors import SourceError
from camscan.model.coverage import Skip
from camscan.sources import capture_evidence
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import is_utf8
from camscan.sources.line_blocks import Chunks
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
STREAMED = frozenset({"cisco_arp"})
"""Those that read a file as it comes: the largest tables, of which no line needs another."""
_MOST = 1 << 30
_HEAD = 1 << 16  # no importer looks further to know its format
_MAGIC = 4
_GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Importer(Protocol):
    """What a module of IMPORTERS has."""

    NAME: str

    def sniff(self, data: bytes) -> bool:
        """Whether the file is of this format, by how it starts."""

    def parse_records(self, data: bytes, name: str) -> Recorded:
        """Evidence of a whole file; what cannot be read is a Skip."""


class _Streamed(Protocol):
    """What a module of STREAMED has besides."""

    def parse_records(self, data: Chunks, name: str) -> Recorded:
        """The same of chunks of UTF-8."""


def importer(module: str) -> Importer:
    """A module of IMPORTERS, imported when it is first needed."""
    return cast(Importer, importlib.import_module(f"camscan.sources.{module}"))


class Fetched(Struct, frozen=True, kw_only=True):
    """The bytes of a file, gzip undone, and why they end early, if they do."""

    name: str
    data: bytes
    problem: str | None = None


def format_of(data: bytes) -> str:
    """The module of IMPORTERS that reads an unpacked file."""
    return next((name for name in IMPORTERS[:-1] if importer(name).sniff(data)), IMPORTERS[-1])


def read_file(path: str) -> Recorded:
    """What a file, or standard input for `-`, gives; captures of any size in bounded memory, and
    of the files of STREAMED no more than what they say.

    Raises SourceError for a file that cannot be opened, and as `read_recorded` does.
    """
    return read_fetched(fetch(path))


def fetch(path: str) -> Recorded | Fetched:
    """A capture or a table of STREAMED read, the bytes of any other file. Raises SourceError."""
    with open_stream(path) as stream:
        if capture_evidence.sniff(stream.peek(_MAGIC)):
            return capture_evidence.read_capture(stream)
        head = stream.peek(_HEAD)
        module = format_of(head)
        if module in STREAMED and is_utf8(head):
            found = cast(_Streamed, importer(module)).parse_records(_Limited(stream), stream.name)
            return _ended(found, stream.name, stream.problem)
        return _whole(stream)


class _Limited:
    """A stream of which no more than 1 GiB is read. Raises SourceError."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._read = 0

    def chunk(self) -> bytes:
        """The next bytes; empty at the end."""
        piece = self._stream.chunk()
        self._read += len(piece)
        if self._read > _MOST:
            raise SourceError(f"{self._stream.name} holds more than 1 GiB; split it")
        return piece


def _whole(stream: ByteStream) -> Fetched:
    # BytesIO gives its bytes away without a copy.
    held, limited = io.BytesIO(), _Limited(stream)
    while piece := limited.chunk():
        held.write(piece)
    if stream.problem and not held.tell():
        raise SourceError(f"cannot read {stream.name}: {stream.problem}")
    return Fetched(name=stream.name, data=_utf8(held.getvalue()), problem=stream.problem)


def read_fetched(fetched: Recorded | Fetched) -> Recorded:
    """What `fetch` gave, read. Raises SourceError."""
    if isinstance(fetched, Recorded):
        return fetched
    found = read_recorded(fetched.data, fetched.name)
    return _ended(found, fetched.name, fetched.problem)


def _ended(found: Recorded, name: str, problem: str | None) -> Recorded:
    """What was read, and why no more of it was."""
    if not problem:
        return found
    skip = Skip(subject=name, what="end of the file", reason=problem)
    return replace(found, skips=(*found.skips, skip))


def read_recorded(data: bytes, name: str) -> Recorded:
    """What a recorded file, gzipped or not, gives. `name` stands in its Skips.

    Raises SourceError for an archive that unpacks to more than 1 GiB, or not at all.
    """
    data, whole = _unpack(data, name)
    data = _utf8(data)
    found = importer(format_of(data)).parse_records(data, name)
    return _ended(found, name, None if whole else "the gzip archive is cut short")


def _utf8(data: bytes) -> bytes:
    """Text that `>` of Windows PowerShell wrote (UTF-16 with its mark) in UTF-8, all else as is."""
    return data.decode("utf-16", "replace").encode() if data.startswith(_UTF16) else data


def _unpack(data: bytes, name: str) -> tuple[bytes, bool]:
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
