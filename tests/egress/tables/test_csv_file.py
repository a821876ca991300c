import contextlib
from ipaddress import ip_address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camscan.egress.tables.csv_file import pack_csv
from camscan.egress.tables.fact import NOTHING, Fact
from camscan.egress.tables.packed import PackedTable
from camscan.egress.tables.source import DataSource
from camscan.errors import SourceError

OXFORD, JISC = "129.67.242.154", "2001:630:212::1"


def opened(packed):
    source = DataSource(name="x", date="", licence="", attribution="", link="", gives=packed.gives)
    return PackedTable(source, packed.files.__getitem__)


def find(packed, text):
    return opened(packed).find(ip_address(text))


def test_countries_as_dbip_writes_them(files, tmp_path):
    packed = pack_csv(files.dbip_country_csv(tmp_path / "c.csv"), "c.csv")
    assert packed.gives == ("country",)
    assert find(packed, OXFORD) == find(packed, JISC) == Fact(country="GB")
    assert find(packed, "0.0.0.9") == NOTHING  # ZZ
    assert packed.ranges == 35


def test_networks_as_dbip_writes_them(files, tmp_path):
    packed = pack_csv(files.dbip_asn_csv(tmp_path / "a.csv"), "a.csv")
    assert packed.gives == ("network",)
    assert find(packed, OXFORD) == Fact(asn=786, organisation="University of Oxford")
    assert find(packed, "8.8.8.8") == NOTHING


@pytest.mark.parametrize("shuffled", [False, True])
def test_both_as_ipinfo_writes_them(files, tmp_path, shuffled):
    packed = pack_csv(files.ipinfo_csv(tmp_path / "i.csv", shuffled=shuffled), "i.csv")
    assert packed.gives == ("country", "network")
    assert packed.ipinfo
    fact = find(packed, OXFORD)
    assert (fact.country, fact.asn) == ("GB", 786)
    assert find(packed, JISC).asn == 786


def test_a_single_address_and_a_part_below_a_64(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "network,country_code,asn\n1.2.3.4,GB,\n2001:db8::/80,FR,AS1\n2001:db8::1:0:0:0/80,DE,AS2\n"
    )
    packed = pack_csv(path, "x.csv")
    assert find(packed, "1.2.3.4") == Fact(country="GB")
    assert find(packed, "1.2.3.5") == NOTHING
    assert find(packed, "2001:db8::5") == Fact(country="FR", asn=1)


def test_the_first_of_two_rows_that_overlap_wins(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1.0.0.0,1.0.0.9,GB\n1.0.0.5,1.0.0.20,FR\n1.0.0.6,1.0.0.7,DE\n")
    packed = pack_csv(path, "x.csv")
    assert [find(packed, f"1.0.0.{n}").country for n in (5, 6, 9, 10, 20, 21)] == [
        "GB", "GB", "GB", "FR", "FR", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "neither MMDB nor a CSV"),
        ("a,b,c\n", "neither MMDB nor a CSV"),
        ("1.0.0.0,1.0.0.9,GB,Leeds,5\n", "neither MMDB nor a CSV"),
        ("1.0.0.0,1.0.0.9,GB\n2.0.0.0,1.0.0.9,GB\n", "row 2: no range of addresses"),
        ("1.0.0.0,1.0.0.9,GB\n2.0.0.0,::1,GB\n", "row 2: no range of addresses"),
        ("network,country_code\n1.0.0.0/33,GB\n", "row 1: no range of addresses"),
        ("network,country_code\n1.0.0.0/-5,GB\n", "row 1: no range of addresses"),
        ("network,country_code\n1.0.0.0/x,GB\n", "row 1: no range of addresses"),
        ("1.0.0.0,1.0.0.9,GB\n" + "rubbish\n" * 101, "line 102: too few columns"),
        ("1.0.0.0,1.0.0.9,GB\n" + '"' + "x" * 200_000, "line 2: field larger"),
    ],
)
def test_what_is_no_table(tmp_path, text, words):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(SourceError, match=rf"shown: {words}"):
        pack_csv(path, "shown")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(["1.0.0.0", "1.0.0.9", "::1", "GB", "AS5", "5", "", "x", "\0"])),
        max_size=6,
    )
)
def test_fuzz_any_rows(tmp_path, rows):
    path = tmp_path / "x.csv"
    path.write_text("\n".join(",".join(row) for row in rows))
    with contextlib.suppress(SourceError):
        opened(pack_csv(path, "x")).find(ip_address("1.0.0.5"))
