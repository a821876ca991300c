"""Packets in, flows out: packet_counter.py counts, what is here opens connections and finds names.

Memory is bounded by `active` open connections (the idle are added to the totals when the table
is full) and by the totals' own limit. Only packets from or to a wanted address are kept. What is
not TCP says nothing at its end: after IDLE seconds without a packet the next one begins a new
connection of the same initiator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from camscan.model.flow import Origin
from camscan.sources import capture
from camscan.sources.buffer import Memory
from camscan.sources.dns_message import read_message
from camscan.sources.flows import connection as con
from camscan.sources.flows.connection import Connection, StreamStart
from camscan.sources.flows.dns_stream import DnsStream
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.packet_counter import IDLE, Half, PacketCounter, find_records
from camscan.sources.flows.quic_initial import is_initial
from camscan.sources.flows.quic_name import QuicName
from camscan.sources.flows.source import FirstBytes
from camscan.sources.flows.stream_name import StreamName
from camscan.sources.flows.total import FlowTotals, address_text
from camscan.sources.link import ETHERNET, network_offset, source_mac
from camscan.sources.network import Header, read_header
from camscan.sources.pcap import Packet, Report
from camscan.sources.stream import ByteStream

_ACTIVE = 8_192
_FRAGMENTS = 4096
_SERVERS = 16_384
_READING = 1024  # streams whose start is held in memory
_PORTS = 4  # bytes of both


class Ends(NamedTuple):
    """Whose packet it is: the `key` of its direction in a `table` is source and destination, each
    `width` bytes, and then both ports as they stand in the packet, or the number of a protocol
    without ports."""

    table: dict[bytes, Half]
    key: bytes
    protocol: int
    width: int

    def reverse(self) -> bytes:
        """The key of the other direction."""
        key, width = self.key, self.width
        tail = key[2 * width :]
        if len(tail) == _PORTS:
            tail = tail[2:] + tail[:2]
        return key[width : 2 * width] + key[:width] + tail


class FlowTable:
    """Counts packets into connections; `wanted` packed addresses and `macs`, None means all.

    `opened`, when it is a list, gets each connection when its first packet is counted.
    `first_bytes` is asked for the library that the first payload of a direction speaks of.
    """

    def __init__(
        self,
        wanted: frozenset[bytes] | None = None,
        macs: frozenset[bytes] = frozenset(),
        *,
        active: int = _ACTIVE,
        totals: FlowTotals | None = None,
        names: NameTable | None = None,
        opened: list[Connection] | None = None,
        first_bytes: FirstBytes | None = None,
    ) -> None:
        self._wanted = wanted
        self._macs = macs
        self._active = active
        self._opened = opened
        self._tcp: dict[bytes, Half] = {}
        self._udp: dict[bytes, Half] = {}
        self._other: dict[bytes, Half] = {}
        self._first_bytes = first_bytes
        self._counter = PacketCounter(
            self._tcp,
            self._udp,
            wanted,
            macs,
            self._slow,
            self._look,
            self._begin,
            self._begin_anew,
        )
        self._reading: dict[Half, None] = {}
        self._fragments: dict[tuple[bytes, bytes, bytes, int], Half] = {}
        self._servers: set[tuple[bytes, int]] = set()
        self.totals = totals if totals is not None else FlowTotals()
        self.names = names if names is not None else NameTable()
        self.packets = 0
        self.kept = 0
        self.not_ip = 0
        self.first: float | None = None
        self.last: float | None = None

    def feed(self, packets: Iterable[Packet]) -> None:
        """Count all packets."""
        counter = self._counter
        counter.restart()
        for at, linktype, data, start, end, wire in packets:
            counter.count(at, linktype, data, start, end, wire)
        self._took(counter)

    def feed_capture(self, stream: ByteStream, report: Report) -> None:
        """The same of a whole capture; `report` gets what cannot be read. Raises SourceError when
        it is none."""
        counter = self._counter
        counter.restart()
        try:
            capture.count(stream, report, counter, find_records)
        finally:
            self._took(counter)

    def _took(self, counter: PacketCounter) -> None:
        self.packets += counter.packets
        self.kept += counter.kept
        if counter.packets:
            self._note_time(counter.oldest, counter.newest)

    def _note_time(self, oldest: float, newest: float) -> None:
        self.first = oldest if self.first is None else min(self.first, oldest)
        self.last = newest if self.last is None else max(self.last, newest)

    def finish(self) -> None:
        """Add every open connection to the totals."""
        for open_connection in self._connections():
            self.totals.add(open_connection)
        for table in (self._tcp, self._udp, self._other):
            table.clear()
        self._fragments.clear()

    def _before_closing(self, opened: Connection | None) -> None:
        """One connection, or several (None), will be added to the totals: what was counted for
        them elsewhere must be in their halves now."""

    def _settle(self, opened: Connection) -> None:
        """What was counted for this connection elsewhere must be in its halves now."""

    def _slow(self, at: float, linktype: int, data: bytes, start: int, end: int, wire: int) -> bool:
        """One packet by the general way; False when it is not IP or nobody wanted it."""
        place = network_offset(linktype, data, start, end)
        header = None
        if place is not None:
            header = read_header(data, place, end, wire - (place - start))
        if place is None or header is None:
            self.not_ip += 1
            return False
        mac = source_mac(linktype, data, start)
        to_mac = data[start : start + 6] if linktype == ETHERNET else None
        if not self._is_wanted(header, mac, to_mac):
            return False
        half = self._half(header, data, end, at, mac)
        inside = min(end, place + header.wire) if header.begins else header.transport
        self._count_one(half, header.wire, at, data, header.transport, inside)
        return True

    def _count_one(
        self, half: Half, size: int, at: float, data: Memory, transport: int, end: int
    ) -> None:
        """One more packet of this direction, `size` bytes of IP; `data[transport:end]` is what it
        carries, empty when that is not its beginning."""
        if at - half.last > IDLE and half.connection.protocol != con.TCP:
            self._begin_anew(half, at)
        half.packets += 1
        half.bytes += size
        if at > half.last:
            half.last = at
        if half.hook:
            self._look(half, data, transport, end, at)

    def _is_wanted(self, header: Header, mac: bytes | None, to_mac: bytes | None) -> bool:
        wanted = self._wanted
        if wanted is None or header.source in wanted or header.destination in wanted:
            return True
        return mac in self._macs or to_mac in self._macs

    def _half(self, header: Header, data: Memory, end: int, at: float, mac: bytes | None) -> Half:
        """The direction of the connection to which the packet belongs; opened when new."""
        source, destination, protocol, transport = header[:4]
        key_of_fragment = None
        if header.fragment is not None:
            key_of_fragment = (source, destination, header.fragment, protocol)
            known = self._fragments.get(key_of_fragment)
            if known is not None and not header.begins:
                return known
        if protocol in (con.TCP, con.UDP) and header.begins and end - transport >= _PORTS:
            table = self._tcp if protocol == con.TCP else self._udp
            key = source + destination + data[transport : transport + _PORTS]
        else:
            table, key = self._other, source + destination + bytes((protocol,))
        detail = _detail(protocol, data, transport, end) if header.begins else 0
        half = table.get(key)
        if half is None or (protocol == con.TCP and detail == con.SYN):
            sequence = data[transport + 4 : transport + 8]
            ends = Ends(table, key, protocol, len(source))
            half = self._begun(ends, half, detail, sequence, at, mac)
        if protocol in con.UNREACHABLE and header.begins:
            self._note_refusal(protocol, data, transport, end)
        if key_of_fragment is not None and header.begins:
            self._remember_fragment(key_of_fragment, half)
        return half

    def _begin(
        self,
        key: bytes,
        protocol: int,
        at: float,
        linktype: int,
        data: Memory,
        start: int,
        transport: int,
        end: int,
    ) -> Half:
        """The direction of a plain packet, opened when it is new or a bare SYN says so."""
        table, flags = self._udp, 0
        if protocol == con.TCP:
            table = self._tcp
            if end - transport >= 14:
                flags = data[transport + 13]
        half = table.get(key)
        if half is None or flags == con.SYN:
            ends = Ends(table, key, protocol, (len(key) - _PORTS) // 2)
            sequence = data[transport + 4 : transport + 8]
            mac = source_mac(linktype, data, start)
            half = self._begun(ends, half, flags, sequence, at, mac)
        return half

    def _begun(
        self,
        ends: Ends,
        half: Half | None,
        detail: int,
        sequence: bytes,
        at: float,
        mac: bytes | None,
    ) -> Half:
        """The direction of a packet that is its first one, or a bare SYN of the known `half`."""
        table, key, protocol, _ = ends
        reverse = ends.reverse()
        if half is not None:
            opened = half.connection
            if opened.initial in (None, sequence):
                return half  # the SYN is only repeated
            self._before_closing(opened)
            self.totals.add(opened)
            del table[key]
            table.pop(reverse, None)
        opposite = table.get(reverse)
        if opposite is not None:
            half = self._answer(opposite, protocol, detail)
        else:
            half = self._open(ends, detail, at, mac)
            if detail == con.SYN and protocol == con.TCP:
                half.connection.initial = sequence
        table[key] = half
        return half

    def _begin_anew(self, half: Half, at: float) -> None:
        """Close the connection and begin it again, unless the other direction was in use.

        It is still the same association of two sockets: a late answer or a server's keep-alive
        does not make the server the initiator, and the name and library found before are kept.
        """
        opened = half.connection
        self._settle(opened)
        if at - opened.last <= IDLE:
            return
        self.totals.add(opened)
        opened.begin_anew(at)
        if opened.name_source in (None, "dns"):
            self._name(opened, 0)

    def _answer(self, opposite: Half, protocol: int, detail: int) -> Half:
        """The other direction of a known connection."""
        opened = opposite.connection
        if opened.out is opposite:
            opened.back = half = Half(opened, _hook(opened, outward=False))
            opened.refused = protocol == con.TCP and bool(detail & con.RST)
        else:
            opened.out = half = Half(opened, _hook(opened, outward=True))
        half.last = opposite.last  # a pause is one of the connection
        return half

    def _open(self, ends: Ends, detail: int, at: float, mac: bytes | None) -> Half:
        """A connection whose first packet this is."""
        if len(self._tcp) + len(self._udp) + len(self._other) >= self._active:
            self._make_room(at)
        _, key, protocol, width = ends
        source, destination, ports = key[:width], key[width : 2 * width], key[2 * width :]
        source_port = port = None
        if len(ports) == _PORTS:
            source_port, port = ports[0] << 8 | ports[1], ports[2] << 8 | ports[3]
        by_sender, origin = self._start(source, destination, protocol, source_port, port, detail)
        if by_sender:
            opened = Connection(source, destination, protocol, source_port, port, origin, at)
            opened.mac = mac
        else:
            opened = Connection(destination, source, protocol, port, source_port, origin, at)
        if origin is Origin.SYN and opened.port is not None and len(self._servers) < _SERVERS:
            self._servers.add((opened.peer, opened.port))
        self._name(opened, detail)
        if self._opened is not None:
            self._opened.append(opened)
        half = Half(opened, _hook(opened, outward=by_sender))
        if by_sender:
            opened.out = half
        else:
            opened.back = half
            opened.refused = protocol == con.TCP and bool(detail & con.RST)
        half.last = at
        return half

    def _start(
        self,
        source: bytes,
        destination: bytes,
        protocol: int,
        source_port: int | None,
        port: int | None,
        detail: int,
    ) -> tuple[bool, Origin]:
        """Whether the sender began, and how that is known."""
        if protocol in con.UNREACHABLE:
            return con.icmp_start(protocol, detail)
        if source_port is None or port is None:
            return True, Origin.FIRST
        if protocol == con.UDP:
            return con.udp_start(source_port, port)
        if not detail & con.SYN:
            if (destination, port) in self._servers:
                return True, Origin.SYN
            if (source, source_port) in self._servers:
                return False, Origin.SYN
        return con.tcp_start(detail, source_port, port)

    def _name(self, opened: Connection, detail: int) -> None:
        """The name by DNS so far, or that of the same connection before it was set aside."""
        pair = (opened.source, opened.peer, opened.protocol, opened.port)
        if opened.protocol == con.TCP and not detail & con.SYN:
            earlier = self.totals.name_of(pair)
            if earlier is not None:
                opened.name, opened.name_source = earlier
                opened.continued = True
                return
        name = self.names.name_of(opened.source, address_text(opened.peer))
        if name is not None:
            opened.name, opened.name_source = name, "dns"

    def _look(self, half: Half, data: Memory, transport: int, end: int, at: float) -> None:
        """Look into one payload: its first bytes, a DNS message, the start of a stream."""
        opened = half.connection
        sequence = 0
        if opened.protocol == con.TCP:
            if end - transport < 20:
                return
            begin = transport + (data[transport + 12] >> 4) * 4
            if begin >= end:
                return
            payload = data[begin:end]
            sequence = int.from_bytes(data[transport + 4 : transport + 8], "big")
            sequence += data[transport + 13] & con.SYN > 0
        else:
            payload = data[transport + 8 : end]
            if not payload:
                return
        if half.hook & con.HOOK_FIRST:
            half.hook &= ~con.HOOK_FIRST
            self._look_first(half, payload)
        if half.hook & con.HOOK_DNS and opened.protocol == con.UDP:
            message = read_message(payload)
            if message is not None and opened.source:
                self.names.learn(opened.source, message, at)
        elif half.hook:
            self._look_on(half, payload, sequence, at)

    def _look_first(self, half: Half, payload: bytes) -> None:
        """The first payload of a direction: which library it speaks of, whether it opens QUIC."""
        opened = half.connection
        if self._first_bytes is not None and opened.library is None:
            transport = "tcp" if opened.protocol == con.TCP else "udp"
            size = len(payload) if opened.protocol == con.UDP else None
            opened.library = self._first_bytes(transport, opened.port, payload[:16], size)
        if half.hook & con.HOOK_QUIC and not is_initial(payload):
            half.hook = con.HOOK_NONE

    def _look_on(self, half: Half, payload: bytes, sequence: int, at: float) -> None:
        """The next payload of a stream whose start is being read."""
        if half.start is None:
            half.start = self._stream_start(half)
        if half.start.look_at(payload, sequence, at):
            self._reading[half] = None
            if len(self._reading) > _READING:
                half = next(iter(self._reading))
            else:
                return
        half.hook, half.start = con.HOOK_NONE, None
        self._reading.pop(half, None)

    def _stream_start(self, half: Half) -> StreamStart:
        opened = half.connection
        if half.hook & con.HOOK_QUIC:
            return QuicName(opened)
        begin = None
        if opened.initial is not None and half is opened.out:
            begin = (int.from_bytes(opened.initial, "big") + 1) & 0xFFFFFFFF
        if half.hook & con.HOOK_DNS:
            return DnsStream(self.names, opened.source, begin)
        return StreamName(opened, begin)

    def _note_refusal(self, protocol: int, data: Memory, transport: int, end: int) -> None:
        """An ICMP "unreachable" quotes the packet it is about: that connection was refused."""
        if end - transport < 8 or data[transport] != con.UNREACHABLE[protocol]:
            return
        inside = data[transport + 8 : end]
        quoted = read_header(inside, 0, len(inside), len(inside))
        if quoted is None or len(inside) - quoted.transport < 4:
            return
        table = self._tcp if quoted.protocol == con.TCP else self._udp
        ports = inside[quoted.transport : quoted.transport + 4]
        half = table.get(quoted.source + quoted.destination + ports)
        if half is None:
            return
        back = half.connection.back
        if back is not None and not back.packets:
            self._settle(half.connection)
        if back is None or not back.packets:
            half.connection.refused = True

    def _remember_fragment(self, key: tuple[bytes, bytes, bytes, int], half: Half) -> None:
        if len(self._fragments) >= _FRAGMENTS:
            del self._fragments[next(iter(self._fragments))]
        self._fragments[key] = half

    def _connections(self) -> Iterator[Connection]:
        """Every open connection once."""
        for table in (self._tcp, self._udp, self._other):
            for half in table.values():
                opened = half.connection
                if half is opened.out or opened.out is None:
                    yield opened

    def _make_room(self, now: float) -> None:
        """Add idle connections to the totals, then the longest unused, until half is free."""
        self._before_closing(None)
        ages = {opened: opened.last for opened in self._connections()}
        middle = sorted(ages.values())[len(ages) // 2] if ages else now
        before = max(middle, now - IDLE)
        stale = dict.fromkeys(opened for opened, last in ages.items() if last <= before)
        for opened in stale:
            self.totals.add(opened)
        for table in (self._tcp, self._udp, self._other):
            for key in [key for key, half in table.items() if half.connection in stale]:
                del table[key]
        self._fragments.clear()


def _hook(opened: Connection, *, outward: bool) -> int:
    """What is looked for in one direction."""
    if opened.protocol == con.UDP:
        if opened.port == 53:
            return con.HOOK_FIRST | con.HOOK_DNS
        return con.HOOK_FIRST | (con.HOOK_QUIC if outward else con.HOOK_NONE)
    if opened.protocol == con.TCP:
        if opened.port == 53:
            return con.HOOK_FIRST | con.HOOK_DNS
        return con.HOOK_FIRST | (con.HOOK_STREAM if outward else con.HOOK_NONE)
    return con.HOOK_NONE


def _detail(protocol: int, data: Memory, transport: int, end: int) -> int:
    """TCP flags or ICMP type, 0 when cut off."""
    if protocol == con.TCP and end - transport >= 14:
        return data[transport + 13]
    if protocol in con.UNREACHABLE and end > transport:
        return data[transport]
    return 0
