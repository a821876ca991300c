"""The fixed answer of 388 bytes; the layout is documented, no capture of one is public."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import reolink
from tests.protocols.inquiry_samples import samples

RAW, EXPECT = samples("reolink-2000")["reolink-2000-layout"]


def first(data: bytes, field: str) -> str | None:
    return next(iter(reolink.decode(data).values(field)), None)


def test_layout() -> None:
    for key in ("ident", "mac", "ipv4", "name"):
        assert first(RAW, f"reolink.{key}") == EXPECT[key], key
    assert first(RAW, "reolink.port") == str(EXPECT["baichuan_tcp_port"])


def test_uid_is_dropped() -> None:
    assert EXPECT["uid"].encode() in RAW
    assert EXPECT["uid"] not in str(reolink.decode(RAW))


def test_mac_as_text_where_the_octets_are_empty() -> None:
    assert first(RAW[:80] + bytes(6) + RAW[86:], "reolink.mac") == EXPECT["mac"]


@pytest.mark.parametrize("data", [b"", reolink.QUERY, RAW[:387], RAW[:104] + bytes(4) + RAW[108:]])
def test_queries_and_junk(data: bytes) -> None:
    assert reolink.decode(data) == reolink.malformed()


def test_an_empty_frame_says_nothing() -> None:
    assert reolink.decode(bytes(104) + reolink.QUERY + bytes(280)) == reolink.malformed()


@given(st.binary(max_size=400), st.integers(0, 388))
def test_fuzz_decode(junk: bytes, at: int) -> None:
    for raw in (junk, (RAW[:at] + junk + bytes(388))[:388], RAW[:104] + reolink.QUERY + junk):
        assert all("." in field and value for field, value in reolink.decode(raw).fields)
