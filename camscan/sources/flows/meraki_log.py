"""Cisco Meraki MX and MR: flows that the firewall saw, and the hosts of requests.

Source: documentation.meraki.com, "Syslog Server Overview and Configuration" (flows: 1 is deny and 0
is allow for what came from outside; since MX 18.101 firewall, vpn_firewall, cellular_firewall and
bridge_anyconnect_client_vpn_firewall; urls), and for ip_flow_start and ip_flow_end the samples of
github.com/elastic/integrations packages/cisco_meraki. RFC 5424's version, `1 `, is before the time
or not, as the vendor's own examples show. A line names a flow, by the word behind
`pattern:` or before `src=` allowed or denied (`0` and `1` for what came from outside), and no
sizes. What one flow is told as twice (flows and ip_flow_start) is one connection. Addresses after
translation are not used.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.key_value import Fields, host_of_url, key_values, port_of
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, packed_address, protocol_number

NAME = "meraki"
MARKS = (" src=",)

_LINE = re.compile(
    r"(?:^|\s|<\d{1,3}>)(?P<time>(?:1 )?\d{9,10}\.\d{1,9}) [^ ]{1,128} "
    r"(?P<kind>flows|urls|ip_flow_start|ip_flow_end|(?:[a-z_]{1,64}_)?firewall) "
    r"(?:(?P<word>allow|deny) )?(?=src=)"
)
_PATTERN = re.compile(r" pattern: (?:Group Policy )?(?P<word>\w{1,16})", re.IGNORECASE)
_REQUEST = re.compile(r" request: \w{1,16} (?P<url>\S{1,2048})")
_DENIED = frozenset({"deny", "1"})


def is_mine(text: str) -> bool:
    """True for the time, the device and one of the kinds of line."""
    return _LINE.search(text) is not None


def parser(ledger: FlowLedger) -> Meraki:
    """A parser that writes to `ledger`."""
    return Meraki(ledger)


class Meraki:
    """Lines of appliances and access points."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one flow or request."""
        found = _LINE.search(text)
        if found is None:
            return None
        at = clock.at(text[found.start("time") :])
        fields = key_values(text[found.end() :])
        problem = (
            self._request(at, text, fields)
            if found["kind"] == "urls"
            else self._flow(at, text, fields, found["kind"], found["word"])
        )
        if problem is not None:
            self._ledger.bad_line(number, problem)
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()

    def _flow(
        self, at: float, text: str, fields: Fields, kind: str, word: str | None
    ) -> str | None:
        source, peer = packed_address(fields.get("src", "")), packed_address(fields.get("dst", ""))
        protocol = protocol_number(fields.get("protocol", ""))
        if source is None or peer is None or protocol is None:
            return "has no addresses or no protocol"
        mac = packed_mac_of(fields.get("mac"))
        if not self._ledger.keep.wants(source, peer, mac):
            return None
        pattern = _PATTERN.search(text)
        if word is None and pattern is not None:
            word = pattern["word"].lower()
        has_ports = protocol in PORTED
        self._packets.packet(
            at,
            source,
            peer,
            protocol,
            port_of(fields, "sport") if has_ports else None,
            port_of(fields, "dport") if has_ports else None,
            flags=con.SYN,  # a flow is named by who began it
            kind=port_of(fields, "type"),
            blocked=word in _DENIED,
            place=kind,
            mac=mac,
        )
        return None

    def _request(self, at: float, text: str, fields: Fields) -> str | None:
        client, _, _ = fields.get("src", "").rpartition(":")
        peer, _, port = fields.get("dst", "").rpartition(":")
        if packed_address(client) is None or packed_address(peer) is None:
            return "has no addresses"
        found = _REQUEST.search(text)
        host, is_tls = host_of_url(found["url"]) if found is not None else (None, False)
        name = stated_name(host)
        if name is not None and packed_address(name) is None:
            number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None
            source = "sni" if is_tls else "http-host"
            self._ledger.named(client, peer, "tcp", number, name, source, at)
        return None
