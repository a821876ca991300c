"""Frames and capture files made by hand with struct; nothing of camscan is used here."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MAC_A = bytes.fromhex("c42f90000001")
MAC_B = bytes.fromhex("020000000002")


def packed(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_pton(family, address)


def tcp(source_port, port, flags=ACK, payload=b"", sequence=1):
    return (
        struct.pack(">HHIIBBHHH", source_port, port, sequence, 0, 0x50, flags, 8192, 0, 0) + payload
    )


def udp(source_port, port, payload=b""):
    return struct.pack(">HHHH", source_port, port, 8 + len(payload), 0) + payload


def icmp(kind, code=0, rest=b"\0\0\0\0"):
    return struct.pack(">BBH", kind, code, 0) + rest


def ip(source, destination, protocol, body, *, identification=1, fragment=0, total=None):
    """An IPv4 or IPv6 packet; `fragment` is the raw flags-and-offset field (IPv4)."""
    a, b = packed(source), packed(destination)
    if len(a) == 16:
        return struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + a + b + body
    length = 20 + len(body) if total is None else total
    head = struct.pack(">BBHHHBBH", 0x45, 0, length, identification, fragment, 64, protocol, 0)
    return head + a + b + body


def ethernet(packet, *, source=MAC_A, destination=MAC_B, tags=()):
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    stack = b"".join(struct.pack(">HH", tpid, vlan) for tpid, vlan in tags)
    return destination + source + stack + kind + packet


def pcap(frames: Iterable[tuple], *, order="<", nano=False, linktype=1, snap=262_144):
    """`frames` are (time, bytes) or (time, bytes, length on the wire)."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, linktype)]
    scale = 1_000_000_000 if nano else 1_000_000
    for at, frame, *rest in frames:
        wire = rest[0] if rest else len(frame)
        seconds = int(at)
        fraction = round((at - seconds) * scale)
        out.append(struct.pack(order + "IIII", seconds, fraction, len(frame), wire) + frame)
    return b"".join(out)


def block(kind, body, order="<"):
    body += b"\0" * (-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def section(order="<"):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(linktype=1, snap=0, order="<", options=b""):
    return block(1, struct.pack(order + "HHI", linktype, 0, snap) + options, order)


def enhanced(at, frame, *, number=0, order="<", ticks=1_000_000, wire=None):
    stamp = round(at * ticks)
    size = len(frame) if wire is None else wire
    head = struct.pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF, len(frame), size)
    return block(6, head + frame, order)


def simple(frame, order="<"):
    return block(3, struct.pack(order + "I", len(frame)) + frame, order)


def client_hello(name: str | None, *, padding=0) -> bytes:
    """A TLS record with a ClientHello."""
    extensions = b""
    if padding:
        extensions += struct.pack(">HH", 21, padding) + b"\0" * padding
    if name is not None:
        raw = name.encode()
        entry = struct.pack(">BH", 0, len(raw)) + raw
        extensions += struct.pack(">HHH", 0, len(entry) + 2, len(entry)) + entry
    hello = b"\x03\x03" + b"\1" * 32 + b"\0" + b"\0\2\x13\x01" + b"\1\0"
    hello += struct.pack(">H", len(extensions)) + extensions
    shake = b"\1" + len(hello).to_bytes(3, "big") + hello
    return b"\x16\x03\x01" + struct.pack(">H", len(shake)) + shake


def dns(name: str, *addresses: str, answer: bool | None = None, identification=7) -> bytes:
    """A question, or an answer with A and AAAA records."""
    is_answer = bool(addresses) if answer is None else answer
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split(".")) + b"\0"
    kind = 28 if addresses and ":" in addresses[0] else 1
    flags = 0x8180 if is_answer else 0x0100
    out = struct.pack(">HHHHHH", identification, flags, 1, len(addresses), 0, 0)
    out += labels + struct.pack(">HH", kind, 1)
    for address in addresses:
        raw = packed(address)
        kind = 28 if len(raw) == 16 else 1
        out += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(raw)) + raw
    return out


