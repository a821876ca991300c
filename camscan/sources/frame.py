"""Frames, live or recorded, become what their senders say of themselves."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from camscan.model.coverage import Skip
from camscan.protocols import cdp, dhcp, dhcpv6, lldp
from camscan.protocols.decoded import Malformed
from camscan.protocols.registry import DECODERS
from camscan.sources.datagram import DHCP_PORTS, OWN, interesting, read_datagram
from camscan.sources.fragment import Fragments
from camscan.sources.heard import Fields, HeardBook
from camscan.sources.link import ETHERNET, KNOWN, ether_type, network_offset, source_mac
from camscan.sources.network import Header, read_header
from camscan.sources.pcap import Packet
from camscan.sources.server_stream import FIN_OR_RST, MOST_SERVERS, STARTS, ServerStreams

_ARP = 0x0806
_ARP_HEAD = b"\x00\x01\x08\x00\x06\x04"  # Ethernet, IPv4
_LONGEST_802_3 = 1500
_TCP, _UDP = 6, 17
_IP4 = b"\x08\x00"
_BROADCAST = b"\xff\xff\xff\xff"


class FrameReader:
    """Reads frames into a HeardBook. `zone` is put behind link-local IPv6 addresses.

    Servers' answers over TCP count unless the server is a public address that is not on the
    link: a capture at a border holds every web site that somebody visited.
    """

    def __init__(self, book: HeardBook, zone: str = "") -> None:
        self._book = book
        self._zone = f"%{zone}" if zone else ""
        self._fragments = Fragments()
        self._streams = ServerStreams(self._answered)
        self._damaged: dict[str, int] = {}
        self._unread: dict[str, int] = {}
        self._reflectors: dict[str, None] = {}
        self._public: set[bytes] = set()
        self._links: dict[int, int] = {}
        self.frames = 0

    def read(self, packet: Packet) -> None:
        """One frame. Written flat for TCP over IPv4, of which large captures consist."""
        at, linktype, data, start, end, wire = packet
        self.frames += 1
        if (
            linktype == ETHERNET
            and end - start >= 54
            and data[start + 12 : start + 14] == _IP4
            and data[start + 14] == 0x45
            and data[start + 23] == _TCP
            and not data[start + 20] & 0x3F
            and not data[start + 21]
        ):
            length = data[start + 16] << 8 | data[start + 17]
            stop = start + 14 + length
            transport = start + 34
            self._tcp(
                data[start + 26 : transport + 4],
                data,
                transport,
                min(end, stop) if length else end,
                at,
            )
            return
        self._slowly(at, linktype, data, start, end, wire)

    def finish(self) -> None:
        """Read what is left of open streams; then the book may be finished."""
        self._streams.finish()

    def datagram(self, source: str, source_port: int, port: int, payload: bytes, at: float) -> None:
        """One UDP datagram, whoever received it. DHCP belongs to `dhcp`."""
        said = read_datagram(source, source_port, port, payload)
        if said is None:
            return
        if said.foreign:
            if len(self._reflectors) < 64:
                self._reflectors[source] = None
        elif said.fields:
            self._book.say(
                source, said.protocol, at, said.fields, port=said.port, location=said.location
            )
        elif said.fields is None:
            counts = self._damaged if said.protocol in OWN else self._unread
            counts[said.protocol] = counts.get(said.protocol, 0) + 1

    def dhcp(self, payload: bytes, at: float, source: str | None = None) -> None:
        """One DHCP message; `source` is the sender's address where it has one."""
        message = dhcp.parse(payload)
        if isinstance(message, Malformed):
            self._damaged["dhcp"] = self._damaged.get("dhcp", 0) + 1
            return
        if message.mac is None:
            return
        mac = bytes.fromhex(message.mac.replace(":", ""))
        port = dhcp.SERVER_PORT
        if message.lease is not None:
            self._book.lease(mac, message.lease, at)
            self._book.client(mac, "dhcp", at, (), port=port, transport="udp")
        elif message.from_client:
            if source is not None and source == message.client_address:
                self._book.bind(mac, source, at)
            fields = dhcp.fields(message)
            self._book.client(mac, "dhcp", at, fields, port=port, transport="udp")

    def skips(self, subject: str) -> tuple[Skip, ...]:
        """What could not be read or was left out, one Skip a kind."""
        reasons = [
            (f"{name} datagrams", f"{count} could not be read")
            for name, count in sorted(self._damaged.items())
        ]
        reasons += [
            (f"{name} datagrams", f"{count} heard, and there is no decoder for {name} yet")
            for name, count in sorted(self._unread.items())
            if name not in DECODERS
        ]
        reasons += [
            ("frames", f"{count} have link type {linktype}, which is not read")
            for linktype, count in sorted(self._links.items())
        ]
        for source in self._reflectors:
            reasons.append(("mDNS", f"{source} repeats the records of other hosts: not its own"))
        if self._public:
            reasons.append(
                (
                    "answers of public addresses",
                    f"{len(self._public)} servers outside the private ranges were left out",
                )
            )
        return tuple(Skip(subject=subject, what=what, reason=why) for what, why in reasons)

    def _slowly(
        self, at: float, linktype: int, data: bytes, start: int, end: int, wire: int
    ) -> None:
        if linktype not in KNOWN:
            self._links[linktype] = self._links.get(linktype, 0) + 1
            return
        place = network_offset(linktype, data, start, end)
        if place is None:
            self._without_ip(at, linktype, data, start, end)
            return
        header = read_header(data, place, end, wire - (place - start))
        if header is None:
            return
        stop = min(end, place + header.wire)
        self._note_link(header, linktype, data, start, at)
        if header.protocol == _UDP:
            self._udp(header, data, place, stop, at)
        elif header.protocol == _TCP and header.fragment is None and stop - header.transport >= 20:
            ports = data[header.transport : header.transport + 4]
            key = header.source + header.destination + ports
            self._tcp(key, data, header.transport, stop, at)

    def _note_link(self, header: Header, linktype: int, data: bytes, start: int, at: float) -> None:
        """A packet to a group or broadcast of the link alone comes from a host on it."""
        to = header.destination
        local = (
            to[:3] == b"\xe0\x00\x00" or to == _BROADCAST if len(to) == 4 else to[:2] == b"\xff\x02"
        )
        if not local:
            return
        mac = source_mac(linktype, data, start)
        source = self._text(header.source)
        if mac is not None and source is not None:
            self._book.bind(mac, source, at)

    def _tcp(self, key: bytes, data: bytes, transport: int, end: int, at: float) -> None:
        payload = transport + (data[transport + 12] >> 4) * 4
        begins = payload < end and (
            data[payload : payload + 4] in STARTS or data[payload : payload + 2] == b"\x16\x03"
        )
        streams = self._streams
        if begins or (key in streams.open and (payload < end or data[transport + 13] & FIN_OR_RST)):
            streams.segment(key, data, transport, payload, end, at)

    def _udp(self, header: Header, data: bytes, place: int, end: int, at: float) -> None:
        begin = header.transport
        if header.fragment is not None:
            whole = self._fragments.add(header, data, place, end)
            if whole is None:
                return
            data, begin, end = whole, 0, len(whole)
        if end - begin < 8:
            return
        source_port = data[begin] << 8 | data[begin + 1]
        port = data[begin + 2] << 8 | data[begin + 3]
        if source_port in DHCP_PORTS or port in DHCP_PORTS:
            if len(header.source) == 4:
                self.dhcp(data[begin + 8 : end], at, self._text(header.source))
            return
        if port == dhcpv6.SERVER_PORT:
            if len(header.source) == 16:
                self._dhcpv6(data[begin + 8 : end], at, self._text(header.source))
            return
        if not interesting(source_port, port, data[begin + 8 : begin + 9]):
            return
        source = self._text(header.source)
        if source is not None:
            self.datagram(source, source_port, port, data[begin + 8 : end], at)

    def _dhcpv6(self, payload: bytes, at: float, source: str | None) -> None:
        """What a client asks; a relay, which asks for others, is no client."""
        message = dhcpv6.parse(payload)
        if isinstance(message, Malformed):
            self._damaged["dhcp"] = self._damaged.get("dhcp", 0) + 1
        elif source is not None and (said := dhcpv6.fields(message)):
            self._book.say(source, "dhcp", at, said, port=dhcpv6.SERVER_PORT)

    def _without_ip(self, at: float, linktype: int, data: bytes, start: int, end: int) -> None:
        """ARP, LLDP and CDP."""
        typed = ether_type(linktype, data, start, end)
        mac = source_mac(linktype, data, start)
        if typed is None or mac is None:
            return
        kind, place = typed
        fields: Fields = ()
        if kind == _ARP:
            self._arp(data[place : min(end, place + 28)], at)
        elif kind == lldp.ETHERTYPE:
            neighbour = lldp.parse(data[place:end])
            if isinstance(neighbour, Malformed):
                self._damaged["lldp"] = self._damaged.get("lldp", 0) + 1
            elif fields := lldp.fields(neighbour):
                self._book.client(mac, "lldp", at, fields)
        elif kind <= _LONGEST_802_3 and data[place : place + 8] == cdp.SNAP:
            frame = data[place + 8 : min(end, place + kind)]
            heard = cdp.parse(frame)
            if isinstance(heard, Malformed):
                self._damaged["cdp"] = self._damaged.get("cdp", 0) + 1
            elif fields := cdp.fields(heard):
                self._book.client(mac, "cdp", at, fields)

    def _arp(self, body: bytes, at: float) -> None:
        """The sender of a request or answer; a probe (RFC 5227) has no address yet."""
        if len(body) < 28 or body[:6] != _ARP_HEAD or body[6:8] not in (b"\0\x01", b"\0\x02"):
            return
        address = self._text(body[14:18])
        if address is not None:
            self._book.bind(body[8:14], address, at)
            if self._book.is_bound(address):
                self._book.say(address, "arp", at, transport="link")

    def _answered(self, server: bytes, port: int, at: float, protocol: str, fields: Fields) -> None:
        address = self._text(server)
        if address is None:
            return
        if ip_address(server).is_global and not self._book.is_bound(address):
            if len(self._public) < MOST_SERVERS:
                self._public.add(server)
            return
        self._book.say(address, protocol, at, fields, port=port, transport="tcp")

    def _text(self, packed: bytes) -> str | None:
        """An address that a host can have, with the zone where it needs one; else None."""
        address: IPv4Address | IPv6Address = ip_address(packed)
        if address.is_unspecified or address.is_multicast or packed == _BROADCAST:
            return None
        if address.version == 6 and address.is_link_local:
            return f"{address}{self._zone}"
        return str(address)
