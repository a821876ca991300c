"""What the kernel's filter lets through, played by a small machine and by the kernel itself."""

import importlib.util
import random
import socket
import struct
from ipaddress import ip_network
from pathlib import Path

import pytest

from camscan.net.bpf import attach
from camscan.net.crossing_filter import MOST_LINES, MOST_MACS, SNAP, crossing_filter

_spec = importlib.util.spec_from_file_location(
    "camscan_test_wire", Path(__file__).parent.parent / "sources" / "wire.py"
)
wire = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(wire)

INSIDE = [ip_network(n) for n in ("10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "fe80::/10")]
CAMERA, RECORDER, PC, SERVER = "10.66.1.10", "10.66.1.2", "10.66.1.99", "36.110.220.15"
CAMERA6, SERVER6 = "2001:db8:1:2::10", "2400:da00::1"
MAC = bytes.fromhex("c42f90000001")


def run(program, frame):
    """How much of a frame a program keeps: a classic BPF machine (linux/filter.h)."""
    a = x = 0
    memory = [0] * 16
    at = 0
    while True:
        code, true, false, k = program[at]
        at += 1
        if code == 0x06:
            return k
        if code == 0x05:
            at += k
        elif code in (0x20, 0x28, 0x30, 0x40, 0x48, 0x50):
            place = k + (x if code >= 0x40 else 0)
            size = {0x00: 4, 0x08: 2, 0x10: 1}[code & 0x18]
            if place + size > len(frame):
                return 0
            a = int.from_bytes(frame[place : place + size], "big")
        elif code == 0x01:
            x = k
        elif code == 0x61:
            x = memory[k]
        elif code == 0x03:
            memory[k] = x
        elif code == 0x07:
            x = a
        elif code == 0x54:
            a &= k
        elif code == 0x64:
            a = a << k & 0xFFFFFFFF
        elif code == 0x0C:
            a = a + x & 0xFFFFFFFF
        elif code in (0x15, 0x35, 0x45):
            hit = {0x15: a == k, 0x35: a >= k, 0x45: bool(a & k)}[code]
            at += true if hit else false
        else:
            raise AssertionError(f"code {code:#x}")


def made(addresses=(CAMERA,), macs=()):
    packed = None if addresses is None else [wire.packed(one) for one in addresses]
    return crossing_filter(packed, macs, INSIDE)


def frame(sender, receiver, protocol=17, body=None, **kind):
    body = wire.udp(5004, 9000, b"v" * 40) if body is None else body
    return wire.ethernet(wire.ip(sender, receiver, protocol, body), **kind)


def passes(found, *words, **kind):
    return run(found.program, frame(*words, **kind)) == SNAP


def test_calls_of_watched_devices_pass_both_ways_and_others_do_not():
    found = made()
    assert found.exact
    assert passes(found, CAMERA, SERVER)
    assert passes(found, SERVER, CAMERA)
    assert not passes(found, PC, SERVER)
    assert not passes(found, SERVER, PC)


def test_video_inside_costs_nothing_and_connections_inside_are_seen():
    found = made()
    assert not passes(found, CAMERA, RECORDER)
    assert not passes(found, CAMERA, RECORDER, 6, wire.tcp(554, 40000, wire.ACK, b"v" * 100))
    for flags in (wire.SYN, wire.SYN | wire.ACK, wire.RST, wire.FIN | wire.ACK):
        assert passes(found, CAMERA, RECORDER, 6, wire.tcp(40000, 80, flags))
        assert not passes(found, PC, RECORDER, 6, wire.tcp(40000, 80, flags))
    assert passes(found, RECORDER, CAMERA, 1, wire.icmp(3, 13))
    assert not passes(found, RECORDER, CAMERA, 1, wire.icmp(8))


def test_names_and_clocks_inside_are_seen():
    found = made()
    assert passes(found, CAMERA, RECORDER, 17, wire.udp(40000, 53, b"q"))
    assert passes(found, RECORDER, CAMERA, 17, wire.udp(53, 40000, b"a"))
    assert passes(found, CAMERA, RECORDER, 17, wire.udp(123, 123, b"t"))
    assert not passes(found, PC, RECORDER, 17, wire.udp(40000, 53, b"q"))
    long_head = bytearray(wire.ip(CAMERA, RECORDER, 17, bytes(4) + wire.udp(40000, 53, b"q")))
    long_head[0] = 0x46  # one word of options
    assert run(found.program, wire.ethernet(bytes(long_head))) == SNAP


def test_by_mac_when_the_address_is_not_known():
    found = made(addresses=("10.66.1.77",), macs=(MAC,))
    assert passes(found, CAMERA, SERVER, source=MAC)
    assert passes(found, SERVER, CAMERA, destination=MAC, source=wire.MAC_B)
    assert not passes(found, CAMERA, SERVER, source=wire.MAC_B)
    assert not passes(found, CAMERA, RECORDER, source=MAC)


def test_ipv6():
    found = made(addresses=(CAMERA6,))
    assert not found.exact  # a /64 is matched, and who reads looks again
    assert passes(found, CAMERA6, SERVER6)
    assert passes(found, SERVER6, CAMERA6)
    assert not passes(found, "2001:db8:9::1", SERVER6)
    assert not passes(found, "fe80::1", "fe80::2")
    local = made(addresses=("fd00::10",))
    assert passes(local, "fd00::10", SERVER6)
    assert not passes(local, "fd00::10", "fd00::2")
    assert passes(local, "fd00::10", "fd00::2", 6, wire.tcp(40000, 80, wire.SYN))
    assert passes(local, "fd00::2", "fd00::10", 58, wire.icmp(1))
    assert not passes(local, "fd00::2", "fd00::10", 58, wire.icmp(135))


def test_a_second_vlan_tag_is_passed_over():
    found = made()
    for tags in ([(0x8100, 5)], [(0x88A8, 5)]):
        assert passes(found, CAMERA, SERVER, tags=tags)
        assert not passes(found, CAMERA, RECORDER, tags=tags)
        assert passes(found, CAMERA, RECORDER, 17, wire.udp(40000, 53, b"q"), tags=tags)


def test_everybody():
    found = made(addresses=None)
    assert found.exact
    assert passes(found, PC, SERVER)
    assert not passes(found, PC, RECORDER)


def test_other_frames_and_short_ones_are_dropped():
    found = made()
    assert run(found.program, wire.arp(CAMERA, MAC)) == 0
    whole = frame(CAMERA, SERVER)
    for length in range(34):
        assert run(found.program, whole[:length]) == 0


@pytest.mark.parametrize("macs", [0, MOST_MACS, 4 * MOST_MACS])
def test_a_large_inventory_is_matched_by_networks_and_nobody_is_missed(macs):
    chance = random.Random(macs)
    four = [f"10.{chance.randrange(64)}.{chance.randrange(256)}.{n % 256}" for n in range(6000)]
    six = [chance.randbytes(16) for _ in range(2000)]
    known = [b"\xc4\x2f\x90" + chance.randbytes(3) for _ in range(macs)]
    found = crossing_filter([*map(wire.packed, four), *six], known, INSIDE)
    assert not found.exact
    assert len(found.program) <= MOST_LINES
    for address in chance.sample(four, 100):
        assert passes(found, address, SERVER)
    for packed in chance.sample(six, 30):
        text = socket.inet_ntop(socket.AF_INET6, packed)
        assert passes(found, text, SERVER6)
    for mac in chance.sample(known, min(30, macs)):
        assert passes(found, "192.168.200.1", SERVER, source=mac)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        attach(sock, found.program)  # the kernel checks every jump


def test_too_many_inside_networks_are_refused():
    many = [ip_network(f"10.{n // 256}.{n % 256}.0/24") for n in range(2000)]
    with pytest.raises(ValueError, match="inside networks"):
        crossing_filter(None, (), many)


def test_a_fragment_that_goes_out_passes():
    packet = wire.ip(CAMERA, SERVER, 17, b"x" * 40, fragment=0x00B9)
    assert run(made().program, wire.ethernet(packet)) == SNAP
    within = wire.ip(CAMERA, RECORDER, 17, struct.pack(">HHHH", 1, 53, 8, 0), fragment=0x00B9)
    assert run(made().program, wire.ethernet(within)) == 0
