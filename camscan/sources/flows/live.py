"""What a watch listens to: an interface, nfdump's collector, a log that grows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from camscan.errors import LocalFaultError, SourceError
from camscan.model.flow import Flow
from camscan.net.crossing_filter import Network
from camscan.net.nfcapd import Collector
from camscan.sources.flows.absorb import Absorber
from camscan.sources.flows.fresh import Fresh
from camscan.sources.flows.interface import NAME, LiveCapture
from camscan.sources.flows.read import format_of
from camscan.sources.flows.source import Reading
from camscan.sources.followed_file import FollowedFile
from camscan.sources.source_file import SourceFile

Say = Callable[[str], None]
_AGAIN = 5.0  # seconds before a collector that ended is started again
_BINARY = frozenset({"pcap", "nfdump"})


class LiveSource(Protocol):
    """`take` waits at most so long (some do not wait at all) and gives the flows that are new;
    everything is in the reading too. `waits` says which, `lost` what the source says it missed."""

    waits: bool

    def beyond(self) -> dict[str, int]:
        """New connections since the last call that found no room in `take`, by address."""

    @property
    def lost(self) -> int: ...

    def take(self, seconds: float) -> list[Flow]: ...

    def renew(self, reading: Reading) -> None:
        """Close the books in one reading and go on in another."""

    def close(self, problem: str | None) -> list[Flow]:
        """The end; `problem` says why it came early. What is left."""


class InterfaceSource:
    """A live capture. Raises LocalFaultError."""

    waits = True

    def __init__(
        self,
        name: str,
        reading: Reading,
        inside: Sequence[Network],
        *,
        promiscuous: bool,
        say: Say,
    ) -> None:
        self._fresh = Fresh(NAME)
        self._capture = LiveCapture(
            name,
            reading,
            inside,
            promiscuous=promiscuous,
            on_state=say,
            opened=self._fresh.opened,
        )

    @property
    def lost(self) -> int:
        """Packets that the kernel dropped."""
        return self._capture.tap.lost

    def beyond(self) -> dict[str, int]:
        counts = dict(self._fresh.beyond)
        self._fresh.beyond.clear()
        return counts

    def take(self, seconds: float) -> list[Flow]:
        """Connections that have begun, and what known ones carried since, where it is much."""
        self._capture.take(seconds)
        self._capture.tap.count()
        return self._fresh.flows() + self._fresh.grown()

    def renew(self, reading: Reading) -> None:
        self._capture.renew(reading)

    def close(self, problem: str | None) -> list[Flow]:
        self._capture.close(problem)
        return self._fresh.flows(all_of_them=True)


class CollectorSource:
    """NetFlow and IPFIX through nfcapd, read by the reader of its files. Raises LocalFaultError."""

    waits = False

    def __init__(self, port: int, bind: str, reading: Reading, *, say: Say) -> None:
        self._port, self._bind, self._say = port, bind, say
        self._collector: Collector | None = Collector(port, bind)
        self._absorber = Absorber(f"netflow:{bind}:{port}", "nfdump", reading)
        self._earlier = 0
        self._told = 0
        self._began_again = 0.0

    @property
    def lost(self) -> int:
        """Gaps in the exporters' sequence numbers."""
        return self._earlier + (self._collector.failures if self._collector is not None else 0)

    def beyond(self) -> dict[str, int]:
        return {}

    def take(self, seconds: float) -> list[Flow]:
        """Records of the files that are finished; does not wait."""
        if self._collector is None or not self._collector.alive:
            self._again()
        return self._read() if self._collector is not None else []

    def renew(self, reading: Reading) -> None:
        self._close_books(None)
        self._absorber.renew(reading)

    def close(self, problem: str | None) -> list[Flow]:
        flows: list[Flow] = []
        if self._collector is not None:
            self._collector.stop()
            flows = self._read()
        self._close_books(problem)
        if self._collector is not None:
            self._collector.close()
        return flows

    def _close_books(self, problem: str | None) -> None:
        lost, self._told = self.lost - self._told, self.lost
        self._absorber.close(problem, lost=lost)

    def _read(self) -> list[Flow]:
        assert self._collector is not None
        paths = self._collector.files()
        if not paths:
            return []
        flows = self._absorber.take(SourceFile(str(path)) for path in paths)
        for path in paths:
            path.unlink(missing_ok=True)
        return flows

    def _again(self) -> None:
        if self._collector is not None:
            self._say("nfcapd ended; starting it again")
            self._earlier += self._collector.failures
            self._collector.close()
            self._collector = None
        elif time.monotonic() - self._began_again < _AGAIN:
            return
        self._began_again = time.monotonic()
        with contextlib.suppress(LocalFaultError):  # said above; tried again after a while
            self._collector = Collector(self._port, self._bind)


class FileSource:
    """New lines of a log. Raises SourceError when it is of no known format."""

    waits = False

    def __init__(self, path: str, reading: Reading, *, say: Say) -> None:
        self._module = format_of(SourceFile(path))
        if self._module in _BINARY:
            raise SourceError(f"{path}: a log of lines can be followed, {self._module} cannot")
        self._say = say
        self._file = FollowedFile(path)
        self._rotations = 0
        self._absorber = Absorber(path, self._module, reading)

    @property
    def lost(self) -> int:
        """What its lines say was lost."""
        return self._absorber.lost

    def beyond(self) -> dict[str, int]:
        return {}

    def take(self, seconds: float) -> list[Flow]:
        """Flows of the lines that were added; does not wait."""
        piece = self._file.new_lines()
        if self._file.rotations != self._rotations:
            self._rotations = self._file.rotations
            self._say(f"{self._file.path} was rotated; following the new one")
        return self._absorber.take([piece]) if piece is not None else []

    def renew(self, reading: Reading) -> None:
        self._absorber.close()
        self._absorber.renew(reading)

    def close(self, problem: str | None) -> list[Flow]:
        flows = self.take(0)
        self._absorber.close(problem)
        self._file.close()
        return flows
