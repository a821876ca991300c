"""The Linux kernel's log lines of iptables, nftables and UniFi gateways: one packet a line.

Form: nf_log_syslog of the kernel (`IN= OUT= MAC= SRC= DST= LEN= … PROTO= SPT= DPT=`), before it the
`--log-prefix` of iptables or the `log prefix` of nftables. What was done with the packet only that
prefix can say: a word (DROP, REJECT, BLOCK, DENY, ACCEPT, ALLOW) or UniFi's `[CHAIN-RULE-A]`
(A accept, D drop, R reject), in newer versions `[CHAIN-A-RULE]` with `DESCR="…"`; samples:
github.com/elastic/integrations packages/iptables, docs.logzilla.net/LogZilla_Appstore/Ubiquiti.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.log_prefix import says_stopped
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.syslog_line import LogClock, message_start
from camscan.sources.flows.total import packed_address, protocol_number

NAME = "netfilter"
MARKS = ("PROTO=",)

_PACKET = re.compile(
    r"SRC=(?P<source>\S+) DST=(?P<peer>\S+)(?: LEN=(?P<length>\d{1,6}))?[^\[]*? "
    r"PROTO=(?P<protocol>\w+)(?: SPT=(?P<from>\d{1,5}) DPT=(?P<to>\d{1,5}))?"
    r"(?: TYPE=(?P<kind>\d{1,3}))?"
)
_CUT = re.compile(r"(?:T?TL|L)=\d+ ID=\d+ |PROTO=(?:TCP|UDP) SPT=\d+ DPT=\d+")
_INSIDE = re.compile(r"MAC=(?:[0-9a-f]{2}:){6}((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):(?:08:00|86:dd)")
_SEQUENCE = re.compile(r" SEQ=(\d{1,10}) ")
_UPTIME = re.compile(r"\[ *\d+\.\d+\] ?")
_UNIFI = re.compile(r"\[([^\]\[]*-(A|D|R|RET)(?:-\d+)?)\]")
_LETTERS = {"A": False, "D": True, "R": True, "RET": False}
_PREFIX = 200


def is_mine(text: str) -> bool:
    """True for the fields of a packet."""
    place = text.find("SRC=")
    return place >= 0 and _PACKET.match(text, place) is not None


def parser(ledger: FlowLedger) -> Netfilter:
    """A parser that writes to `ledger`."""
    return Netfilter(ledger)


class Netfilter:
    """Lines of the kernel's packet filter."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one packet. A line that was cut at the front has lost its addresses."""
        place = text.find("SRC=")
        found = _PACKET.match(text, place) if place >= 0 else None
        if found is None:
            if _CUT.search(text) is None:
                return None
            at = clock.at(text)
            self._ledger.bad(f"line {number}", "its addresses are cut off")
            return at
        at = clock.at(text)
        source, peer = packed_address(found["source"]), packed_address(found["peer"])
        if source is None or peer is None:
            self._ledger.bad(f"line {number}", "its addresses are none")
            return at
        inside = _INSIDE.search(text[:place])
        mac = packed_mac_of(inside[1]) if inside is not None else None
        if self._ledger.keep.wants(source, peer, mac):
            self._packet(at, text, place, found, source, peer, mac)
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()

    def _packet(
        self,
        at: float,
        text: str,
        place: int,
        found: re.Match[str],
        source: bytes,
        peer: bytes,
        mac: bytes | None,
    ) -> None:
        protocol = protocol_number(found["protocol"])
        if protocol is None:
            return
        words = text[found.end() :].partition("[")[0].split()
        flags = con.SYN * ("SYN" in words) | con.ACK * ("ACK" in words) | con.RST * ("RST" in words)
        sequence = _SEQUENCE.search(text, found.end())
        blocked, prefix = _done(text[:place])
        self._packets.packet(
            at,
            source,
            peer,
            protocol,
            _number(found["from"]),
            _number(found["to"]),
            flags=flags,
            kind=_number(found["kind"]),
            length=_number(found["length"]),
            blocked=blocked,
            place=prefix,
            sequence=sequence[1] if sequence is not None else None,
            mac=mac,
        )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None


def _done(before: str) -> tuple[bool, str]:
    """Whether the packet was stopped, and the prefix that says so."""
    kernel = before.rfind("kernel:")
    begin = kernel + 7 if kernel >= 0 else message_start(before)
    whole = before[begin:]
    prefix = _UPTIME.sub("", whole.rpartition("IN=")[0][-_PREFIX:]).strip()
    unifi = _UNIFI.search(prefix)
    if unifi is not None:
        return _LETTERS[unifi[2]], unifi[1]
    interfaces = whole.rpartition("IN=")[2].partition("MAC=")[0].strip()
    return says_stopped(prefix), f"{prefix} {interfaces}"
