"""tools/geo_pack.py, which builds the embedded tables."""

import importlib.util
import lzma
from ipaddress import ip_network
from pathlib import Path

import pytest

from camscan.egress.range_table import decode, encode

TOOL = Path(__file__).parent.parent.parent / "tools" / "geo_pack.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("camscan_test_geo_pack", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def asn4(tmp_path):
    path = tmp_path / "asn4.csv"
    path.write_text('16777216,16777471,13335,"Cloudflare, Inc."\n16778240,16779263,38803,A  B\n')
    return path


@pytest.fixture
def registered(tool, monkeypatch):
    class Reader(list):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    rows = Reader(
        [
            (ip_network("1.0.0.0/24"), {"country_code": "US"}),
            (ip_network("1.0.4.0/22"), {"country_code": "AU"}),
            (ip_network("2001:db8::/32"), {"country_code": "DE"}),
        ]
    )
    monkeypatch.setattr(tool.maxminddb, "open_database", lambda path, mode: rows)
    return Path("registered.mmdb")


def test_networks(tool, asn4):
    table = decode(encode(tool.asn_ranges(asn4, 4), 4))
    assert table.find(16777300) == "13335"
    assert table.find(16778000) is None
    assert tool.organisations([asn4]) == {13335: "Cloudflare, Inc.", 38803: "A B"}


def test_ipv6_is_cut_to_the_upper_half(tool, tmp_path):
    path = tmp_path / "asn6.csv"
    first = 0x2001_0DB8 << 96
    path.write_text(f"{first},{first + 5},1,A\n{first + 6},{first + (3 << 64)},2,B\n")
    table = decode(encode(tool.asn_ranges(path, 6), 8))
    assert [table.find((0x2001_0DB8 << 32) + n) for n in range(5)] == ["1", "2", "2", "2", None]


def test_countries_by_version(tool, registered):
    assert list(tool.country_ranges(registered, 4)) == [
        (0x01000000, 0x010000FF, "US"),
        (0x01000400, 0x010007FF, "AU"),
    ]
    assert [code for _, _, code in tool.country_ranges(registered, 6)] == ["DE"]


def test_operators(tool, asn4, registered):
    countries = tool.operator_countries(asn4, registered)
    assert countries == {13335: "US", 38803: "AU"}
    text = lzma.decompress(tool.pack_operators({5: "X", 38803: "A B"}, countries)).decode()
    assert text == "5\t\tX\n38803\tAU\tA B"
