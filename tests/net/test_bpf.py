"""The filters, run by the kernel on frames that are sent through a socket pair: no root needed."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from camscan.net.bpf import (
    arp_replies,
    attach,
    neighbour_advertisements,
    syn_answers4,
    syn_answers6,
)
from camscan.protocols.arp import build_request
from camscan.protocols.ndp import build_solicitation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="socket filters are Linux's")


def passes(program, frame):
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with here, there:
        there.setblocking(False)
        attach(there, program)
        here.send(frame.ljust(128, b"\0"))
        try:
            return there.recv(256) != b""
        except BlockingIOError:
            return False


def four(protocol, body, *, options=0, fragment=0):
    head = bytes((0x45 + options, 0, 0, 0, 0, 0)) + fragment.to_bytes(2, "big")
    head += bytes((64, protocol)) + bytes(10) + bytes(4 * options)
    return bytes(12) + b"\x08\x00" + head + body


def six(protocol, body):
    return bytes(12) + b"\x86\xdd" + bytes(6) + bytes((protocol, 64)) + bytes(32) + body


def tcp(port, flags):
    return struct.pack(">HHIIBB", 80, port, 0, 0, 0x50, flags) + bytes(6)


@pytest.mark.parametrize(
    ("port", "flags", "expected"),
    [
        (40000, 0x12, True),
        (40007, 0x14, True),
        (40003, 0x04, True),
        (40000, 0x02, False),
        (40000, 0x10, False),
        (39999, 0x12, False),
        (40008, 0x12, False),
    ],
)
def test_tcp(port, flags, expected):
    assert passes(syn_answers4(40000, 40007), four(6, tcp(port, flags))) is expected
    assert passes(syn_answers4(40000, 40007), four(6, tcp(port, flags), options=3)) is expected
    assert passes(syn_answers6(40000, 40007), six(6, tcp(port, flags))) is expected


def test_fragments_and_other_protocols():
    assert not passes(syn_answers4(40000, 40007), four(6, tcp(40000, 0x12), fragment=5))
    assert not passes(syn_answers4(40000, 40007), four(17, tcp(40000, 0x12)))
    assert not passes(syn_answers6(40000, 40007), six(17, tcp(40000, 0x12)))


@pytest.mark.parametrize(("port", "expected"), [(40001, True), (40009, False)])
def test_icmp_errors(port, expected):
    quoted = struct.pack(">HHI", port, 80, 1)
    inner = bytes((0x46, 0)) + bytes(7) + bytes((6,)) + bytes(10) + bytes(4) + quoted
    assert passes(syn_answers4(40000, 40007), four(1, bytes((3, 1)) + bytes(6) + inner)) is expected
    assert not passes(syn_answers4(40000, 40007), four(1, bytes((0, 0)) + bytes(6) + inner))
    inner = bytes(6) + bytes((6, 64)) + bytes(32) + quoted
    frame = six(58, bytes((1, 0)) + bytes(6) + inner)
    assert passes(syn_answers6(40000, 40007), frame) is expected


def extension(kind, following, octets=8, *, offset=0):
    """One extension header of so many octets in front of protocol `following`."""
    if kind == 44:
        return bytes((following, 0)) + (offset << 3).to_bytes(2, "big") + bytes(4)
    return bytes((following, octets // 8 - 1, 1, octets - 4)) + bytes(octets - 4)


@pytest.mark.parametrize("kind", [0, 43, 44, 60])
def test_answers_behind_an_extension_header(kind):
    only = syn_answers6(40000, 40007)
    assert passes(only, six(kind, extension(kind, 6) + tcp(40000, 0x12)))
    assert not passes(only, six(kind, extension(kind, 6) + tcp(40000, 0x02)))
    assert not passes(only, six(kind, extension(kind, 6) + tcp(39999, 0x12)))
    assert not passes(only, six(kind, extension(kind, 17) + tcp(40000, 0x12)))
    quoted = bytes(6) + bytes((6, 64)) + bytes(32) + struct.pack(">HHI", 40000, 80, 1)
    error = bytes((1, 0)) + bytes(6) + quoted
    assert passes(only, six(kind, extension(kind, 58) + error))
    assert not passes(only, six(kind, extension(kind, 58) + error[:8] + bytes(48)))


def test_extension_headers_are_bounded():
    only = syn_answers6(40000, 40007)
    said = tcp(40000, 0x12)
    assert passes(only, six(0, extension(0, 60) + extension(60, 43, 24) + extension(43, 6) + said))
    four_of_them = extension(0, 60) + extension(60, 60) + extension(60, 44) + extension(44, 6)
    assert passes(only, six(0, four_of_them + said))
    assert not passes(only, six(60, extension(60, 0) + four_of_them + said)), "one too many"
    assert passes(only, six(0, extension(0, 6, 80) + said))
    assert not passes(only, six(0, extension(0, 6, 88) + said)), "too long"
    assert not passes(only, six(44, extension(44, 6, offset=1) + said)), "a later fragment"
    assert not passes(only, six(51, extension(51, 6) + said)), "authentication"
    assert not passes(only, six(0, bytes(128))), "headers without an end"


def test_address_resolution():
    request = build_request(b"\2" * 6, "10.0.0.1", "10.0.0.2")
    reply = request[:20] + b"\0\2" + request[22:]
    assert passes(arp_replies(), reply)
    assert not passes(arp_replies(), request)
    asked = build_solicitation(b"\2" * 6, "fe80::1", "fe80::2")
    said = asked[:54] + bytes((136,)) + asked[55:]
    assert passes(neighbour_advertisements(), said)
    assert not passes(neighbour_advertisements(), asked)
