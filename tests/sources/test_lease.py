"""What all tables of leases and neighbours share, and that each file has exactly one reader."""

from __future__ import annotations

import importlib
import pkgutil
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import camscan.sources
from camscan.model.evidence import evidence_of
from camscan.sources.lease import (
    LeaseTable,
    at_epoch,
    csv_rows,
    headings,
    lines_of,
    text_of,
)
from camscan.sources.targets import Held

SAMPLES = Path(__file__).parent / "data" / "leases"
# The beginning of a sample's name, and who reads it.
READERS = {
    "arp-scan": "arp-scan",
    "centos-arp": "ip-neigh",
    "cisco": "cisco-arp",
    "dhcpd": "dhcpd-leases",
    "dnsmasq": "dnsmasq-leases",
    "fortigate": "fortigate-arp",
    "freebsd": "ip-neigh",
    "ip-": "ip-neigh",
    "kea": "kea-leases",
    "linux": "ip-neigh",
    "macos": "ip-neigh",
    "proc": "ip-neigh",
    "unifi": "unifi-clients",
    "windows-arp": "windows-arp",
    "windows-dhcp": "windows-dhcp",
}
HERE = [
    "arp_scan",
    "cisco_arp",
    "dhcpd_leases",
    "dnsmasq_leases",
    "fortigate_arp",
    "ip_neigh",
    "kea_leases",
    "unifi_clients",
    "windows_arp",
    "windows_dhcp",
]
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.name != "README.md")


def _importers() -> dict[str, ModuleType]:
    """Every module of the room that reads a format, by the format's name."""
    found = {}
    for info in pkgutil.iter_modules(camscan.sources.__path__):
        module = importlib.import_module(f"camscan.sources.{info.name}")
        if hasattr(module, "sniff") and hasattr(module, "NAME"):
            assert module.NAME not in found
            found[module.NAME] = module
    return found


IMPORTERS = _importers()
OURS = [importlib.import_module(f"camscan.sources.{name}") for name in HERE]


def takers(data: bytes) -> list[str]:
    return [name for name, module in IMPORTERS.items() if module.sniff(data)]


# --- whose file it is ---------------------------------------------------------------------------


def test_every_format_has_a_sample() -> None:
    assert {module.NAME for module in OURS} == set(READERS.values())
    for start in READERS:
        assert any(name.startswith(start) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_exactly_one_reader(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    (reader,) = [reader for start, reader in READERS.items() if name.startswith(start)]
    assert takers(data) == [reader]
    assert takers(data[:4096]) == [reader]
    text = text_of(data)
    assert takers(text.replace("\r\n", "\n").replace("\n", "\r\n").encode()) == [reader]
    assert takers(text.encode("utf-8-sig")) == [reader]
    assert takers(text.encode("utf-16")) == [reader]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_means_the_same_in_every_encoding(name: str) -> None:
    text = text_of((SAMPLES / name).read_bytes())
    (reader,) = [reader for start, reader in READERS.items() if name.startswith(start)]
    parse = IMPORTERS[reader].parse_records
    plain = parse(text.replace("\r\n", "\n").encode(), "f")
    windows = text.replace("\r\n", "\n").replace("\n", "\r\n")
    for data in (windows.encode(), windows.encode("utf-8-sig"), windows.encode("utf-16")):
        assert parse(data, "f") == plain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n",
        b'{"target": "10.0.0.1", "field": "mac.address", "value": "c4:2f:90:00:00:01"}',
        b'<?xml version="1.0"?><nmaprun><address addr="10.0.0.1" addrtype="ipv4"/></nmaprun>',
        b'[\n{   "ip": "10.0.0.1",   "timestamp": "1", "ports": [ {"port": 80} ] }\n]',
        b'{"ip":"10.0.0.1","data":{"http":{"status":"success"}}}',
        b'{"ip_str": "10.0.0.1", "port": 80, "mac": {"c4:2f:90:00:00:01": {}}}',
        b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00",
        b"id,address,other_addresses,mac,site\nx,10.0.0.1,,c4:2f:90:00:00:01,\n",
        b'lease {\n  interface "eth0";\n  fixed-address 10.0.0.1;\n}\n',
        b'10.0.0.1 - - [24/Nov/2026:04:00:00 +0000] "GET / HTTP/1.0" 200 5\n',
        b"c4:2f:90:00:00:01 10.0.0.1 eth0\n",
    ],
)
def test_other_files_are_left_to_others(data: bytes) -> None:
    assert [module.NAME for module in OURS if module.sniff(data)] == []


@given(st.binary(max_size=400))
def test_fuzz_sniff_of_all(data: bytes) -> None:
    assert len([module for module in OURS if module.sniff(data)]) <= 1


