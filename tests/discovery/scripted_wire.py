"""A raw sweep whose wire is a function: no frame leaves, no time passes, answers come at once."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, ClassVar

import numpy as np
import pytest
from msgspec import Struct

from camscan.discovery import syn_repair, syn_run, tcp_syn
from camscan.discovery.syn_run import SynRun
from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.coverage import Method
from camscan.model.status import Status
from camscan.net.syn_answer import Answer
from camscan.net.syn_round import Octets, Round, Targets, size_of, targets_in
from camscan.net.syn_wire import fill

_ROUTER = bytes.fromhex("020000000001")


class Syn(Struct, frozen=True):
    """One SYN; `before` counts those that its address and port had got already."""

    address: str
    port: int
    attempt: int
    before: int


class ScriptedWire:
    """Every SYN goes to `answer`, which says what comes back: None where it or its answer is
    lost, or nobody is there. `syns` are all, in their order."""

    def __init__(self, answer: Callable[[Syn], Status | None]) -> None:
        self.lock = threading.Lock()
        self.syns: list[Syn] = []
        self._answer = answer
        self._heard: Callable[[list[Answer]], None] = list
        self._had: Counter[tuple[str, int]] = Counter()

    async def open(self, run: SynRun) -> None:
        """In place of the run's own sockets: every address is behind one router."""
        run._wire = self
        run._gateways[0] = _ROUTER
        self._heard = run._heard

    def targets(self, lane: int, octets: Octets, ports: int) -> Targets:
        count, width = octets.shape
        memory = np.zeros(size_of(count, width, ports), dtype=np.uint8)
        return fill(targets_in(memory, lane, count, width, ports), octets)

    def send(self, one: Round) -> asyncio.Future[Round]:
        answers = []
        for row in one.rows.tolist():
            packed = one.targets.octets[row].tobytes()
            pair = str(ip_address(packed)), one.port
            syn = Syn(*pair, one.attempt, self._had[pair])
            self._had[pair] += 1
            self.syns.append(syn)
            status = self._answer(syn)
            if status is not None:
                answers.append(Answer(packed, one.port, status, one.attempt, 0, 1.0))
        one.at[:] = one.targets.sent_at[one.number, one.rows] = 1.0
        self._heard(answers)
        future: asyncio.Future[Round] = asyncio.get_running_loop().create_future()
        future.set_result(one)
        return future

    def forget(self, targets: Targets) -> None:
        pass

    def close(self) -> None:
        pass

    def sweep(
        self, monkeypatch: pytest.MonkeyPatch, bench: Any, method: TcpSyn, cidr: str
    ) -> Method:
        """Sweep a network behind the router, without waiting for those who will not answer."""
        for module in (syn_run, syn_repair, tcp_syn):
            monkeypatch.setattr(module, "GRACE", 0.0)
        monkeypatch.setattr(SynRun, "open", lambda run: self.open(run))
        method._lanes = _OneLane()
        return bench.run(method, cidr)


class _OneLane:
    """All addresses leave by it."""

    lanes = (None,)
    refusals: ClassVar[Counter[str]] = Counter()

    def of(self, indices: Any) -> Any:
        return np.zeros(len(indices), dtype=np.int64)
