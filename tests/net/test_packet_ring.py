"""The ring of the kernel, on loop-back of a namespace."""

import socket

import pytest

from camscan.errors import LocalFaultError
from camscan.net.bpf_assembler import assemble
from camscan.net.packet_ring import ETHERNET, PacketRing

pytestmark = pytest.mark.root
UDP = assemble([(0x28, 12), (0x15, 0x0800, "", "drop"), (0x30, 23), (0x15, 17, "accept", "drop")])


@pytest.fixture
def ring(wires):
    opened = wires.inside(wires.near, lambda: PacketRing("cam0", UDP))
    yield opened
    opened.close()


def send(wires, payload, count=1, to=("10.99.0.1", 9)):
    def work():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for _ in range(count):
                sock.sendto(payload, to)

    wires.inside(wires.far, work)


def test_frames_with_their_length_and_time(wires, ring):
    send(wires, b"hello")
    assert ring.wait(5)
    ((at, kind, data, start, end, wire),) = ring.frames()
    assert at > 1.7e9
    assert kind == ETHERNET
    assert end - start == wire == 14 + 20 + 8 + 5
    assert data[start:end].endswith(b"hello")
    assert ring.statistics() == (1, 0)
    assert ring.statistics() == (0, 0)
    assert not ring.wait(0)


def test_many_blocks(wires, ring):
    found = []
    for _ in range(20):
        send(wires, b"x" * 1400, 400)
        while ring.wait(0.3):
            found += [end - start for _, _, _, start, end, _ in ring.frames()]
    seen, lost = ring.statistics()
    assert (len(found), lost) == (8000, 0)
    assert seen == 8000
    assert set(found) == {1442}


def test_what_finds_no_room_is_counted(wires, ring):
    for _ in range(40):
        send(wires, b"x" * 1400, 500)
    seen, lost = ring.statistics()
    assert seen == 20_000
    assert lost > 0
    kept = 0
    while ring.wait(0.3):
        kept += len(list(ring.frames()))
    assert kept == 20_000 - lost


def test_an_interface_that_goes_down(wires, ring):
    import subprocess

    down = ["ip", "-n", wires.near, "link", "set", "cam0", "down"]
    subprocess.run(down, check=True)
    with pytest.raises(OSError, match="went down"):
        ring.wait(5)


def test_faults(wires):
    with pytest.raises(LocalFaultError, match="no interface of this name"):
        PacketRing("nowhere9", UDP)
    make = ["ip", "-n", wires.near, "tuntap", "add", "tun9", "mode", "tun"]
    import subprocess

    if subprocess.run(make, check=False, capture_output=True).returncode == 0:
        with pytest.raises(LocalFaultError, match="not Ethernet"):
            wires.inside(wires.near, lambda: PacketRing("tun9", UDP))
