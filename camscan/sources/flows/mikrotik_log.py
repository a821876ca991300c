"""Firewall log lines of MikroTik RouterOS: one packet a line.

Form: help.mikrotik.com, Filter, `action=log` (interfaces, src-mac, protocol, addresses with ports,
length); its spelling as RouterOS 7.20.8 and 7.23.3 print it (github.com/tomlawesome/mikroview,
parser_test.go, "captured verbatim"). Before the chain stands the `log-prefix` of the rule, and only
a word in it (drop, reject, block, deny) says that the packet was stopped. Behind `NAT` stand
translated addresses, which are not used.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.log_prefix import says_stopped
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.syslog_line import LogClock, message_start
from camscan.sources.flows.total import PORTED, packed_address, protocol_number

NAME = "mikrotik"
MARKS = (" proto ",)

_PACKET = re.compile(
    r"(?P<chain>[\w.-]{1,64}): in:(?P<in>[^,]{1,64}?)(?: out:(?P<out>[^,]{1,64}?))?,"
    r"(?: connection-state:[\w,-]{1,64})?(?: src-mac (?P<mac>[0-9A-Fa-f:]{17}))?,?"
    r" proto (?P<protocol>[\w-]{1,20})(?: \((?P<detail>[^)]{0,64})\))?, "
    r"(?P<source>[^\s,]{2,64})->(?P<peer>[^\s,]{2,64})"
)
_LENGTH = re.compile(r", len (\d{1,6})\b")
_TYPE = re.compile(r"type (\d{1,3})\b")
_TOPICS = re.compile(r"(?:firewall|[a-z]+,)[a-z,]*\b:? ?")
_FLAGS = {"SYN": con.SYN, "ACK": con.ACK, "FIN": con.FIN, "RST": con.RST}

End = tuple[bytes, int | None]


def is_mine(text: str) -> bool:
    """True for interfaces, protocol and addresses as RouterOS writes them."""
    return _PACKET.search(text) is not None


def parser(ledger: FlowLedger) -> Mikrotik:
    """A parser that writes to `ledger`."""
    return Mikrotik(ledger)


class Mikrotik:
    """Lines of one or many routers' firewalls."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one packet."""
        found = _PACKET.search(text)
        if found is None:
            return None
        at = clock.at(text)
        source, peer = _end(found["source"]), _end(found["peer"])
        protocol = protocol_number(found["protocol"])
        if source is None or peer is None:
            self._ledger.bad_line(number, "its addresses are none")
        elif protocol is not None:
            mac = packed_mac_of(found["mac"])
            if self._ledger.keep.wants(source[0], peer[0], mac):
                self._packet(at, text, found, source, peer, protocol, mac)
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()

    def _packet(
        self,
        at: float,
        text: str,
        found: re.Match[str],
        source: End,
        peer: End,
        protocol: int,
        mac: bytes | None,
    ) -> None:
        detail = found["detail"] or ""
        kind = _TYPE.search(detail)
        length = _LENGTH.search(text, found.end())
        prefix = _TOPICS.sub("", text[message_start(text) : found.start()], count=1).strip()
        has_ports = protocol in PORTED
        self._packets.packet(
            at,
            source[0],
            peer[0],
            protocol,
            source[1] if has_ports else None,
            peer[1] if has_ports else None,
            flags=sum(_FLAGS.get(flag, 0) for flag in set(detail.split(","))),
            kind=int(kind[1]) if kind is not None else None,
            length=int(length[1]) if length is not None else None,
            blocked=says_stopped(prefix),
            place=f"{prefix} {found['chain']} {found['in']} {found['out']}",
            mac=mac,
        )


def _end(text: str) -> End | None:
    """An address and its port: `192.0.2.1:80`, `[2001:db8::1]:80`, or the address alone."""
    port = ""
    if text.startswith("["):
        text, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
    address = packed_address(text)
    if address is None:
        return None
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None
    return address, number if number is not None and number < 65_536 else None
