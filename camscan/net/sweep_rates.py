"""The ceilings of a raw sweep, and what others have sent under them, where two processes see it."""

from __future__ import annotations

from camscan.net.shared_memory import SharedMemory

SIZE = 4 * 8
_TOTAL, _ROUTED, _PASSED, _PASSED_SYN = range(4)


class SweepRates:
    """`total` packets/s of everything together, `routed` of SYNs behind routers; `passed` packets
    and `passed_syn` routed SYNs that the dialer and the UDP sender have sent so far."""

    def __init__(self, descriptor: int | None = None) -> None:
        self.memory = SharedMemory(SIZE, descriptor)
        self._cells = memoryview(self.memory.octets.data).cast("d")

    @property
    def total(self) -> float:
        return self._cells[_TOTAL]

    @property
    def routed(self) -> float:
        return self._cells[_ROUTED]

    def change(self, total: float, routed: float) -> None:
        """Go on at other rates."""
        self._cells[_TOTAL], self._cells[_ROUTED] = total, routed

    def passed(self) -> int:
        return int(self._cells[_PASSED])

    def passed_syn(self) -> int:
        return int(self._cells[_PASSED_SYN])

    def count(self, packets: int) -> None:
        """So many packets of any kind have left so far."""
        self._cells[_PASSED] = packets

    def count_syn(self, packets: int) -> None:
        """So many routed SYNs have left so far."""
        self._cells[_PASSED_SYN] = packets
