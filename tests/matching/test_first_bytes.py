"""First bytes: the shipped libraries, what only looks alike, and anything at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.first_bytes import FirstBytes
from camscan.matching.library import WINDOW
from tests.shipped import shipped_data

SHIPPED = shipped_data()
LIBRARIES = SHIPPED.egress_data.libraries
FIND = SHIPPED.first_bytes.find


def of(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal)


@pytest.mark.parametrize(
    ("transport", "port", "payload", "size", "library"),
    [
        ("udp", 32_100, of("f1000000"), None, "cs2.pppp"),
        ("udp", 40_000, of("f1000000"), None, "cs2.pppp"),
        ("udp", 40_000, of("f10000ff"), None, None),
        ("udp", 32_100, of("f10000ff"), None, None),
        ("udp", 32_100, of("f12000240000000000000000000000ff"), None, "cs2.pppp"),
        ("udp", 40_000, of("f12000240000000000000000000000ff"), None, None),
        ("udp", 40_000, of("f12000240000000000000000000000ff"), 40, "cs2.pppp"),
        ("tcp", 32_100, of("f1000000"), None, None),
        ("udp", 8800, b"DHGET /probe/p2psrv HTTP/1.1", 300, "dahua.dhp2p"),
        ("udp", 8800, b"DHGET", None, None),
        ("udp", 3478, of("000100002112a442" + 12 * "00"), None, "stun"),
        ("udp", 3478, of("000100002112a443" + 12 * "00"), None, None),
        ("udp", 443, of("c300000001088394c8f03e5157080000"), 1200, None),
        ("tcp", 443, of("1603010200010001fc0303"), None, None),
        ("tcp", 6500, of("9ebaace901000000000000050000000000"), None, "hikvision.cas"),
        ("udp", 6000, of("e2da0b0200000000" + "62340c00"), None, "hikvision.p2p"),
        ("tcp", 19_000, of("8208cefaeffe64000000"), None, "juan.kp2p"),
        ("tcp", 443, of("8208cefaeffe64000000"), None, None),
        ("udp", 9999, of("3acf872a"), None, "reolink.bcudp"),
        ("udp", 53, of("1234010000010000000000000377777703"), None, None),
        ("udp", 123, of("e3000afa000000000000000000000000"), 48, None),
        ("icmp", None, of("f1000000"), None, None),
        ("udp", None, of("3acf872a"), None, "reolink.bcudp"),
        ("udp", 32_100, b"", None, None),
    ],
)
def test_find(transport, port, payload, size, library) -> None:
    assert FIND(transport, port, payload, size) == library


def scrambled(block: bytes) -> bytes:
    """A block of 16 bytes as Kalay sends it, written from its description."""
    key = b"Charlie is the designer of P2P!!"
    order = (11, 9, 8, 15, 13, 10, 12, 14, 2, 1, 5, 0, 6, 4, 7, 3)

    def turned(data: bytes, more: int) -> bytes:
        words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, 16, 4)]
        by = [(4 * index + more) % 32 for index in range(4)]
        pairs = zip(words, by, strict=True)
        return b"".join(
            ((word >> n | word << (32 - n)) & 0xFFFF_FFFF).to_bytes(4, "little")
            for word, n in pairs
        )

    mixed = bytes(a ^ b for a, b in zip(turned(block, 1), key[:16], strict=True))
    return turned(bytes(mixed[place] for place in order), 3)


@given(st.binary(min_size=13, max_size=13))
def test_every_kalay_header_is_recognised(rest: bytes) -> None:
    assert FIND("udp", 10_240, scrambled(b"\x04\x02\x1a" + rest), 88) == "throughtek.iotc"


@given(st.binary(min_size=16, max_size=16).filter(lambda block: block[:3] != b"\x04\x02\x1a"))
def test_no_other_block_is_taken_for_kalay(block: bytes) -> None:
    assert FIND("udp", 10_240, scrambled(block), 99) != "throughtek.iotc"


@given(
    st.sampled_from(["udp", "tcp", "icmp", ""]),
    st.none() | st.integers(0, 65_535),
    st.binary(max_size=2 * WINDOW),
    st.none() | st.integers(0, 70_000),
)
def test_fuzz_find(transport, port, payload, size) -> None:
    found = FIND(transport, port, payload, size)
    assert found is None or found in {library.id for library in LIBRARIES}
    assert FIND(transport, port, payload[:WINDOW], size or len(payload)) == FIND(
        transport, port, payload, size or len(payload)
    )


@given(st.sampled_from(LIBRARIES), st.data())
def test_fuzz_what_a_signature_fixes_is_found(library, data) -> None:
    signature = data.draw(st.sampled_from(library.first))
    rest = int.from_bytes(data.draw(st.binary(min_size=WINDOW, max_size=WINDOW)), "big")
    value, mask = int(signature.value, 16), int(signature.mask, 16)
    window = (value | rest & ~mask).to_bytes(WINDOW, "big")
    size = None
    if signature.length is not None:
        place = signature.length
        inside = int.from_bytes(window[place.offset : place.offset + place.size], "big")
        size = inside + place.plus
    port = 9 if signature.anywhere else int(library.ports[0].partition("/")[2])
    assert FirstBytes([library]).find(signature.transport, port, window, size) == library.id


def test_without_libraries_nothing_is_found() -> None:
    assert FirstBytes(()).find("udp", 1, b"x") is None


def test_more_bits_are_asked_first() -> None:
    bits = {library.id: max(each.bits for each in library.first) for library in LIBRARIES}
    assert bits["hikvision.cas"] > bits["stun"] > bits["cs2.pppp"]
