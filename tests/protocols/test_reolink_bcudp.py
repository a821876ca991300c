"""Frames of UDP 2015: key, CRC, and which of them answers discovery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import reolink
from camscan.protocols import reolink_bcudp as bcudp
from camscan.protocols.decoded import Malformed
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("reolink-bcudp")
RAW, EXPECT = SAMPLES["bcudp-camt"]
QUERY = bytes.fromhex(
    "3acf872a3d0000000100000034120000d95eb33c75727d2d91af66663c725367dd4b7bbe2b43018c307aa8d79ccd44b3"
    "e9d5c22b503e426db5af66665034780684495ec16d6860d53200fb8ab8c121bdd3"
)
ANSWER = "<P2P>\n<D2C_S>\n<uid>95270000YGAKNWKJ</uid>\n</D2C_S>\n</P2P>\n"


def test_recorded_frame() -> None:
    frame = bcudp.parse(RAW)
    assert isinstance(frame, bcudp.Frame)
    assert frame.transaction == EXPECT["tid"]
    assert f"<{EXPECT['xml_child']}>" in frame.xml
    assert f"<sid>{EXPECT['sid']}</sid>" in frame.xml
    assert bcudp.build(frame.xml, frame.transaction) == RAW


def test_recorded_payload() -> None:
    raw, expect = SAMPLES["bcudp-xml-only"]
    assert bcudp.crypt(raw, expect["tid"]).decode() == expect["plaintext"]


def test_our_query() -> None:
    frame = bcudp.parse(QUERY)
    assert isinstance(frame, bcudp.Frame)
    assert frame.transaction == 4660
    assert "<port>50000</port>" in frame.xml
    assert bcudp.decode(QUERY) == bcudp.malformed()


def test_an_answer_says_that_it_came_and_keeps_no_uid() -> None:
    decoded = bcudp.decode(bcudp.build(ANSWER, 7))
    assert decoded.status is Status.OK
    assert decoded.fields == (("reolink.p2p", "D2C_S"),)


def test_the_answer_of_the_other_inquiry_is_read_as_well() -> None:
    raw, expect = samples("reolink-2000")["reolink-2000-layout"]
    assert bcudp.decode(raw) == reolink.decode(raw)
    assert bcudp.decode(raw).values("reolink.mac") == (expect["mac"],)


def test_other_messages_of_a_session_are_no_answer() -> None:
    assert bcudp.decode(RAW) == bcudp.malformed()


@pytest.mark.parametrize("at", [0, 4, 12, 16, 20, 60])
def test_a_flipped_bit_is_noticed(at: int) -> None:
    raw = bytearray(bcudp.build(ANSWER, 7))
    raw[at] ^= 0x10
    # A changed transaction number passes the CRC, and the XML behind the wrong key is none.
    assert bcudp.decode(bytes(raw)) == bcudp.malformed()
    assert isinstance(bcudp.parse(bytes(raw)), Malformed) == (at != 12)


@pytest.mark.parametrize("data", [b"", RAW[:19], RAW[:-1], b"\x00" * 64])
def test_junk(data: bytes) -> None:
    assert isinstance(bcudp.parse(data), Malformed)


@given(st.binary(max_size=300), st.integers(0, 0xFFFFFFFF))
def test_fuzz_parse_and_decode(junk: bytes, transaction: int) -> None:
    assert bcudp.crypt(bcudp.crypt(junk, transaction), transaction) == junk
    for raw in (junk, bcudp.MAGIC + junk, RAW[: len(junk)] + junk):
        bcudp.parse(raw)
        assert all(value for _, value in bcudp.decode(raw).fields)
