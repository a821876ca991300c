"""UDP datagrams joined from fragments: answers of WS-Discovery are often longer than a frame."""

from __future__ import annotations

from camscan.sources.network import Header

_MOST_DATAGRAMS = 512
_MOST_PIECES = 64
_MOST_BYTES = 65_535

_Key = tuple[bytes, bytes, bytes, int]


class _Pieces:
    __slots__ = ("end", "held", "size")

    def __init__(self) -> None:
        self.held: dict[int, bytes] = {}
        self.size = 0
        self.end: int | None = None

    def whole(self) -> bytes | None:
        """Everything, once it follows on; never with a gap or an overlap (RFC 5722)."""
        if self.size != self.end:
            return None
        out = b""
        for offset in sorted(self.held):
            if offset != len(out):
                return None
            out += self.held[offset]
        return out


class Fragments:
    """At most 512 unfinished datagrams of 64 KiB; the oldest gives way."""

    def __init__(self) -> None:
        self._open: dict[_Key, _Pieces] = {}

    def add(self, header: Header, data: bytes, place: int, end: int) -> bytes | None:
        """Take up one fragment, whose IP header stands at `place`; the whole payload of IP, UDP
        header included, when this was the last one missing."""
        if header.fragment is None:
            return None
        offset, more = _position(header, data, place)
        key = (header.source, header.destination, header.fragment, header.protocol)
        pieces = self._open.get(key)
        if pieces is None:
            if len(self._open) >= _MOST_DATAGRAMS:
                del self._open[next(iter(self._open))]
            pieces = self._open[key] = _Pieces()
        piece = data[header.transport : end]
        if offset + len(piece) > _MOST_BYTES or len(pieces.held) >= _MOST_PIECES:
            del self._open[key]
            return None
        if offset not in pieces.held:
            pieces.held[offset] = piece
            pieces.size += len(piece)
        if not more:
            pieces.end = offset + len(piece)
        whole = pieces.whole()
        if whole is not None:
            del self._open[key]
        return whole


def _position(header: Header, data: bytes, place: int) -> tuple[int, bool]:
    """Offset in bytes, and whether more fragments follow (RFC 791, RFC 8200 section 4.5)."""
    if data[place] >> 4 == 4:
        field = data[place + 6] << 8 | data[place + 7]
        return (field & 0x1FFF) * 8, bool(field & 0x2000)
    # The fragment header is the last before UDP.
    at = header.transport - 6
    field = data[at] << 8 | data[at + 1]
    return field & 0xFFF8, bool(field & 1)
