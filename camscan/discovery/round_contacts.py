"""Says of each round of a raw sweep what it is about to ask, and then what was asked when."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from camscan.discovery.interface import DiscoveryContext
from camscan.discovery.syn_part import Rows
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, pack
from camscan.net.syn_wire import Round
from camscan.net.target_list import TargetList

OnRound = Callable[[RoundBegan | RoundEnded], None]


class RoundContacts:
    """`on_round` gets two records a round; without it `ctx.on_contact` gets every SYN."""

    def __init__(
        self, ctx: DiscoveryContext, targets: TargetList, on_round: OnRound | None
    ) -> None:
        self._ctx = ctx
        self._targets = targets
        self._on_round = on_round
        self._run = secrets.token_hex(4)
        self._count = 0
        self._under_way: dict[Round, tuple[str, Rows, Rows]] = {}
        self._clock = ctx.now() - timedelta(seconds=time.monotonic())

    def begin(self, one: Round, indices: Rows) -> None:
        """The round is about to leave; `indices` are the target list's numbers of its rows."""
        self._count += 1
        key, numbers = f"{self._run}-{self._count}", np.unique(indices[one.rows])
        self._under_way[one] = key, indices, numbers
        if self._on_round is not None:
            query, transport = _words(one)
            self._on_round(
                RoundBegan(
                    id=key,
                    at=self._ctx.now(),
                    port=one.port,
                    transport=transport,
                    query=query,
                    addresses=self._targets.ranges(numbers),
                )
            )

    def end(self, one: Round) -> None:
        """Nothing of the round leaves any more."""
        key, indices, numbers = self._under_way.pop(one)
        if self._on_round is not None:
            began = one.batches[0][0] if one.batches else time.monotonic()
            batches = [
                (round((at - began) * 1000), np.searchsorted(numbers, indices[rows]).tolist())
                for at, rows in one.batches
            ]
            self._on_round(
                RoundEnded(id=key, at=self._time(began), packets=one.sent, order=pack(batches))
            )
        elif self._ctx.on_contact is not None and one.port:
            query, transport = _words(one)
            for at, rows in one.batches:
                for address in self._targets.texts(indices[rows]):
                    self._ctx.on_contact(
                        Contact(
                            at=self._time(at),
                            address=address,
                            port=one.port,
                            transport=transport,
                            query=query,
                        )
                    )

    def close(self) -> None:
        """The sweep is over, perhaps in the middle of some rounds: say how far they came."""
        for one in list(self._under_way):
            self.end(one)

    def _time(self, monotonic: float) -> datetime:
        return self._clock + timedelta(seconds=monotonic)


def _words(one: Round) -> tuple[str, str]:
    """(query, transport)."""
    return ("tcp syn", "tcp") if one.port else ("address resolution", "link")
