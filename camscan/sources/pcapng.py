"""pcapng files (draft-ietf-opsawg-pcapng): SHB, IDB, EPB, SPB and the obsolete packet block."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from camscan.sources.pcap import MAX_CAPTURED, Packet, Report
from camscan.sources.stream import ByteStream

MAGIC = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_PACKETS = frozenset({_OLD_PACKET, _SIMPLE, _ENHANCED})
_MAX_BLOCK = 16 << 20
_MAX_INTERFACES = 4096
_TSRESOL, _TSOFFSET = 9, 14

# link type, seconds per tick, seconds to add, snap length (0: none)
_Interface = tuple[int, float, int, int]


def is_pcapng(head: bytes) -> bool:
    """True for a section header block."""
    return head[:4] == MAGIC


class _Reader:
    """The state of one file: byte order and interfaces of the present section."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.order = "<"
        self.interfaces: list[_Interface] = []
        self.last = 0.0
        self.orphans = 0
        self.set_order("<")

    def set_order(self, order: str) -> None:
        """Byte order of the section; its interfaces start anew."""
        self.order = order
        self.head = Struct(order + "II").unpack_from
        self.enhanced = Struct(order + "IIIII").unpack_from
        self.word = Struct(order + "I").unpack_from
        self.interfaces = []

    def interface(self, data: bytes, start: int, end: int) -> None:
        """One interface description block; `start:end` is its body."""
        if end - start < 8 or len(self.interfaces) >= _MAX_INTERFACES:
            self.report("an interface block is too short, or there are too many")
            return
        linktype, _, snap = Struct(self.order + "HHI").unpack_from(data, start)
        tick, offset = 1e-6, 0
        place = start + 8
        short = Struct(self.order + "HH").unpack_from
        while place + 4 <= end:
            code, length = short(data, place)
            value = data[place + 4 : min(place + 4 + length, end)]
            if code == 0:
                break
            if code == _TSRESOL and value:
                power = value[0] & 0x7F
                tick = float(2**-power) if value[0] & 0x80 else 10.0**-power
            elif code == _TSOFFSET and len(value) == 8:
                offset = Struct(self.order + "q").unpack(value)[0]
            place += 4 + length + (-length % 4)
        self.interfaces.append((linktype, tick, offset, snap))

    def packet(self, kind: int, data: bytes, start: int, end: int) -> Packet | None:
        """One packet block, or None when it lies about itself."""
        if kind == _SIMPLE:
            return self.simple(data, start, end)
        body = start + 20
        if body > end:
            self.orphans += 1
            return None
        number, high, low, captured, wire = self.enhanced(data, start)
        if kind == _OLD_PACKET:  # interface is the first half word, then a drop counter
            number = Struct(self.order + "H").unpack_from(data, start)[0]
        close = body + captured
        if number >= len(self.interfaces) or close > end or captured > MAX_CAPTURED:
            self.orphans += 1
            return None
        linktype, tick, offset, _ = self.interfaces[number]
        self.last = at = (high << 32 | low) * tick + offset
        return at, linktype, data, body, close, wire if wire > captured else captured

    def simple(self, data: bytes, start: int, end: int) -> Packet | None:
        """A simple packet block has no time of its own: it gets that of the packet before."""
        if end - start < 4 or not self.interfaces:
            self.orphans += 1
            return None
        (wire,) = self.word(data, start)
        linktype, _, _, snap = self.interfaces[0]
        captured = min(wire, end - start - 4, snap or wire)
        return self.last, linktype, data, start + 4, start + 4 + captured, wire


def packets(head: bytes, stream: ByteStream, report: Report) -> Iterator[Packet]:
    """Packets of a file whose first bytes are `head`; what cannot be read goes to `report`."""
    reader = _Reader(report)
    data, position, passed = head, 0, 0
    stop: str | None = None
    while stop is None:
        size = len(data)
        while size - position >= 12:
            kind, length = reader.head(data, position)
            if kind == _SECTION:  # reads the same in both byte orders
                order = _ORDERS.get(data[position + 8 : position + 12])
                if order is None:
                    stop = f"section header at byte {passed + position} has no byte-order mark"
                    break
                reader.set_order(order)
                kind, length = reader.head(data, position)
            if length < 12 or length & 3 or length > _MAX_BLOCK:
                where = passed + position
                stop = f"block at byte {where} has the impossible length {length}"
                break
            following = position + length
            if following > size:
                break
            if kind in _PACKETS:
                found = reader.packet(kind, data, position + 8, following - 4)
                if found is not None:
                    yield found
            elif kind == _INTERFACE:
                reader.interface(data, position + 8, following - 4)
            position = following
        if stop is not None:
            report(f"{stop}; reading stopped there")
            break
        piece = stream.chunk()
        if not piece:
            break
        passed += position
        data = data[position:] + piece
        position = 0
    if reader.orphans:
        report(f"{reader.orphans} packet blocks name no interface or lie about their length")
    if stop is not None:
        return
    if stream.problem:
        report(f"{stream.problem} (after byte {passed + len(data)} of the unpacked data)")
    elif position < len(data):
        report(f"file ends inside a block, at byte {passed + len(data)}")
