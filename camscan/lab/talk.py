"""Payloads for the capture: DNS messages, NTP packets, TLS records, RTSP over TCP, HTTP.

DNS by RFC 1035, NTP by RFC 5905, TLS 1.2 and 1.3 hellos by RFC 5246, 8446 and 6066 (SNI).
"""

from __future__ import annotations

import ipaddress
import random
import struct

_CIPHERS = (0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0x009C, 0x009D, 0x002F, 0x0035)


def _name(host: str) -> bytes:
    labels = host.split(".")
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def dns_question(number: int, host: str) -> bytes:
    """A query for the A record of `host`."""
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + _name(host) + b"\0\x01\0\x01"


def dns_answer(number: int, host: str, addresses: tuple[str, ...], ttl: int = 300) -> bytes:
    """The answer with an A record per address; without any, NXDOMAIN."""
    flags = 0x8180 if addresses else 0x8183
    head = struct.pack("!HHHHHH", number, flags, 1, len(addresses), 0, 0)
    records = b"".join(
        b"\xc0\x0c\0\x01\0\x01" + struct.pack("!IH", ttl, 4) + ipaddress.IPv4Address(a).packed
        for a in addresses
    )
    return head + _name(host) + b"\0\x01\0\x01" + records


def _ntp_time(at: float) -> bytes:
    return struct.pack("!II", int(at) + 2_208_988_800, int(at % 1 * (1 << 32)))


def ntp_request(at: float) -> bytes:
    """Client packet, version 4."""
    return b"\x23" + b"\0" * 39 + _ntp_time(at)


def ntp_reply(at: float) -> bytes:
    """Server packet, stratum 2."""
    head = b"\x24\x02\x06\xec" + b"\0\0\x01\x10\0\0\x02\x20" + b"\x0a\x42\0\x05"
    return head + _ntp_time(at - 37) + _ntp_time(at) + _ntp_time(at) + _ntp_time(at)


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack("!HH", kind, len(data)) + data


def client_hello(rng: random.Random, host: str | None) -> bytes:
    """A ClientHello record; `host` None: no server name, as some cameras send it."""
    extensions = b""
    if host is not None:
        name = struct.pack("!BH", 0, len(host)) + host.encode()
        extensions += _extension(0, struct.pack("!H", len(name)) + name)
    extensions += _extension(10, b"\0\x06\0\x1d\0\x17\0\x18")
    extensions += _extension(11, b"\x01\0")
    extensions += _extension(13, b"\0\x08\x04\x03\x08\x04\x04\x01\x02\x01")
    extensions += _extension(43, b"\x04\x03\x04\x03\x03")
    extensions += _extension(51, b"\0\x24\0\x1d\0\x20" + rng.randbytes(32))
    ciphers = struct.pack(f"!{len(_CIPHERS)}H", *_CIPHERS)
    body = (
        b"\x03\x03" + rng.randbytes(32) + b"\x20" + rng.randbytes(32)
        + struct.pack("!H", len(ciphers)) + ciphers + b"\x01\0"
        + struct.pack("!H", len(extensions)) + extensions
    )  # fmt: skip
    return (
        b"\x16\x03\x01" + struct.pack("!HB", len(body) + 4, 1) + len(body).to_bytes(3, "big") + body
    )


def server_hello(rng: random.Random) -> bytes:
    """ServerHello (TLS 1.3), change-cipher-spec and an encrypted flight."""
    extensions = _extension(51, b"\0\x1d\0\x20" + rng.randbytes(32)) + _extension(43, b"\x03\x04")
    body = (
        b"\x03\x03" + rng.randbytes(32) + b"\x20" + rng.randbytes(32)
        + b"\x13\x01\0" + struct.pack("!H", len(extensions)) + extensions
    )  # fmt: skip
    hello = b"\x16\x03\x03" + struct.pack("!HB", len(body) + 4, 2) + len(body).to_bytes(3, "big")
    return hello + body + b"\x14\x03\x03\0\x01\x01" + records(rng, 2_400)


def records(rng: random.Random, size: int) -> bytes:
    """Application-data records that carry `size` octets of noise."""
    out = b""
    while size > 0:
        part = min(size, 4_096)
        out += b"\x17\x03\x03" + struct.pack("!H", part) + rng.randbytes(part)
        size -= part
    return out


def tls(rng: random.Random, host: str | None, sent: int, received: int) -> list[tuple[bool, bytes]]:
    """A TLS conversation that carries `sent` octets out and `received` in."""
    return [
        (True, client_hello(rng, host)),
        (False, server_hello(rng)),
        (True, b"\x14\x03\x03\0\x01\x01" + records(rng, 64)),
        (True, records(rng, sent)),
        (False, records(rng, received)),
    ]


def rtsp_pull(rng: random.Random, address: str, size: int) -> list[tuple[bool, bytes]]:
    """A recorder plays a stream over RTSP with interleaved media (RFC 2326 section 10.12)."""
    url = f"rtsp://{address}:554/Streaming/Channels/101"
    media = b"".join(
        b"$\0" + struct.pack("!H", 1_400) + rng.randbytes(1_400) for _ in range(size // 1_404)
    )
    return [
        (True, f"OPTIONS {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode()),
        (False, b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, PLAY, SETUP\r\n\r\n"),
        (
            True,
            f"PLAY {url} RTSP/1.0\r\nCSeq: 5\r\nSession: 1185\r\nRange: npt=0-\r\n\r\n".encode(),
        ),
        (False, b"RTSP/1.0 200 OK\r\nCSeq: 5\r\nSession: 1185\r\n\r\n" + media),
    ]
