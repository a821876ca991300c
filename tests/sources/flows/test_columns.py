import io

import numpy as np
import pytest

from camscan.sources import capture
from camscan.sources.flows.columns import Wanted, plain_packets
from camscan.sources.stream import ByteStream

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def batch_of(wire, frames, linktype=1):
    data = wire.pcap([(1.0 + n, frame) for n, frame in enumerate(frames)], linktype=linktype)
    (batch,) = capture.batches(ByteStream(io.BytesIO(data), "x"), pytest.fail)
    return batch


def segment(wire, flags=0x10, payload=b"", source=40_000, port=443):
    return wire.tcp(source, port, flags, payload)


def test_addresses_ports_lengths_and_flags(wire):
    frames = [
        wire.ethernet(wire.ip(CAMERA, SERVER, 6, segment(wire, wire.SYN))) + bytes(6),
        wire.ethernet(wire.ip(SERVER, CAMERA, 6, segment(wire, payload=b"x" * 50))),
        wire.ethernet(wire.ip(CAMERA, SERVER, 17, wire.udp(1, 2, b"")), tags=((0x8100, 9),)),
    ]
    (four,) = plain_packets(batch_of(wire, frames))
    assert (four.version, four.rows.tolist(), four.size.tolist()) == (4, [0, 1, 2], [40, 90, 28])
    assert four.syn.tolist() == [True, False, False]
    assert four.silent.tolist() == [True, False, False]
    pair = wire.packed(CAMERA) + wire.packed(SERVER)
    assert four.words[0][:1].tobytes() == pair
    assert (four.words[1] >> np.uint64(32)).tolist() == [6, 6, 17]


def test_both_versions_on_all_link_types(wire):
    four = wire.ip(CAMERA, SERVER, 17, wire.udp(1, 2, b"x"))
    six = wire.ip("fd00::1", "fd00::2", 17, wire.udp(1, 2, b"x"))
    mac = b"\0\6" + wire.MAC_A + b"\0\0"
    heads = {
        1: (wire.MAC_B + wire.MAC_A, b""),
        101: None,
        113: (b"\0\0\0\1" + mac, b""),
        276: (b"", b"\0\0\0\0\0\1\0\1\0\6" + wire.MAC_A + b"\0\0"),
    }
    for linktype, head in heads.items():
        frames = [four, six, four]
        if head is not None:
            kinds = (b"\x08\x00", b"\x86\xdd", b"\x08\x00")
            frames = [head[0] + k + head[1] + f for k, f in zip(kinds, frames, strict=True)]
        found = plain_packets(batch_of(wire, frames, linktype))
        assert [(c.version, c.rows.tolist()) for c in found] == [(4, [0, 2]), (6, [1])]
        assert found[1].words[0].tobytes() == wire.packed("fd00::1")[:8]


def test_all_else_is_left_to_others(wire):
    plain = wire.ip(CAMERA, SERVER, 17, wire.udp(1, 2, b"x"))
    frames = [
        wire.ethernet(wire.ip(CAMERA, SERVER, 1, wire.icmp(8))),
        wire.ethernet(wire.ip(CAMERA, SERVER, 17, wire.udp(1, 2), fragment=0x2000)),
        wire.ethernet(b"\x46" + plain[1:20] + b"\1\1\1\0" + plain[20:]),
        wire.ethernet(plain, tags=((0x8100, 1),) * 3),
        wire.ethernet(plain)[:36],
        wire.MAC_B + wire.MAC_A + b"\x08\x06" + bytes(46),
    ]
    assert [len(columns) for columns in plain_packets(batch_of(wire, frames))] in ([], [0])


def test_wanted_addresses_and_macs(wire):
    six = ["fd00::1", "fe80::1", "fd00::2"]
    frames = [
        wire.ethernet(wire.ip(CAMERA, SERVER, 17, wire.udp(1, 2))),
        wire.ethernet(wire.ip(SERVER, CAMERA, 17, wire.udp(1, 2)), source=wire.MAC_B),
        wire.ethernet(wire.ip("10.9.9.9", SERVER, 17, wire.udp(1, 2)), source=wire.MAC_B,
                      destination=wire.MAC_A),
        wire.ethernet(wire.ip("10.9.9.9", SERVER, 17, wire.udp(1, 2)), source=b"\2" * 6),
        *(wire.ethernet(wire.ip(one, "fd00::99", 17, wire.udp(1, 2))) for one in six),
    ]  # fmt: skip
    batch = batch_of(wire, frames)
    four, of_six = plain_packets(batch)

    def rows(columns, addresses, *macs):
        packed = None if addresses is None else frozenset(wire.packed(a) for a in addresses)
        return Wanted(packed, frozenset(macs)).filtered(batch, columns).rows.tolist()

    assert rows(four, None) == [0, 1, 2, 3]
    assert rows(four, [CAMERA]) == [0, 1]
    assert rows(four, ["10.9.9.9", "fd00::1"]) == [2, 3]
    assert rows(four, [], wire.MAC_A) == [0, 2]
    assert rows(of_six, ["fd00::1", CAMERA]) == [4]
    assert rows(of_six, ["fe80::1", "fd00::1"]) == [4, 5]
    assert rows(of_six, ["fd00::99"]) == [4, 5, 6]
    assert rows(of_six, []) == []
