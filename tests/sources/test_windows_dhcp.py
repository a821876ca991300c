"""Exports of Get-DhcpServerv4Lease."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.jsonl import Recorded
from camscan.sources.windows_dhcp import NAME, parse_records, sniff

SAMPLES = Path(__file__).parent / "data" / "leases"


def sample(name: str) -> Recorded:
    data = (SAMPLES / name).read_bytes()
    assert sniff(data)
    return parse_records(data, name)


def said(recorded: Recorded) -> dict[str, dict[str, str]]:
    """Field to value, by target."""
    found: dict[str, dict[str, str]] = {target: {} for target in recorded.targets}
    for item in recorded.evidence:
        assert item.method == NAME
        assert item.field not in found[item.target]
        found[item.target][item.field] = item.value
    return found


def macs(recorded: Recorded) -> dict[str, str]:
    return {target: fields.get("mac.address", "") for target, fields in said(recorded).items()}


HEADING = '"IPAddress","ScopeId","ClientId","HostName","AddressState"'


def lines(*rows: str) -> bytes:
    return "\r\n".join([HEADING, *rows]).encode()


@pytest.mark.parametrize("name", ["windows-dhcp-type.csv", "windows-dhcp-utf16.csv"])
def test_all_columns(name: str) -> None:
    recorded = sample(name)
    assert said(recorded) == {
        "10.10.10.21": {
            "mac.address": "c4:2f:90:5e:01:10",
            "mac.oui": "c4:2f:90",
            "dhcp.hostname": "IPCAMERA",
        },
        "10.10.10.22": {
            "mac.address": "00:40:8c:5e:01:12",
            "mac.oui": "00:40:8c",
            "dhcp.hostname": "axis-00408c5e0112",
        },
        "10.10.10.24": {"dhcp.hostname": "RAS1"},
    }
    assert [skip.reason for skip in recorded.skips] == [
        "addresses that nobody holds were left out: 1 Declined, 1 InactiveReservation"
    ]


@pytest.mark.parametrize(
    "name",
    ["windows-dhcp-utf8-bom.csv", "windows-dhcp-bare-ids.csv", "windows-dhcp-semicolon.csv"],
)
def test_chosen_columns_in_any_order(name: str) -> None:
    recorded = sample(name)
    assert macs(recorded)["10.10.10.21"] == "c4:2f:90:5e:01:10"
    assert said(recorded)["10.10.10.21"]["dhcp.hostname"] == "IPCAMERA"
    assert recorded.skips == ()


def test_a_line_break_in_a_description() -> None:
    data = (
        b'"IPAddress","ClientId","Description","HostName"\r\n'
        b'"10.0.0.1","c4-2f-90-00-00-01","car park\r\nnorth","a"\r\n'
        b'"10.0.0.2","c4-2f-90-00-00-02","","b"\r\n'
    )
    assert list(macs(parse_records(data, "f"))) == ["10.0.0.1", "10.0.0.2"]


def test_bad_lines_are_skips_with_their_numbers() -> None:
    recorded = parse_records(
        lines(
            '"10.0.0.1","10.0.0.0","c4-2f-90-00-00-01","a","Active"',
            '"10.0.0.2","10.0.0.0"',
            '"10.0.0.3","10.0.0.0","c4-2f-90-00-00-03","never closed,"Active"',
            '"nowhere","10.0.0.0","c4-2f-90-00-00-04","a","Active"',
            '"10.0.0.5","10.0.0.0","c4-2f-90-00-00-zz","a","Active"',
            '"10.0.0.6","10.0.0.0","c4-2f-90-00-00-06","a","Active"',
        ),
        "f",
    )
    assert list(macs(recorded)) == ["10.0.0.1", "10.0.0.6"]
    assert [skip.subject for skip in recorded.skips] == [f"f, line {n}" for n in (3, 4, 5, 6)]


def test_two_servers_that_disagree_are_both_left_out() -> None:
    recorded = parse_records(
        lines(
            '"10.0.0.1","10.0.0.0","c4-2f-90-00-00-01","a","Active"',
            '"10.0.0.1","10.0.0.0","c4-2f-90-00-00-02","b","Active"',
        ),
        "f",
    )
    assert recorded.evidence == ()
    assert recorded.skips[0].subject == "f, line 3"
    assert "neither is used" in recorded.skips[0].reason


def test_another_csv_is_no_export() -> None:
    assert not sniff(b"id,address,mac,site\n")
    skips = parse_records(b"id,address,mac,site\n", "f").skips
    assert "no columns IPAddress and ClientId" in skips[0].reason
    assert parse_records(b"", "f").skips == ()


ROWS = st.lists(
    st.lists(
        st.one_of(
            st.sampled_from(["10.0.0.1", '"', "c4-2f-90-00-00-01", "Active", '"a\nb"', "Declined"]),
            st.text(max_size=6),
        ),
        max_size=6,
    ).map(",".join),
    max_size=10,
)


@given(ROWS)
def test_fuzz_parse_records(rows: list[str]) -> None:
    data = "\n".join([HEADING, *rows]).encode("utf-8", "replace")
    assert sniff(data)
    said(parse_records(data, "f"))


@given(st.binary(max_size=300))
def test_fuzz_parse_records_of_bytes(data: bytes) -> None:
    sniff(data)
    parse_records(data, "f")
