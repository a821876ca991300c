"""ARP requests and neighbour solicitations by the hundred, from one template each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from camscan.protocols.arp import build_request
from camscan.protocols.ndp import build_solicitation

Octets = npt.NDArray[np.uint8]


class ArpTemplate:
    """Requests of one own MAC and IPv4 address; `slots` frames at most."""

    def __init__(self, mac: bytes, source: str, *, slots: int) -> None:
        row = np.frombuffer(build_request(mac, source, "0.0.0.0"), dtype=np.uint8)  # noqa: S104
        self.frames: Octets = np.tile(row, (slots, 1))

    def fill(self, octets: Octets) -> Octets:
        """The frames that ask for rows of addresses; a view that the next call overwrites."""
        frames = self.frames[: len(octets)]
        frames[:, 38:42] = octets
        return frames

    def targets(self, frames: Octets) -> Octets:
        """The addresses asked for, as they stand in the frames."""
        return frames[:, 38:42]


class SolicitationTemplate:
    """Solicitations of one own MAC and IPv6 address; `slots` frames at most."""

    def __init__(self, mac: bytes, source: str, *, slots: int) -> None:
        frame = build_solicitation(mac, source, "::")
        row = np.frombuffer(frame, dtype=np.uint8)
        self._base = ~int.from_bytes(frame[56:58], "big") & 0xFFFF
        self.frames: Octets = np.tile(row, (slots, 1))

    def fill(self, octets: Octets) -> Octets:
        """The frames that ask for rows of addresses; a view that the next call overwrites."""
        frames = self.frames[: len(octets)]
        tail = octets[:, 13:16]
        frames[:, 3:6] = tail
        frames[:, 51:54] = tail
        frames[:, 62:78] = octets
        total = np.ascontiguousarray(octets).view(">u2").sum(axis=1, dtype=np.uint32)
        # The group's last three bytes come on top: the low byte of one word, and the word after.
        total += tail[:, 0].astype(np.uint32)
        total += tail[:, 1].astype(np.uint32) << np.uint32(8) | tail[:, 2].astype(np.uint32)
        total += np.uint32(self._base)
        total = (total >> np.uint32(16)) + (total & np.uint32(0xFFFF))
        total = (total >> np.uint32(16)) + (total & np.uint32(0xFFFF))
        check = (~total & np.uint32(0xFFFF)).astype(">u2").view(np.uint8).reshape(-1, 2)
        frames[:, 56:58] = check
        return frames

    def targets(self, frames: Octets) -> Octets:
        """The addresses asked for, as they stand in the frames."""
        return frames[:, 62:78]
