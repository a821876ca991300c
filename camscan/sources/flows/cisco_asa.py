"""Cisco ASA, FTD and PIX: connections built and torn down, and what was denied.

Messages: Cisco Secure Firewall ASA Series Syslog Messages (302013 to 302016, 302020, 106001,
106006, 106007, 106010, 106014, 106015, 106023, 106100, 106102, 106103). A connection names the
address on the less secure interface first, whoever began: outbound, the second one did. In
parentheses stand addresses as the other side sees them, after translation, and are not used. The
bytes of a teardown are those of both directions together and of the payload: only that there were
none is used.
"""

from __future__ import annotations

import re

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock, host_of
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "cisco-asa"
MARKS = ("%ASA-", "%FTD-", "%PIX-")

_MESSAGE = re.compile(r"%(?:ASA|FTD|PIX)-(?:[a-z]+-)?\d-(\d{6}):? ")
_SIDE = r"(?P<{0}if>[^ :]+):(?P<{0}>[^ /]+)/(?P<{0}port>\d{{1,5}})"
_BUILT = re.compile(
    r"Built (?P<way>inbound|outbound) (?P<protocol>TCP|UDP|SCTP) connection "
    r"(?P<number>\d{1,20}) for "
    + _SIDE.format("a") + r".*? to " + _SIDE.format("b")
)  # fmt: skip
_TEARDOWN = re.compile(
    r"Teardown (?P<protocol>TCP|UDP|SCTP) connection (?P<number>\d{1,20}) for "
    + _SIDE.format("a") + r".*? to " + _SIDE.format("b")
    + r".*? duration (?P<hours>\d{1,6}):(?P<minutes>\d\d):(?P<seconds>\d\d)"
    r" bytes (?P<bytes>\d{1,20})(?P<reason>.*)"
)  # fmt: skip
_ICMP = re.compile(
    r"Built (?P<way>inbound|outbound) ICMP connection for faddr (?P<a>[^ /]+)/\d+.*? gaddr [^ ]+.*?"
    r" laddr (?P<b>[^ /]+)/\d+"
)
_DENY = re.compile(  # 106023, 106010, 106014
    r"Deny (?:inbound )?(?:protocol )?(?P<protocol>\w+) "
    r"src (?:[^ :]+:)?(?P<a>[^ /(]+)(?:/(?P<aport>\d{1,5}))?"
    r".*? dst (?:[^ :]+:)?(?P<b>[^ /(]+)(?:/(?P<bport>\d{1,5}))?(?: .*?\(type (?P<kind>\d{1,3}))?"
)
_LIST = re.compile(  # 106100, 106102, 106103
    r"access-list [^ ]+ (?P<done>permitted|denied|est-allowed) (?P<protocol>[\w-]+) "
    r"(?:for user .*? )?"
    r"[^ /]+/(?P<a>[^ (]+)\((?P<aport>\d{1,5})\).*? -> "
    r"[^ /]+/(?P<b>[^ (]+)\((?P<bport>\d{1,5})\).*? hit-cnt (?P<hits>\d{1,9})"
)
_FROM = re.compile(  # 106001, 106006, 106007, 106015
    r"(?:Inbound (?P<tcp>TCP) connection denied"
    r"|Deny (?:inbound )?(?P<protocol>TCP|UDP)(?: \(no connection\))?)"
    r" from (?P<a>[^ /]+)/(?P<aport>\d{1,5}) to (?P<b>[^ /]+)/(?P<bport>\d{1,5})"
    r"(?: flags (?P<flags>[A-Z ]+) )?"
)
_FORMS = {
    "302013": _BUILT, "302015": _BUILT, "302014": _TEARDOWN, "302016": _TEARDOWN, "302020": _ICMP,
    "106001": _FROM, "106006": _FROM, "106007": _FROM, "106015": _FROM,
    "106010": _DENY, "106014": _DENY, "106023": _DENY,
    "106100": _LIST, "106102": _LIST, "106103": _LIST,
}  # fmt: skip
_ROOM = 16_384
_LONGEST = 512  # characters of a message that are looked at