HOSTILE = {
    "letters": b"a" * 65_536,
    "NULs": b"\0" * 65_536,
    "brackets": b"[" * 65_536,
    "braces": b"[" + b'{"dst":' * 9_000,
    "quotes": b'"' * 65_535 + b"\n",
    "a quote a line": b'"IPAddress","ClientId","HostName"\n' + b'x",\n' * 16_000,
    "spaces": b"10.0.0.1" + b" " * 65_000 + b"x\n",
    "digits": b"1." * 32_000 + b"\n",
    "colons": b"a:" * 32_000 + b"\n",
    "leases": b"lease 10.0.0.1 {\n" * 4_000,
    "one address": b"10.0.0.1\tc4:2f:90:00:00:01\tx\n10.0.0.1\tc4:2f:90:00:00:02\tx\n" * 1_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("module", OURS, ids=HERE)
def test_hostile_input_takes_time_in_proportion(module: ModuleType, kind: str) -> None:
    def cost(data: bytes) -> float:
        started = time.process_time()
        module.sniff(data)
        module.parse_records(data, "f")
        return time.process_time() - started

    if cost(HOSTILE[kind] * 8) < 0.25:
        return  # whatever half of it costs
    # The best of three: the collector of a long test run comes by when it likes.
    spent = [min(cost(HOSTILE[kind] * times) for _ in range(3)) for times in (4, 8)]
    assert spent[1] < max(0.25, 3.5 * spent[0])
    assert spent[1] < 5


# --- the table ----------------------------------------------------------------------------------


def test_groups_and_empty_entries_are_passed_over() -> None:
    table = LeaseTable("m", "f")
    table.add(1, "10.0.0.1", "ff:ff:ff:ff:ff:ff")
    table.add(2, "10.0.0.2", "00-00-00-00-00-00")
    table.add(3, "224.0.0.251", "01:00:5e:00:00:fb")
    table.add(4, "255.255.255.255", "c4:2f:90:00:00:01")
    table.add(5, "0.0.0.0", "c4:2f:90:00:00:01")
    table.add(6, "239.255.255.250", "c4:2f:90:00:00:01")
    recorded = table.recorded()
    assert recorded.targets == recorded.evidence == recorded.skips == ()


def test_what_is_no_address_and_no_mac_is_a_skip() -> None:
    table = LeaseTable("m", "f", unit="record")
    table.add(3, "camera", "c4:2f:90:00:00:01")
    table.add(4, "10.0.0.1", "c4:2f")
    assert [skip.subject for skip in table.recorded().skips] == ["f, record 3", "f, record 4"]


def test_of_two_macs_the_newer_one_counts_and_without_times_none() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    table = LeaseTable("m", "f")
    table.add(1, "10.0.0.1", "c4:2f:90:00:00:01", at=late)
    table.add(2, "10.0.0.1", "c4:2f:90:00:00:02", at=early)
    table.add(3, "10.0.0.2", "c4:2f:90:00:00:01")
    table.add(4, "10.0.0.2", "c4:2f:90:00:00:02", at=late)
    table.add(5, "10.0.0.2", "c4:2f:90:00:00:02", at=late)
    recorded = table.recorded()
    assert {item.target for item in recorded.evidence} == {"10.0.0.1"}
    assert recorded.evidence[0].value == "c4:2f:90:00:00:01"
    assert recorded.evidence[0].at == late
    assert [skip.subject for skip in recorded.skips] == ["f, line 4"]


def test_records_of_one_host_are_joined() -> None:
    table = LeaseTable("m", "f")
    table.add(1, "10.0.0.1", "c4:2f:90:00:00:01")
    table.add(2, "10.0.0.1", "C4-2F-90-00-00-01", hostname="cam")
    assert [item.value for item in table.recorded().evidence] == [
        "c4:2f:90:00:00:01",
        "c4:2f:90",
        "cam",
    ]


def test_an_address_that_is_leased_again_is_not_left_out() -> None:
    table = LeaseTable("m", "f")
    table.leave_out(1, "10.0.0.1", "free")
    table.add(2, "10.0.0.1", "c4:2f:90:00:00:01", replaces=True)
    recorded = table.recorded()
    assert recorded.targets == ("10.0.0.1",)
    assert recorded.skips == ()


@pytest.mark.parametrize("mac", ["", "rubbish", "ff:ff:ff:ff:ff:ff"])
def test_a_newer_lease_without_a_mac_ends_the_older_one(mac: str) -> None:
    table = LeaseTable("m", "f")
    table.add(1, "10.0.0.1", "c4:2f:90:00:00:01", replaces=True)
    table.add(2, "10.0.0.1", mac, replaces=True)
    assert table.recorded().evidence == ()


def test_values_are_bounded() -> None:
    table = LeaseTable("m", "f")
    table.add(1, "10.0.0.1", hostname="x" * 99_999, vendor_class="y" * 99_999)
    assert {len(item.value) for item in table.recorded().evidence} == {8192}


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    assert text_of("10.0.0.1 Küche".encode(encoding)) == "10.0.0.1 Küche"


def test_lines_are_numbered_as_editors_do() -> None:
    table = LeaseTable("m", "f")
    data = b"a\r\n\n b\x0b\x85c\n" + b"x" * 70_000 + b"\nd"
    numbers = [number for number, _ in lines_of(data, table)]
    assert numbers == [1, 3, 5]
    assert [skip.subject for skip in table.recorded().skips] == ["f, line 4"]


def test_a_quote_may_run_over_lines_and_one_that_never_ends_costs_one_record() -> None:
    rows = csv_rows([(1, 'a,"b'), (2, 'c",d'), (3, "e,f")], ",")
    assert list(rows) == [(1, ["a", "b\nc", "d"]), (3, ["e", "f"])]
    lines = [(1, 'a,"b'), *((number, "c,d") for number in range(2, 40))]
    found = dict(csv_rows(lines, ","))
    assert found.pop(1) == []
    assert found == {number: ["c", "d"] for number in range(2, 40)}


def test_headings_by_word() -> None:
    assert headings('"IP Address";"MAC_Address"') == (";", {"ipaddress": 0, "macaddress": 1})


def test_times_beyond_the_clock() -> None:
    assert at_epoch(0) is None
    assert at_epoch(1e300) is None
    assert at_epoch(float("nan")) is None
    assert at_epoch(1_795_495_910) == datetime(2026, 11, 24, 4, 51, 50, tzinfo=UTC)


def test_evidence_is_made_on_demand_target_by_target() -> None:
    table = LeaseTable("m", "f")
    for number, address in enumerate(("10.0.0.2", "10.0.0.1", "10.0.0.2", "224.0.0.1", "0.0.0.0")):
        table.add(number, address, "C42F.9000.0001", hostname="cam" if number else "")
    table.add(9, "10.0.0.300", "C42F.9000.0001")
    recorded = table.recorded()
    assert [item.target for item in recorded.evidence] == ["10.0.0.2"] * 3 + ["10.0.0.1"] * 3
    assert recorded.evidence[-1].value == "cam"
    assert len(recorded.evidence[1:3]) == 2
    assert recorded.evidence == table.recorded().evidence
    assert recorded.evidence != ()
    assert [skip.subject for skip in recorded.skips] == ["f, line 9"]
    held = [(target, evidence_of(target, records)) for target, records in Held(recorded)]
    assert held == [
        (target, [item for item in recorded.evidence if item.target == target])
        for target in recorded.targets
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["10.0.0.1", "10.0.0.2", "224.0.0.1", "0.0.0.0", "10.0.0.300", "::1"]),
            st.sampled_from(
                [
                    "c42f.9000.0001",
                    "C4:2F:90:00:00:01",
                    "c4-2f-90-00-00-02",
                    "c4:2f:90:0:0:1",
                    "0100.5e00.0001",
                    "0000.0000.0000",
                    "0200.0000.0001",
                    "c42f.9000.00 1",
                    "c42f.9000.0x01",
                    "c4:2f-90:00:00:01",
                    "",
                ]
            ),
        ),
        max_size=8,
    )
)
def test_rows_of_a_mac_alone_are_as_any_other(given_rows: list[tuple[str, str]]) -> None:
    short, long = LeaseTable("m", "f"), LeaseTable("m", "f")
    for number, (address, mac) in enumerate(given_rows, start=1):
        short.add(number, address, mac)
        # `replaces` takes the long way; of nobody it takes nothing away.
        held = address in long.recorded().targets
        long.add(number, address, mac, replaces=not held)
    assert short.recorded() == long.recorded()


@pytest.mark.parametrize("size", [1, 65_500, 65_536, 70_000, 200_000])
def test_lines_are_those_of_the_whole_text(size: int) -> None:
    for end in (b"", b"\n", b"\xff\xc3"):
        data = b"\xef\xbb\xbf" + (b"caf\xc3\xa9\xff 10.0.0.1\n" * size)[:size] + end
        table = LeaseTable("m", "f")
        texts = [text for _, text in lines_of(data, table)]
        whole = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n")
        assert texts == [line.rstrip() for line in whole if line.strip()]
