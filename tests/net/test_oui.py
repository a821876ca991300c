from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net import oui
from camscan.net.oui import ieee_organisation, parse_table

TABLE = """\
00:1B:C5         \tIEEERegistra\tIEEE Registration Authority
00:1B:C5:00:10/36\tOpenRBcomDir\tOpenRB.com, Direct SIA
04:C3:E6:10:00/28\tSomeMaker   \tSome Maker Ltd
C4:2F:90         \tHangzhouHikv\tHangzhou Hikvision Digital Technology Co.,Ltd.
rubbish
ZZ:00:00\tx\ty
00:00:00/99\tx\ty
"""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    oui._table.cache_clear()
    monkeypatch.setattr(oui, "manufacturer_table", lambda: TABLE)
    yield
    oui._table.cache_clear()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("mac", "name"),
    [
        ("c4:2f:90:01:02:03", "Hangzhou Hikvision Digital Technology Co.,Ltd."),
        ("C4-2F-90-01-02-03", "Hangzhou Hikvision Digital Technology Co.,Ltd."),
        ("00:1b:c5:00:1a:bc", "OpenRB.com, Direct SIA"),
        ("00:1b:c5:00:20:01", None),  # of the divided block, but of no listed part
        ("04:c3:e6:1a:bc:de", "Some Maker Ltd"),
        ("04:c3:e6:2a:bc:de", None),
        ("c6:2f:90:01:02:03", None),  # locally administered
        ("ff:ff:ff:ff:ff:ff", None),
        ("no mac", None),
    ],
)
def test_the_longest_block_names_the_organisation(mac: str, name: str | None) -> None:
    assert ieee_organisation(mac) == name


def test_the_real_table() -> None:
    assert ieee_organisation("c4:2f:90:00:00:01") == (
        "Hangzhou Hikvision Digital Technology Co.,Ltd."
    )
    assert "Dahua" in str(ieee_organisation("3c:ef:8c:00:00:01"))
    assert "Axis" in str(ieee_organisation("00:40:8c:00:00:01"))


def test_without_the_table_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    oui._table.cache_clear()
    monkeypatch.setattr(oui, "manufacturer_table", lambda: None)
    assert ieee_organisation("c4:2f:90:00:00:01") is None
    oui._table.cache_clear()


@given(st.text(alphabet=st.sampled_from("0123456789abcdefABCDEF:/-\t\n xé²"), max_size=200))
def test_fuzz_parse_table(text: str) -> None:
    for bits, blocks in parse_table(text).items():
        assert 0 < bits <= 48
        for value, name in blocks.items():
            assert 0 <= value < 2**bits
            assert name