End = tuple[str, int | None]


class _Open:
    __slots__ = ("at", "client", "protocol", "server")

    def __init__(self, at: float, protocol: str, client: End, server: End) -> None:
        self.at = at
        self.protocol = protocol
        self.client = client
        self.server = server


def is_mine(text: str) -> bool:
    """True for the tag of a message."""
    return _MESSAGE.search(text) is not None


def parser(ledger: FlowLedger) -> CiscoAsa:
    """A parser that writes to `ledger`."""
    return CiscoAsa(ledger)


class CiscoAsa:
    """Messages of a firewall; connections are held until they are torn down."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._open: dict[tuple[str, str], _Open] = {}
        self._permitted: dict[tuple[str, End, End], tuple[float, int]] = {}

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one message; those that are not about connections are counted only."""
        found = _MESSAGE.search(text)
        if found is None:
            return None
        at = clock.at(text)
        form = _FORMS.get(found[1])
        if form is None:
            return at
        told = form.match(text[found.end() : found.end() + _LONGEST])
        if told is None:
            self._ledger.bad(f"line {number}", f"is no message {found[1]} as it is known")
            return at
        if packed_address(told["a"]) is None or packed_address(told["b"]) is None:
            self._ledger.bad(f"line {number}", "has names in place of addresses")
            return at
        if form is _BUILT or form is _TEARDOWN:
            key = (host_of(text[: found.start()]), told["number"])
            self._connection(at, key, told, built=form is _BUILT)
        elif form is _ICMP:
            client, server = (told["a"], told["b"])
            if told["way"] == "outbound":
                client, server = server, client
            self._ledger.flow(client, server, "icmp", None, first=at)
        elif form is _LIST:
            self._listed(at, told)
        elif form is _DENY:
            kind = told["kind"]
            ports = None if kind is not None else (_port(told["aport"]), _port(told["bport"]))
            self._denied(at, told["protocol"], told["a"], told["b"], ports or (None, None))
        else:
            self._refused_packet(at, told)
        return at

    def finish(self) -> None:
        """Write the connections that were never torn down, and what was only permitted."""
        for opened in self._open.values():
            self._write(opened, opened.at, Outcome.UNKNOWN, Origin.RECORDED)
        self._open.clear()
        for (protocol, client, server), (at, hits) in self._permitted.items():
            self._record(at, protocol, client, server, hits, Outcome.UNKNOWN)
        self._permitted.clear()

    def _connection(
        self, at: float, key: tuple[str, str], told: re.Match[str], *, built: bool
    ) -> None:
        protocol = told["protocol"].lower()
        first: End = (told["a"], _port(told["aport"]))
        second: End = (told["b"], _port(told["bport"]))
        opened = self._open.pop(key, None)
        if built:
            client, server = (second, first) if told["way"] == "outbound" else (first, second)
            self._permitted.pop((protocol, client, server), None)
            if opened is not None:
                if (opened.client, opened.server) != (client, server):
                    self._write(opened, opened.at, Outcome.UNKNOWN, Origin.RECORDED)
                else:
                    at = opened.at  # the same message from two servers or twice in the file
            if len(self._open) >= _ROOM:
                oldest = self._open.pop(next(iter(self._open)))
                self._write(oldest, oldest.at, Outcome.UNKNOWN, Origin.RECORDED)
            self._open[key] = _Open(at, protocol, client, server)
            return
        lasted = int(told["hours"]) * 3600 + int(told["minutes"]) * 60 + int(told["seconds"])
        origin = Origin.RECORDED
        if opened is None or {opened.client, opened.server} != {first, second}:
            if opened is not None:
                self._write(opened, opened.at, Outcome.UNKNOWN, origin)
            by_first, origin = _start(protocol, first[1] or 0, second[1] or 0)
            client, server = (first, second) if by_first else (second, first)
            opened = _Open(at - lasted, protocol, client, server)
        outcome = _outcome(protocol, int(told["bytes"]), told["reason"], opened, first)
        self._write(opened, at, outcome, origin)

    def _write(self, opened: _Open, last: float, outcome: Outcome, origin: Origin) -> None:
        nothing = 0 if outcome is Outcome.SILENT else None
        self._ledger.flow(
            opened.client[0],
            opened.server[0],
            opened.protocol,
            opened.server[1],
            first=opened.at,
            last=last,
            packets_in=nothing,
            bytes_in=nothing,
            origin=origin,
            outcome=outcome,
            source_port=opened.client[1],
        )

    def _listed(self, at: float, told: re.Match[str]) -> None:
        """An access list's entry; what it permits is told again when the connection is built."""
        protocol, hits = told["protocol"].lower(), int(told["hits"])
        has_ports = protocol_number(protocol) in PORTED
        client: End = (told["a"], _port(told["aport"]) if has_ports else None)
        server: End = (told["b"], _port(told["bport"]) if has_ports else None)
        if told["done"] == "denied":
            self._record(at, protocol, client, server, hits, Outcome.BLOCKED)
            return
        if len(self._permitted) >= _ROOM:
            oldest = next(iter(self._permitted))
            first, before = self._permitted.pop(oldest)
            self._record(first, *oldest, before, Outcome.UNKNOWN)
        first, before = self._permitted.get((protocol, client, server), (at, 0))
        self._permitted[protocol, client, server] = (first, before + hits)

    def _denied(
        self, at: float, protocol: str, a: str, b: str, ports: tuple[int | None, int | None]
    ) -> None:
        self._record(at, protocol.lower(), (a, ports[0]), (b, ports[1]), 1, Outcome.BLOCKED)

    def _refused_packet(self, at: float, told: re.Match[str]) -> None:
        """One packet that was dropped. Without a lone SYN it belongs to something that went on."""
        protocol = (told["tcp"] or told["protocol"]).lower()
        client: End = (told["a"], _port(told["aport"]))
        server: End = (told["b"], _port(told["bport"]))
        flags = (told["flags"] or "SYN").split()
        if protocol == "udp" or flags == ["SYN"]:
            self._record(at, protocol, client, server, 1, Outcome.BLOCKED)
            return
        bits = (con.SYN if "SYN" in flags else 0) | (con.ACK if "ACK" in flags else 0)
        by_first, origin = con.tcp_start(bits, client[1] or 0, server[1] or 0)
        if not by_first:
            client, server = server, client
        opened = _Open(at, protocol, client, server)
        self._write(opened, at, Outcome.UNKNOWN, origin)

    def _record(
        self, at: float, protocol: str, client: End, server: End, hits: int, outcome: Outcome
    ) -> None:
        if protocol_number(protocol) is None:
            return
        nothing = 0 if outcome is Outcome.BLOCKED else None
        self._ledger.flow(
            client[0],
            server[0],
            protocol,
            server[1],
            first=at,
            count=max(hits, 1),
            packets_in=nothing,
            bytes_in=nothing,
            outcome=outcome,
            source_port=client[1],
        )


def _outcome(protocol: str, payload: int, reason: str, opened: _Open, first: End) -> Outcome:
    """What came back. `first` is the end on the outer interface, whose reset is Reset-O."""
    if payload:
        # UDP bytes may be those of one side alone
        return Outcome.ANSWERED if protocol == "tcp" else Outcome.UNKNOWN
    if "SYN Timeout" in reason:
        return Outcome.SILENT
    server_reset = "Reset-O" if opened.server == first else "Reset-I"
    if server_reset in reason:
        return Outcome.REFUSED
    return Outcome.ANSWERED if "FINs" in reason else Outcome.UNKNOWN


def _start(protocol: str, port: int, other: int) -> tuple[bool, Origin]:
    """Who began a connection whose beginning the log does not have."""
    return con.udp_start(port, other) if protocol == "udp" else con.tcp_start(0, port, other)


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if int(text) < 65_536 else None
