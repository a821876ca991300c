import lzma
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.range_table import encode
from camscan.egress.tables.fact import NOTHING, Fact
from camscan.egress.tables.packed import Operators, PackedTable, pack_operators
from camscan.egress.tables.source import DataSource
from camscan.errors import DataError

SOURCE = DataSource(
    name="x", date="2026-11-01", licence="", attribution="", link="", gives=("country", "network")
)
FILES = {
    "country4.xz": encode([(10, 19, "GB"), (20, 29, "ZZ")], 4),
    "country6.xz": encode([(1 << 61, (1 << 61) + 5, "FR")], 8),
    "asn4.xz": encode([(10, 14, "64500"), (15, 19, "64501")], 4),
    "asn6.xz": encode([], 8),
    "operators.xz": pack_operators({64500: "Example Net"}, {64500: "DE"}),
}


@pytest.mark.parametrize(
    "address, fact",
    [
        ("0.0.0.12", Fact(country="GB", asn=64500, organisation="Example Net")),
        ("0.0.0.17", Fact(country="GB", asn=64501)),
        ("0.0.0.25", NOTHING),
        ("0.0.0.99", NOTHING),
        ("2000:0:0:5::1", Fact(country="FR")),
        ("2000:0:0:6::1", NOTHING),
    ],
)
def test_both_facts(address, fact):
    table = PackedTable(SOURCE, FILES.__getitem__)
    assert table.find(ip_address(address)) == fact
    assert table.fault is None


def test_a_damaged_or_missing_file_is_a_fault(tmp_path):
    table = PackedTable(SOURCE, lambda name: b"rubbish")
    assert table.find(ip_address("0.0.0.12")) == NOTHING
    assert "country4.xz: damaged" in table.fault
    gone = PackedTable(SOURCE, lambda name: (tmp_path / name).read_bytes())
    assert gone.find(ip_address("0.0.0.12")) == NOTHING
    assert "country4.xz" in gone.fault


def test_damaged_names():
    with pytest.raises(DataError, match=r"operators\.xz: damaged"):
        Operators(lambda name: b"rubbish").get(1)


def test_operators_by_number():
    packed = pack_operators({5: "X", 38803: "A B", 7: "Tab"}, {38803: "AU"})
    assert lzma.decompress(packed) == b"5\t\tX\n7\t\tTab\n38803\tAU\tA B"
    found = Operators(lambda name: packed)
    assert [found.get(n) for n in (4, 5, 6, 7, 38802, 38803, 38804)] == [
        ("", ""), ("", "X"), ("", ""), ("", "Tab"), ("", ""), ("AU", "A B"), ("", ""),
    ]  # fmt: skip


@given(st.dictionaries(st.integers(1, 2**32 - 1), st.sampled_from(["A", "B & C", ""]), max_size=40))
def test_fuzz_every_number_is_found_again(names):
    packed = pack_operators(names, dict.fromkeys(names, "GB"))
    found = Operators(lambda name: packed)
    for asn, name in names.items():
        assert found.get(asn) == ("GB", name)
        assert asn + 1 in names or found.get(asn + 1) == ("", "")


@given(st.binary(max_size=80))
def test_fuzz_names_of_any_content(body):
    Operators(lambda name: lzma.compress(body)).get(64500)
