"""A P2P library that several makers build in, known by ports and first bytes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.rule import require_proof

WINDOW = 16
"""Bytes of a payload that signatures may look at."""
Transport = Literal["udp", "tcp"]


class LengthField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A big-endian number of `size` bytes at `offset`; with `plus` it is the payload's length."""

    offset: int
    size: int = 2
    plus: int = 0


class Signature(Struct, frozen=True, kw_only=True):
    """What the window of WINDOW bytes must hold: `window & mask == value`, both as hex digits.

    `needs` is the least length. `anywhere` holds on every port, else only on the library's own.
    """

    transport: Transport
    value: str
    mask: str
    needs: int
    anywhere: bool
    length: LengthField | None

    @property
    def bits(self) -> int:
        """How many bits it fixes; a length that must agree counts as its own bits."""
        return int(self.mask, 16).bit_count() + (8 * self.length.size if self.length else 0)


class Payload(Struct, frozen=True, kw_only=True):
    """The beginning of a payload in an example, as hex digits, and where it was sent."""

    transport: str
    port: int
    head: str
    size: int | None


class Library(Struct, frozen=True, kw_only=True):
    """A P2P library; `maker` is who wrote or runs it, `used_by` whose devices carry it."""

    id: str
    maker: str
    name: str
    ports: tuple[str, ...]
    first: tuple[Signature, ...]
    breaks: str
    used_by: tuple[str, ...]
    source: tuple[str, ...]
    examples: tuple[Payload, ...]
    not_examples: tuple[Payload, ...]
    note: str
    file: str


class FirstTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of `first`: `hex` (with `mask`, of the same length) or `text`, at `offset`."""

    transport: Transport
    hex: str = ""
    mask: str = ""
    text: str = ""
    offset: int = 0
    anywhere: bool = False
    length: LengthField | None = None


class PayloadTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An example: `port` as `udp/32100`, `hex` or `text`, and the whole length where it is known.

    What is shorter than the window is whole.
    """

    port: str
    hex: str = ""
    text: str = ""
    size: int | None = None


class LibraryTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[library]]` as it is written."""

    id: str
    name: str
    first: tuple[FirstTable, ...]
    breaks: str
    ports: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    examples: tuple[PayloadTable, ...] = ()
    not_examples: tuple[PayloadTable, ...] = ()
    note: str = ""


def build_library(table: LibraryTable, *, maker: str, file: str) -> Library:
    """The library of a table; DataError for bytes that are none, or without example or source."""
    where = f"{file}: library {table.id}"
    require_proof(where, table.examples, table.source)
    return Library(
        id=table.id,
        maker=maker,
        name=table.name,
        ports=table.ports,
        first=tuple(_signature(where, entry) for entry in table.first),
        breaks=table.breaks,
        used_by=table.used_by,
        source=table.source,
        examples=tuple(_payload(where, entry) for entry in table.examples),
        not_examples=tuple(_payload(where, entry) for entry in table.not_examples),
        note=table.note,
        file=file,
    )


def _bytes(where: str, hexadecimal: str, text: str) -> bytes:
    if bool(hexadecimal) == bool(text):
        raise DataError(f"{where}: give either `hex` or `text`")
    if text:
        return text.encode("utf-8")
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError as error:
        raise DataError(f"{where}: `{hexadecimal}` is not hexadecimal") from error


def _signature(where: str, entry: FirstTable) -> Signature:
    fixed = _bytes(where, entry.hex, entry.text)
    mask = _bytes(where, entry.mask, "") if entry.mask else b"\xff" * len(fixed)
    end = entry.offset + len(fixed)
    if len(mask) != len(fixed):
        raise DataError(f"{where}: the mask has {len(mask)} bytes, the value {len(fixed)}")
    length = entry.length
    last = max(end, length.offset + length.size if length else 0)
    if entry.offset < 0 or last > WINDOW or (length and (length.offset < 0 or length.size < 1)):
        raise DataError(f"{where}: a signature lies within the first {WINDOW} bytes")
    if not any(mask):
        raise DataError(f"{where}: the mask leaves nothing to compare")
    value = bytes(byte & bits for byte, bits in zip(fixed, mask, strict=True))
    return Signature(
        transport=entry.transport,
        value=_window(value, entry.offset),
        mask=_window(mask, entry.offset),
        needs=last,
        anywhere=entry.anywhere,
        length=length,
    )


def _window(fixed: bytes, offset: int) -> str:
    return (bytes(offset) + fixed).ljust(WINDOW, b"\0").hex()


def _payload(where: str, entry: PayloadTable) -> Payload:
    transport, _, port = entry.port.partition("/")
    if transport not in ("udp", "tcp") or not port.isdecimal():
        raise DataError(f"{where}: an example's port `{entry.port}` is not written like udp/32100")
    head = _bytes(where, entry.hex, entry.text)
    size = entry.size
    if size is None and len(head) < WINDOW:
        size = len(head)
    if size is not None and size < len(head):
        raise DataError(f"{where}: an example has {len(head)} bytes and says it has {size}")
    return Payload(transport=transport, port=int(port), head=head[:WINDOW].hex(), size=size)
