"""Which lines of eve.json may be wanted: the others are counted, and never decoded whole.

Of a line of others only what decides is looked at: that it is JSON, its time, its ends, its kind.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from camscan.sources.flows.json_block import LineChooser
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.suricata_event import USED, EveEther, seconds_of


class _Head(Struct, gc=False):
    timestamp: str | None = None
    event_type: str | None = None
    src_ip: str | None = None
    dest_ip: str | None = None
    proto: str | None = None
    firewall_name: str | None = None


class _HeadWithMacs(_Head):
    ether: EveEther | None = None


_plain = msgspec.json.Decoder(_Head)
_with_macs = msgspec.json.Decoder(_HeadWithMacs)


class EveBlocks(LineChooser[_Head]):
    """Chooses events of any kind."""

    def __init__(self, ledger: FlowLedger) -> None:
        super().__init__(ledger, _plain, _with_macs)

    def _time_of_other(self, head: _Head) -> float | None:
        return None if self._may_be_wanted(head) else seconds_of(head.timestamp)

    def _may_be_wanted(self, head: _Head) -> bool:
        if head.firewall_name is not None:  # the event is within this one
            return True
        if head.event_type not in USED:
            return False
        if head.src_ip is None or head.dest_ip is None or head.proto is None:
            return False  # of a kind that tells nothing of a connection
        if self._wanted[head.src_ip] or self._wanted[head.dest_ip]:
            return True
        if not isinstance(head, _HeadWithMacs) or head.ether is None or not head.ether.src_macs:
            return False
        return packed_mac_of(head.ether.src_macs[0]) in self._macs
