"""How long the first byte of a host is worth waiting for, from how fast it has answered before."""

from __future__ import annotations

TIMES = 16
"""So many times its quickest answer: other work of the device, or of this machine, takes time."""
LEAST = 1.0


class Patience:
    """What one host needed so far from a connection to its first byte, per scheme.

    Over TLS that byte is the ServerHello, whose signature takes a slow device longer than any
    plain answer: so the one says nothing of the other.
    """

    def __init__(self) -> None:
        self._quickest: dict[str, float] = {}

    def note(self, scheme: str, seconds: float) -> None:
        """The host answered over `scheme` after `seconds`."""
        self._quickest[scheme] = min(seconds, self._quickest.get(scheme, seconds))

    def of(self, scheme: str) -> float | None:
        """Seconds to wait for another port of the host; None while it has not answered one."""
        quickest = self._quickest.get(scheme)
        return None if quickest is None else max(LEAST, TIMES * quickest)
