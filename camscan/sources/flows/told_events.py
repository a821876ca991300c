"""Connections of firewalls that only tell events: that one was made, or was stopped.

What an event's counters mean, and whether one connection is told once or again and again, differs
by maker: FortiGate and Palo Alto use CEF's `in` and `out` for opposite directions. So sizes of a
maker whose records are not known are unknown, and events of one connection are one connection.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.key_value import Fields, host_of_url, port_of
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.total import PORTED, packed_address, protocol_number

_STOPPED = re.compile(
    r"(?<![a-z])(?:drop|block|den[yi]|reject|discard|refus|prevent)(?:e?d|ed|y|e|ped)?(?![a-z])",
    re.IGNORECASE,
)


class ToldEvents:
    """Takes events with the fields `src dst proto spt dpt act smac request`, as CEF names them."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._packets = LoggedPackets(ledger)

    def take(self, number: int, at: float, fields: Fields, name: str) -> None:
        """One event, called `name`; those that are not about a connection are left."""
        protocol = protocol_number(fields.get("proto", "").partition("/")[0])
        if protocol is None or not fields.get("src") or not fields.get("dst"):
            return
        source, peer = packed_address(fields["src"]), packed_address(fields["dst"])
        if source is None or peer is None:
            self._ledger.bad_line(number, "its addresses are none")
            return
        mac = packed_mac_of(fields.get("smac"))
        if not self._ledger.keep.wants(source, peer, mac):
            return
        has_ports = protocol in PORTED
        port = port_of(fields, "dpt") if has_ports else None
        self._packets.packet(
            at,
            source,
            peer,
            protocol,
            port_of(fields, "spt") if has_ports else None,
            port,
            flags=con.SYN,  # an event names who began
            blocked=_STOPPED.search(fields.get("act") or name) is not None,
            place=name,
            mac=mac,
        )
        host, is_tls = host_of_url(fields.get("request", ""))
        host = stated_name(host)
        if host is not None and packed_address(host) is None:
            source_of_name = "sni" if is_tls else "http-host"
            self._ledger.named(
                fields["src"], fields["dst"], str(protocol), port, host, source_of_name, at
            )

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()
