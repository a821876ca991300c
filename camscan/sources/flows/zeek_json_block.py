"""Which lines of Zeek's JSON may be wanted: the others are counted, and never decoded whole.

Of a line of others only what decides is looked at: that it is JSON, its time, its ends and of which
log it is.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from camscan.sources.flows.json_block import LineChooser
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


class ZeekJsonBlocks(LineChooser[_Head]):
    """Chooses lines of any of Zeek's logs."""

    def __init__(self, ledger: FlowLedger) -> None:
        super().__init__(ledger, _plain, _with_macs)

    def _time_of_other(self, head: _Head) -> float | None:
        wanted = self._wanted
        if wanted[head.orig_h] or wanted[head.resp_h] or head.path not in _LOGS:
            return None
        if isinstance(head, _HeadWithMacs) and self._may_be_by_mac(head):
            return None
        ts = head.ts
        if isinstance(ts, float) and 0.0 <= ts <= MILLISECONDS:
            return ts
        return seconds_of(ts)

    def _may_be_by_mac(self, head: _HeadWithMacs) -> bool:
        """True for the name of a connection, too: only the connection itself has the MACs."""
        if head.conn_state is None:
            return head.query is None
        ends = (packed_mac_of(head.orig_l2_addr), packed_mac_of(head.resp_l2_addr))
        return not self._macs.isdisjoint(ends)
