"""Frames as the codecs read them, and queries as they are sent."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.lab.framing import FRAMES
from camscan.protocols import dhip, reolink_bcudp, tplink_tdp, tplink_xor, ubnt, xm
from camscan.protocols.decoded import Malformed

DHIP = b'{"params": {"deviceInfo": {"DeviceType": "T1"}}}\n\x00'


@pytest.mark.parametrize(("name", "length"), [("dhip", len(DHIP)), ("dhip-zero", 0)])
def test_dhip(name: str, length: int) -> None:
    frame = FRAMES[name]
    raw = frame.close(DHIP, {})
    assert raw[:8] == b"\x20\0\0\0DHIP"
    assert raw[16:20] == raw[24:28] == length.to_bytes(4, "little")
    assert dhip.decode(raw).values("dhip.model") == ("T1",)
    assert frame.open(raw) == (DHIP, {})
    assert frame.open(DHIP) is None


def test_xm() -> None:
    raw = FRAMES["xm"].close(b'{"NetWork.NetCommon": {"MAC": "00:12:31:00:00:01"}}\n\x00', {})
    assert raw[14:16] == (1531).to_bytes(2, "little")
    assert int.from_bytes(raw[16:20], "little") == len(raw) - 20
    assert xm.decode(raw).values("xm.mac") == ("00:12:31:00:00:01",)


def test_kasa() -> None:
    frame = FRAMES["kasa"]
    query = bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6")
    assert frame.open(query) == (b'{"system":{"get_sysinfo":{}}}', {})
    assert frame.close(b"{}", {}) == tplink_xor.encrypt(b"{}")


def test_tdp_checksum_is_of_the_packet_with_the_seed_in_its_place() -> None:
    raw = FRAMES["tdp"].close(b'{"result":{"device_type":"SMART.IPCAMERA"}}', {})
    seeded = raw[:12] + bytes.fromhex("5a6b7c8d") + raw[16:]
    assert int.from_bytes(raw[12:16], "big") == zlib.crc32(seeded)
    assert int.from_bytes(raw[4:6], "big") == len(raw) - 16
    assert tplink_tdp.decode(raw).values("tplink.device_type") == ("SMART.IPCAMERA",)


@pytest.mark.parametrize(("query", "head"), [("01000000", b"\x01\0"), ("02080000", b"\x02\x06")])
def test_ubnt_answers_in_the_version_of_the_query(query: str, head: bytes) -> None:
    frame = FRAMES["ubnt"]
    opened = frame.open(bytes.fromhex(query))
    assert opened is not None
    raw = frame.close(b"\x0c\0\x03UVC", opened[1])
    assert raw[:4] == head + b"\0\x06"
    assert ubnt.decode(raw).values("ubnt.platform") == ("UVC",)
    assert frame.open(raw) is None


def test_bcudp_answers_in_the_transaction_of_the_query() -> None:
    frame = FRAMES["bcudp"]
    opened = frame.open(reolink_bcudp.build("<P2P><C2D_S/></P2P>", 4660))
    assert opened == (b"<P2P><C2D_S/></P2P>", {"transaction": "4660"})
    answer = reolink_bcudp.parse(frame.close(b"<P2P/>", opened[1]))
    assert answer == reolink_bcudp.Frame(transaction=4660, xml="<P2P/>")
    assert not isinstance(answer, Malformed)


@given(st.sampled_from(sorted(FRAMES)), st.binary(max_size=80))
def test_fuzz_open_never_raises(name: str, data: bytes) -> None:
    opened = FRAMES[name].open(data)
    assert opened is None or isinstance(opened[0], bytes)