class Line:
    """A capture being written: each call adds frames at rising times."""

    def __init__(self, start: float = 1_764_000_000.0) -> None:
        self.at = start
        self.frames: list[tuple[float, bytes]] = []
        self._port = 40_000

    def next_port(self) -> int:
        self._port += 1
        return self._port

    def send(self, source, destination, protocol, body, *, mac=MAC_A, after=0.01):
        self.at += after
        self.frames.append((self.at, ethernet(ip(source, destination, protocol, body), source=mac)))

    def resolve(self, client, name, *addresses, server="10.66.0.53"):
        port = self.next_port()
        self.send(client, server, 17, udp(port, 53, dns(name, answer=False)))
        if addresses:
            self.send(server, client, 17, udp(53, port, dns(name, *addresses)), mac=MAC_B)

    def connect(self, client, server, port, *, name=None, out=0, back=0, answer=True):
        """A TCP connection: handshake, hello (when named), bytes out and back."""
        own = self.next_port()
        sequence = int(self.at * 100) & 0xFFFFFF
        self.send(client, server, 6, tcp(own, port, SYN, b"", sequence))
        if answer is None:
            return
        if answer is False:
            self.send(server, client, 6, tcp(port, own, RST | ACK), mac=MAC_B)
            return
        self.send(server, client, 6, tcp(port, own, SYN | ACK, b"", 1), mac=MAC_B)
        sequence += 1
        self.send(client, server, 6, tcp(own, port, ACK, b"", sequence))
        if name is not None:
            hello = client_hello(name)
            self.send(client, server, 6, tcp(own, port, ACK | PSH, hello, sequence))
            sequence += len(hello)
        while out > 0:
            self.send(client, server, 6, tcp(own, port, ACK, b"x" * min(out, 1400), sequence))
            sequence += 1400
            out -= 1400
        sequence = 2
        while back > 0:
            body = b"y" * min(back, 1400)
            self.send(server, client, 6, tcp(port, own, ACK, body, sequence), mac=MAC_B)
            sequence += 1400
            back -= 1400

    def exchange(self, client, server, port, *, size=48, answer=True, source_port=None):
        """One UDP question and answer."""
        own = source_port or self.next_port()
        self.send(client, server, 17, udp(own, port, b"q" * size))
        if answer:
            self.send(server, client, 17, udp(port, own, b"a" * size), mac=MAC_B)

    def file(self, path, **kind):
        path.write_bytes(pcap(self.frames, **kind))
        return str(path)


def handshake(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def record(data, kind=22):
    return bytes([kind, 3, 1]) + len(data).to_bytes(2, "big") + data


def certificates(*ders):
    listed = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    return handshake(11, len(listed).to_bytes(3, "big") + listed)


SERVER_HELLO = handshake(2, b"\x03\x01" + bytes(70))


def tls(*ders):
    """What a server of TLS 1.0 says first: hello, certificates, done."""
    return record(SERVER_HELLO) + record(certificates(*ders)) + record(handshake(14, b""))


def arp(address, mac, *, target="0.0.0.0", operation=2, source=None):
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation) + mac + packed(address)
    frame = b"\xff" * 6 + (source or mac) + b"\x08\x06" + body + bytes(6) + packed(target)
    return frame.ljust(60, b"\0")


def dhcp(options, *, mac, reply=False, given="0.0.0.0", own="0.0.0.0"):
    """BOOTP with a magic cookie and `options`, (code, value) pairs."""
    head = struct.pack(">BBBBIHH", 2 if reply else 1, 1, 6, 0, 7, 0, 0)
    head += packed(own) + packed(given) + bytes(8) + mac.ljust(16, b"\0") + bytes(192)
    coded = b"".join(bytes([code, len(value)]) + value for code, value in options)
    return head + b"\x63\x82\x53\x63" + coded + b"\xff"


def lldp(*tlvs):
    coded = b"".join(struct.pack(">H", kind << 9 | len(value)) + value for kind, value in tlvs)
    return coded + b"\0\0"
