"""The thread that reads what a raw sweep brings back and hands it to the event loop at once."""

from __future__ import annotations

import asyncio
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

from camscan.net.bpf import arp_replies, neighbour_advertisements, syn_answers4, syn_answers6
from camscan.net.lane import Lane
from camscan.net.packet_socket import FrameReader
from camscan.net.syn_answer import IPV4, IPV6, Answer, parse_answers
from camscan.net.syn_cookie import Cookies
from camscan.protocols import arp, ndp

_Found = TypeVar("_Found")
_POLL_MILLISECONDS = 50
_GATHER_SECONDS = 0.003


class Neighbour(Struct, frozen=True):
    """An on-link address said its MAC; `index` is the interface's."""

    address: str
    mac: str
    index: int


class AnswerReader:
    """Reads on the interfaces of `lanes` until closed. The callbacks run in the event loop.

    `dropped` counts frames that the kernel had no room for. Raises LocalFaultError.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        cookies: Cookies,
        source_ports: range,
        *,
        on_answers: Callable[[list[Answer]], None],
        on_neighbours: Callable[[list[Neighbour]], None],
    ) -> None:
        self.dropped = 0
        self._cookies = cookies
        self._ports = source_ports
        self._on_answers = on_answers
        self._on_neighbours = on_neighbours
        self._stop = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._readers: dict[int, tuple[FrameReader, bool]] = {}
        try:
            for index, version in dict.fromkeys((x.layer.index, x.version) for x in lanes):
                self._open(index, version)
        except BaseException:
            self._close()
            raise
        self._thread = threading.Thread(target=self._run, name="camscan-answers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading; no callback comes after those already queued."""
        self._stop.set()
        self._thread.join()
        self._close()

    def _open(self, index: int, version: int) -> None:
        first, last = self._ports.start, self._ports.stop - 1
        if version == 4:
            answers = FrameReader(index, IPV4, syn_answers4(first, last))
            self._readers[answers.fileno()] = (answers, False)
            said = FrameReader(index, arp.ETHERTYPE, arp_replies())
        else:
            answers = FrameReader(index, IPV6, syn_answers6(first, last))
            self._readers[answers.fileno()] = (answers, False)
            said = FrameReader(index, ndp.ETHERTYPE, neighbour_advertisements())
        self._readers[said.fileno()] = (said, True)

    def _close(self) -> None:
        for reader, _ in self._readers.values():
            reader.close()
        self._readers = {}

    def _run(self) -> None:
        waiting = select.poll()
        for number in self._readers:
            waiting.register(number, select.POLLIN)
        while not self._stop.is_set():
            ready = waiting.poll(_POLL_MILLISECONDS)
            # What comes within a moment is read together: a reading costs more than an answer.
            if ready and not self._stop.wait(_GATHER_SECONDS):
                for number, _ in ready:
                    self._read(*self._readers[number])

    def _read(self, reader: FrameReader, neighbours: bool) -> None:
        try:
            frames = reader.read()
            self.dropped += reader.dropped()
        except OSError:
            return  # the interface went down; the rounds that follow will say so
        at = time.monotonic()
        if neighbours:
            found = [
                Neighbour(said.address, said.mac, reader.index)
                for frame in frames
                if (said := _neighbour(frame.tobytes(), reader.kind)) is not None
            ]
            self._hand(self._on_neighbours, found)
        else:
            answers = list(
                parse_answers(
                    frames, reader.kind, self._cookies, self._ports, index=reader.index, at=at
                )
            )
            self._hand(self._on_answers, answers)

    def _hand(self, callback: Callable[[list[_Found]], None], found: list[_Found]) -> None:
        if found:
            try:
                self._loop.call_soon_threadsafe(callback, found)
            except RuntimeError:
                self._stop.set()  # the loop is closed


def _neighbour(frame: bytes, kind: int) -> arp.ArpReply | ndp.Advertisement | None:
    return arp.parse_reply(frame) if kind == arp.ETHERTYPE else ndp.parse_advertisement(frame)
