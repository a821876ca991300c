"""The scope over whole arrays of addresses: asked at the last moment before frames leave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from camscan.protocols.never import NEVER_PORTS
from camscan.scope import Scope, Span, SpanSet

Octets = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

# What `Scope.refusal` refuses whatever the spans say: unspecified, multicast and reserved.
_NEVER4 = SpanSet.of([Span(0, 0), Span(0xE0000000, 0xFFFFFFFF)])
_NEVER6 = SpanSet.of([Span(0, 0), Span(0xFF << 120, (1 << 128) - 1)])
_MAPPED6 = Span(0xFFFF << 32, (0xFFFF << 32) + 0xFFFFFFFF)
_LOCAL6 = Span(0xFE80 << 112, (0xFE80 << 112) + (1 << 118) - 1)


class SpanGuard:
    """What `Scope.permits` says, for thousands of addresses at once. `octets` are rows of 4 or
    16 bytes as they stand in the packets."""

    def __init__(self, scope: Scope) -> None:
        self._links = scope.links
        self._v4 = _Bounds(scope.v4.minus(_NEVER4).spans, 4)
        strange = SpanSet.of([*_NEVER6.spans, _MAPPED6])
        v6 = scope.v6.minus(strange)
        self._v6 = _Bounds(v6.spans, 16)
        self._without_local = _Bounds(v6.minus(SpanSet.of([_LOCAL6])).spans, 16)

    def permits(self, octets: Octets, port: int, interface: str) -> Mask:
        """True for each row that may be sent a packet to `port` by `interface`."""
        if port in NEVER_PORTS or not 0 < port < 65536:
            return np.zeros(len(octets), dtype=np.bool_)
        return self.holds(octets, interface)

    def holds(self, octets: Octets, interface: str) -> Mask:
        """True for each row whose address is in scope; link-local ones on this interface."""
        if octets.shape[1] == 4:
            return self._v4.hold(octets)
        local = not self._links or interface in self._links
        return (self._v6 if local else self._without_local).hold(octets)


class _Bounds:
    """Sorted, disjoint spans as arrays that compare like the addresses' bytes."""

    def __init__(self, spans: Sequence[Span], width: int) -> None:
        # S16 compares bytes in order; the zero bytes that it cuts off at the end weigh nothing.
        self._kind = ">u4" if width == 4 else "S16"
        first = b"".join(span.first.to_bytes(width, "big") for span in spans)
        last = b"".join(span.last.to_bytes(width, "big") for span in spans)
        self._first = np.frombuffer(first, dtype=self._kind)
        self._last = np.frombuffer(last, dtype=self._kind)
        if width == 4:
            self._first, self._last = self._first.astype(np.uint32), self._last.astype(np.uint32)

    def hold(self, octets: Octets) -> Mask:
        if not len(self._first):
            return np.zeros(len(octets), dtype=np.bool_)
        values = np.ascontiguousarray(octets).view(self._kind)[:, 0]
        if self._kind == ">u4":
            values = values.astype(np.uint32)
        at = np.searchsorted(self._first, values, side="right") - 1
        inside: Mask = (at >= 0) & (values <= self._last[np.maximum(at, 0)])
        return inside
