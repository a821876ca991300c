"""What two readers of one traffic have to agree on, whatever its form."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from camscan.sources.flows.record import FlowRecord

TRAFFIC = Path(__file__).parents[1] / "data" / "traffic"
CAPTURE = TRAFFIC / "real-clients.pcap.gz"
"""Real clients and servers in namespaces; what they did: data/README.md."""


class Sum(NamedTuple):
    """Connections, packets each way, how many were refused, and what they were called."""

    connections: int
    packets_out: int
    packets_in: int
    refused: int
    names: frozenset[tuple[str | None, str | None]]


Key = tuple[str, str | None, int | None, str]  # client, server, port, protocol


def conversations(record: FlowRecord) -> dict[Key, Sum]:
    """TCP and UDP of a record; a packet count that is unknown fails."""
    found: dict[Key, Sum] = {}
    for flow in record.flows:
        if flow.protocol not in ("tcp", "udp"):
            continue
        assert flow.packets_out is not None
        assert flow.packets_in is not None
        key = (flow.source, flow.peer, flow.port, flow.protocol)
        before = found.get(key, Sum(0, 0, 0, 0, frozenset()))
        found[key] = Sum(
            before.connections + flow.count,
            before.packets_out + flow.packets_out,
            before.packets_in + flow.packets_in,
            before.refused + flow.count * flow.refused,
            before.names | {(flow.name, flow.name_source)},
        )
    return found


def octets(record: FlowRecord, frame: int = 0) -> dict[Key, tuple[int, int]]:
    """Octets each way of connections to addresses, less `frame` octets a packet."""
    found: dict[Key, tuple[int, int]] = {}
    for flow in record.flows:
        if flow.peer is None or flow.protocol not in ("tcp", "udp"):
            continue
        assert flow.bytes_out is not None
        assert flow.bytes_in is not None
        key = (flow.source, flow.peer, flow.port, flow.protocol)
        out, back = found.get(key, (0, 0))
        out += flow.bytes_out - frame * (flow.packets_out or 0)
        found[key] = (out, back + flow.bytes_in - frame * (flow.packets_in or 0))
    return found
