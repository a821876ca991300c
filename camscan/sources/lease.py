"""What every table of addresses and MACs gives: one word on each address, as evidence."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import overload

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence, Record, evidence_of, sighting
from camscan.net.address import parse
from camscan.protocols.mac import is_device, mac_fields, normal_mac, octets_of
from camscan.sources.jsonl import Recorded
from camscan.sources.line_blocks import Chunks, line_blocks

HEAD = 4096  # bytes that `sniff` looks at
MOST_VALUE = 8192
MOST_LINE = 1 << 16
_BLOCK = 1 << 16
_BOM = b"\xef\xbb\xbf"
_MOST_JOINED = 16  # lines of one quoted CSV record
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)

IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}"
COLON_MAC = r"(?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}"
DASH_MAC = r"(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}"
DOTTED_MAC = r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"


# IPv4 addresses below the groups as they are printed everywhere, told without parsing them.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ONE_HOST = re.compile(rf"(?:22[0-3]|2[01][0-9]|1[0-9]{{2}}|[1-9]?[0-9])(?:\.{_OCTET}){{3}}")
_NOBODY = frozenset({"0.0.0.0"})  # noqa: S104 - it is refused


class _Row(Struct, frozen=True, kw_only=True, gc=False):
    line: int
    mac: str | None
    hostname: str
    vendor_class: str
    at: datetime | None
    switch_port: str = ""


# Most rows are a line and a MAC, and tables have millions: those are one number.
_MAC_BITS = 48


def _whole(row: _Row | int) -> _Row:
    if isinstance(row, _Row):
        return row
    mac = (row & (1 << _MAC_BITS) - 1).to_bytes(6, "big").hex(":")
    return _Row(line=row >> _MAC_BITS, mac=mac, hostname="", vendor_class="", at=None)


class LeaseEvidence(Sequence[Evidence]):
    """The evidence of rows, made each time it is gone through: it takes more room than they do."""

    def __init__(self, rows: Mapping[str, _Row | int], method: str) -> None:
        self._rows = rows
        self._link = sighting(method, None, "link", _UNKNOWN)
        self._method = method

    def by_target(self) -> Iterator[tuple[str, list[Record]]]:
        """The records of each address, in their order; of some there are none."""
        link = self._link
        for address, row in self._rows.items():
            if not isinstance(row, int):
                yield address, self._records(row)
                continue
            octets = (row & (1 << _MAC_BITS) - 1).to_bytes(6, "big")
            mac = octets.hex(":")
            records: list[Record] = [("mac.address", mac, link)]
            if not octets[0] & 2:  # as mac_fields has it
                records.append(("mac.oui", mac[:8], link))
            yield address, records

    def _records(self, row: _Row) -> list[Record]:
        at = row.at or _UNKNOWN
        seen = sighting(self._method, None, "link", at)
        found = [(field, value, seen) for field, value in mac_fields(row.mac or "")]
        told = sighting(self._method, None, "udp", at)
        if row.hostname:
            found.append(("dhcp.hostname", row.hostname, told))
        if row.vendor_class:
            found.append(("dhcp.vendor_class", row.vendor_class, told))
        if row.switch_port:
            found.append(("switch.port", row.switch_port, seen))
        return found

    def __iter__(self) -> Iterator[Evidence]:
        for address, records in self.by_target():
            yield from evidence_of(address, records)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, place: int) -> Evidence: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, place: int | slice) -> Evidence | Sequence[Evidence]:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class LeaseTable:
    """Collects records; an address that is given two MACs keeps none, unless one is newer.

    `unit` is what `line` counts in the Skips (`line`, `record`).
    """

    def __init__(self, method: str, name: str, *, unit: str = "line") -> None:
        self._method = method
        self._name = name
        self._unit = unit
        self._rows: dict[str, _Row | int] = {}
        self._contested: set[str] = set()
        self._left_out: dict[str, str] = {}
        self._skips: list[Skip] = []

    def add(
        self,
        line: int,
        address: str,
        mac: str = "",
        *,
        hostname: str = "",
        vendor_class: str = "",
        switch_port: str = "",
        at: datetime | None = None,
        replaces: bool = False,
    ) -> None:
        """One record. `replaces`: what was said of the address before is over, in any case.

        Text that is no address or no MAC is a Skip; groups and empty entries are nobody's and
        are passed over.
        """
        if (
            not (hostname or vendor_class or switch_port or at or replaces or self._left_out)
            and address not in self._rows
            and _ONE_HOST.fullmatch(address)
            and address not in _NOBODY
            and (octets := _six_octets(mac)) is not None
        ):
            if is_device(octets):
                self._rows[address] = line << _MAC_BITS | int.from_bytes(octets, "big")
            return
        key = self._key(line, address)
        if key is None:
            return
        if replaces:
            self._rows.pop(key, None)
            self._left_out.pop(key, None)
        clean = normal_mac(mac) if mac else None
        if mac and clean is None and octets_of(mac) is None:
            self.bad(line, f"{mac[:40]!r} is no MAC address")
            return
        row = _Row(
            line=line,
            mac=clean,
            hostname=hostname[:MOST_VALUE],
            vendor_class=vendor_class[:MOST_VALUE],
            switch_port=switch_port[:MOST_VALUE],
            at=at,
        )
        if not (clean or hostname or vendor_class):
            return
        self._left_out.pop(key, None)
        held = self._rows.get(key)
        if held is None:
            self._rows[key] = row
        elif key not in self._contested:
            self._rows[key] = self._joined(key, _whole(held), row)

    def leave_out(self, line: int, address: str, reason: str) -> None:
        """The newest word on the address is that nobody has it; `reason` as counted in a Skip."""
        key = self._key(line, address)
        if key is not None:
            self._rows.pop(key, None)
            self._left_out[key] = reason

    def bad(self, line: int, reason: str) -> None:
        """A record that could not be read."""
        subject = f"{self._name}, {self._unit} {line}"
        self._skips.append(Skip(subject=subject, what="record", reason=reason))

    def note(self, what: str, reason: str) -> None:
        """Something of the whole file that was not used."""
        self._skips.append(Skip(subject=self._name, what=what, reason=reason))

    def recorded(self) -> Recorded:
        """Everything, addresses in the order of their first mention."""
        if self._left_out:
            counts: dict[str, int] = {}
            for reason in self._left_out.values():
                counts[reason] = counts.get(reason, 0) + 1
            words = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
            self.note("leases", f"addresses that nobody holds were left out: {words}")
        return Recorded(
            targets=tuple(self._rows),
            evidence=LeaseEvidence(self._rows, self._method),
            skips=tuple(self._skips),
        )

    def _key(self, line: int, address: str) -> str | None:
        if _ONE_HOST.fullmatch(address) and address not in _NOBODY:
            return address
        parsed = parse(address)
        if parsed is None:
            self.bad(line, f"{address[:60]!r} is no address")
            return None
        if parsed.is_multicast or parsed.is_unspecified or str(parsed) == "255.255.255.255":
            return None
        return str(parsed)

    def _joined(self, address: str, held: _Row, row: _Row) -> _Row:
        if held.mac and row.mac and held.mac != row.mac:
            if held.at is not None and row.at is not None and held.at != row.at:
                return row if row.at > held.at else held
            self._contested.add(address)
            self.bad(
                row.line,
                f"{address} is {held.mac} in {self._unit} {held.line} and {row.mac} here: "
                "neither is used",
            )
            return _Row(line=held.line, mac=None, hostname="", vendor_class="", at=None)
        times = [at for at in (held.at, row.at) if at is not None]
        return _Row(
            line=held.line,
            mac=held.mac or row.mac,
            hostname=held.hostname or row.hostname,
            vendor_class=held.vendor_class or row.vendor_class,
            switch_port=held.switch_port or row.switch_port,
            at=max(times, default=None),
        )


def _six_octets(mac: str) -> bytes | None:
    """Six octets as tables write them: `0011.2233.4455`, or pairs with colons or dashes."""
    if len(mac) == 14 and mac[4] == mac[9] == ".":
        digits = mac.replace(".", "")
    elif len(mac) == 17 and mac[2::3] in (":::::", "-----"):
        digits = mac.replace(mac[2], "")
    else:
        return None
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return None
    return octets if len(octets) == 6 else None


def text_of(data: bytes) -> str:
    """Text in UTF-8 or, as Windows redirects it, UTF-16; other bytes are replaced."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    start = data[:64]
    if len(start) > 3 and start[1::2].count(0) > len(start) // 3 > start[::2].count(0):
        return data.decode("utf-16-le", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def head_of(data: bytes) -> str:
    """The text that `sniff` looks at."""
    return text_of(data[:HEAD])


def is_utf8(data: bytes) -> bool:
    """By its start: no UTF-16, so lines may be read without the rest of the file."""
    return text_of(data[:64]) == data[:64].removeprefix(_BOM).decode("utf-8", "replace")


def _split(data: bytes) -> Iterator[list[str]]:
    """All lines. Of UTF-8 some at a time: a file's lines take five times the file's size."""
    if not is_utf8(data):
        yield text_of(data).split("\n")
        return
    start, size = len(_BOM) if data.startswith(_BOM) else 0, len(data)
    while start <= size:
        end = data.find(b"\n", start + _BLOCK)
        if end < 0:
            end = size
        yield data[start:end].decode("utf-8", "replace").split("\n")
        start = end + 1


def lines_of(data: bytes | Chunks, table: LeaseTable) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not empty; a line beyond 64 KiB is a Skip.

    Of chunks, which are UTF-8, no more than a few are held; a line is cut there at 1 MiB.
    """
    if isinstance(data, bytes):
        first = 1
        for lines in _split(data):
            yield from _told(first, lines, table)
            first += len(lines)
        return
    for number, block in line_blocks(data):
        yield from _told(number, block.decode("utf-8", "replace").split("\n"), table)


def _told(first: int, lines: Iterable[str], table: LeaseTable) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, first):
        text = line.rstrip("\r\0 \t")
        if len(text) > MOST_LINE:
            table.bad(number, f"has {len(text)} characters")
        elif text and (text[0].isalnum() or text.strip()):
            yield number, text


def csv_rows(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of each record with the number of its first line; a quote may run over 16 lines.

    A quote that is never closed costs only the line that opens it.
    """
    opened: list[tuple[int, str]] = []
    for number, text in lines:
        odd = text.count('"') % 2 == 1
        if opened:
            opened.append((number, text))
            if odd:
                yield opened[0][0], _cells("\n".join(part for _, part in opened), delimiter)
                opened = []
            elif len(opened) > _MOST_JOINED:
                yield from _never_closed(opened, delimiter)
                opened = []
        elif odd:
            opened = [(number, text)]
        else:
            yield number, _cells(text, delimiter)
    yield from _never_closed(opened, delimiter)


def _never_closed(opened: list[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for at, (number, text) in enumerate(opened):
        yield number, _cells(text, delimiter) if at else []


def _cells(record: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=delimiter), [])
    except csv.Error:  # a field beyond the library's limit, a bare carriage return
        return []


def headings(line: str, delimiters: str = ",;\t") -> tuple[str, dict[str, int]]:
    """Delimiter and column numbers by heading (letters and digits only, lower case) of a CSV."""
    delimiter = max(delimiters, key=line.count)
    cells = _cells(line, delimiter)
    return delimiter, {re.sub(r"[\W_]", "", cell.lower()): at for at, cell in enumerate(cells)}


def at_epoch(seconds: float) -> datetime | None:
    """UTC of seconds since the epoch, or None beyond what a clock can show."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, OSError, ValueError):
        return None
