from __future__ import annotations

import random
import struct

import pytest

from camscan.sources import fragment
from camscan.sources.fragment import Fragments
from camscan.sources.network import read_header

BODY = bytes(range(256)) * 16


def pieces4(body: bytes, size: int = 1480, identification: int = 7) -> list[bytes]:
    out = []
    for at in range(0, len(body), size):
        part = body[at : at + size]
        more = 0x2000 if at + size < len(body) else 0
        head = struct.pack(
            ">BBHHHBBH", 0x45, 0, 20 + len(part), identification, more | at // 8, 64, 17, 0
        )
        out.append(head + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + part)
    return out


def pieces6(body: bytes, size: int = 1440) -> list[bytes]:
    out = []
    for at in range(0, len(body), size):
        part = body[at : at + size]
        field = at | (1 if at + size < len(body) else 0)
        head = struct.pack(">IHBB", 6 << 28, 8 + len(part), 44, 64) + bytes(15) + b"\1" + bytes(16)
        out.append(head + struct.pack(">BBHI", 17, 0, field, 9) + part)
    return out


def feed(store: Fragments, packets: list[bytes]) -> list[bytes]:
    found = []
    for packet in packets:
        header = read_header(packet, 0, len(packet), len(packet))
        assert header is not None
        whole = store.add(header, packet, 0, len(packet))
        if whole is not None:
            found.append(whole)
    return found


@pytest.mark.parametrize("pieces", [pieces4, pieces6])
def test_in_any_order_and_with_repeats(pieces) -> None:
    packets = pieces(BODY)
    assert len(packets) == 3
    assert feed(Fragments(), packets) == [BODY]
    random.Random(1).shuffle(packets)
    assert feed(Fragments(), [packets[0], packets[0], *packets[1:]]) == [BODY]


def test_a_gap_gives_nothing() -> None:
    packets = pieces4(BODY)
    assert feed(Fragments(), [packets[0], packets[2]]) == []


def test_fragments_that_overlap_give_nothing() -> None:
    first, second, third = pieces4(BODY)
    evil = bytearray(second)
    evil[6:8] = struct.pack(">H", 0x2000 | 184)  # eight bytes into the first fragment
    assert feed(Fragments(), [first, bytes(evil), second, third]) == []


def test_too_long_and_too_many_are_given_up() -> None:
    store = Fragments()
    far = bytearray(pieces4(BODY)[0])
    far[6:8] = struct.pack(">H", 0x2000 | 0x1FFF)
    assert feed(store, [bytes(far)]) == []
    small = pieces4(bytes(8 * 100), size=8)
    assert feed(store, small[:-1]) == []


def test_unfinished_datagrams_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragment, "_MOST_DATAGRAMS", 4)
    store = Fragments()
    for number in range(10):
        feed(store, pieces4(BODY, identification=number)[:2])
    assert len(store._open) == 4
    assert feed(store, pieces4(BODY, identification=0)[2:]) == []
    assert feed(store, pieces4(BODY, identification=9)[2:]) == [BODY]


def test_a_whole_packet_is_no_fragment() -> None:
    whole = pieces4(BODY[:100])
    assert feed(Fragments(), whole) == []
