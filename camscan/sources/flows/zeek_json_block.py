"""Which lines of Zeek's JSON may be wanted: the others are counted, and never decoded whole.

Of a line of others only what decides is looked at: that it is JSON, its time, its ends and of which
log it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from camscan.sources.flows.json_block import WantedTexts, heads_of
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.zeek_json import MILLISECONDS, seconds_of

_LOGS = frozenset({None, "conn", "open_conn", "conn_long", "dns", "ssl", "quic", "http"})


class _Head(Struct, gc=False):
    ts: float | str
    orig_h: str | None = msgspec.field(name="id.orig_h", default=None)
    resp_h: str | None = msgspec.field(name="id.resp_h", default=None)
    path: str | None = msgspec.field(name="_path", default=None)


class _HeadWithMacs(_Head, gc=False):
    conn_state: str | None = None
    query: str | None = None
    orig_l2_addr: str | None = None
    resp_l2_addr: str | None = None


_plain = msgspec.json.Decoder(_Head)
_with_macs = msgspec.json.Decoder(_HeadWithMacs)


class ZeekJsonBlocks:
    """Chooses lines by the addresses and MACs that the ledger keeps."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._wanted = WantedTexts(ledger.keep)
        self._macs = ledger.keep.macs

    def chosen(self, block: bytes) -> list[int] | None:
        """The places of the lines to be read, counted from 0; the others are in the ledger.

        None: all lines are to be read, and none is in the ledger.
        """
        if self._ledger.keep.addresses is None:
            return None
        heads = self._heads(block)
        if heads is None:
            return None
        wanted, macs = self._wanted, self._macs
        chosen: list[int] = []
        times: list[float] = []
        for place, head in enumerate(heads):
            if (
                wanted[head.orig_h]
                or wanted[head.resp_h]
                or head.path not in _LOGS
                or (macs and isinstance(head, _HeadWithMacs) and self._may_be_by_mac(head))
            ):
                chosen.append(place)
                continue
            ts = head.ts
            if isinstance(ts, float) and 0.0 <= ts <= MILLISECONDS:
                times.append(ts)
                continue
            at = seconds_of(ts)
            if at is None:
                chosen.append(place)
            else:
                times.append(at)
        if times:
            self._ledger.saw(len(times), min(times), max(times))
        return chosen

    def _heads(self, block: bytes) -> Sequence[_Head] | None:
        if not self._macs:
            return heads_of(block, _plain)
        return heads_of(block, _with_macs)

    def _may_be_by_mac(self, head: _HeadWithMacs) -> bool:
        """True for the name of a connection, too: only the connection itself has the MACs."""
        if head.conn_state is None:
            return head.query is None
        ends = (packed_mac_of(head.orig_l2_addr), packed_mac_of(head.resp_l2_addr))
        return not self._macs.isdisjoint(ends)
