"""Says of each round of a raw sweep what it is about to ask, and then what was asked when."""

from __future__ import annotations

import secrets
import time
from array import array
from datetime import datetime, timedelta

import numpy as np

from camscan.discovery.interface import DiscoveryContext
from camscan.discovery.syn_part import Rows
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, pack
from camscan.net.syn_round import Mask, Round
from camscan.net.target_list import TargetList


class RoundContacts:
    """`ctx.on_round` gets two records a round; without it `ctx.on_contact` gets every SYN."""

    def __init__(self, ctx: DiscoveryContext, targets: TargetList) -> None:
        self._ctx = ctx
        self._targets = targets
        self._on_round = ctx.on_round
        self._run = secrets.token_hex(4)
        self._count = 0
        self._under_way: dict[Round, tuple[str, Rows, Mask]] = {}
        self._clock = ctx.now() - timedelta(seconds=time.monotonic())

    def begin(self, one: Round, indices: Rows) -> None:
        """The round is about to leave; `indices` are the target list's numbers of its rows."""
        self._count += 1
        key, asked = f"{self._run}-{self._count}", np.zeros(len(indices), dtype=np.bool_)
        asked[one.rows] = True
        self._under_way[one] = key, indices, asked
        if self._on_round is not None:
            query, transport = _words(one)
            self._on_round(
                RoundBegan(
                    id=key,
                    at=self._ctx.now(),
                    port=one.port,
                    transport=transport,
                    query=query,
                    addresses=self._targets.ranges(indices[asked]),
                )
            )

    def end(self, one: Round) -> None:
        """Nothing of the round leaves any more."""
        key, indices, asked = self._under_way.pop(one)
        gone = one.gone
        rows, at = one.rows[gone], one.at[gone]
        if self._on_round is not None:
            began = float(at[0]) if len(at) else time.monotonic()
            since, sizes = np.unique(np.floor((at - began) * 1000), return_counts=True)
            places = np.cumsum(asked) - 1  # the number of a row among those that are asked
            self._on_round(
                RoundEnded(
                    id=key,
                    at=self._time(began),
                    packets=len(rows),
                    order=pack(
                        array("I", since.astype(np.uint32).tobytes()),
                        array("I", sizes.astype(np.uint32).tobytes()),
                        array("I", places[rows].astype(np.uint32).tobytes()),
                    ),
                )
            )
        elif self._ctx.on_contact is not None and one.port:
            query, transport = _words(one)
            texts = self._targets.texts(indices[rows])
            for seconds, address in zip(at.tolist(), texts, strict=True):
                self._ctx.on_contact(
                    Contact(
                        at=self._time(seconds),
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
