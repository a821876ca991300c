"""`show ip arp` of Cisco devices."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.cisco_arp import NAME, parse_records, sniff
from camscan.sources.jsonl import Recorded

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


def test_ios() -> None:
    recorded = sample("cisco-ios.txt")
    assert said(recorded)["172.16.168.254"] == {
        "mac.address": "00:00:0c:36:69:65",
        "mac.oui": "00:00:0c",
    }
    assert said(recorded)["10.0.0.0"] == {"mac.address": "aa:bb:cc:03:82:00"}
    assert len(recorded.targets) == 7
    assert recorded.skips == ()


def test_nxos_without_addresses_of_groups() -> None:
    recorded = sample("cisco-nxos.txt")
    assert macs(recorded)["10.215.51.250"] == "00:00:0c:9f:f9:d3"
    assert "10.3.1.104" not in recorded.targets  # e5… is a group's
    assert len(recorded.targets) == 9
    assert recorded.skips == ()


@pytest.mark.parametrize(
    "line",
    [
        "Internet  10.0.0.9   0   c42f.9001.0203  ARPA   Vlan20",
        "10.0.0.9   00:00:57  c42f.9001.0203  Vlan20          *",
        "10.0.0.9   00:00:57  c42f.9001.0203  Dynamic    ARPA  GigabitEthernet0/0/0/0",
        "\tinside 10.0.0.9 c42f.9001.0203 12",
        "10.0.0.9        0:00:00  c42f.9001.0203  Vlan20, Ethernet3",
    ],
)
def test_relatives(line: str) -> None:
    assert sniff(line.encode())
    assert macs(parse_records(line.encode(), "f")) == {"10.0.0.9": "c4:2f:90:01:02:03"}


def test_bad_lines_are_skips_with_their_numbers() -> None:
    text = (
        b"core1#show ip arp vlan 20\r\n"
        b"Protocol  Address          Age (min)  Hardware Addr   Type   Interface\r\n"
        b"Internet  10.0.0.1                0   Incomplete      ARPA\r\n"
        b"Internet  10.0.0.2                0   c42f.9001.02    ARPA   Vlan20\r\n"
        b"Internet  10.0.0.3                7   c42f.9001.0203  ARPA   Vlan20\r\n"
        b"Internet  10.0.0.333              7   c42f.9001.0204  ARPA   Vlan20\r\n"
    )
    assert sniff(text)
    recorded = parse_records(text, "f")
    assert list(macs(recorded)) == ["10.0.0.3"]
    assert [skip.subject for skip in recorded.skips] == ["f, line 4", "f, line 6"]


WORDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["Internet", "10.0.0.1", "999.1.1.1", "c42f.9001.0203", "\n", "-", "ffff.ffff.ffff"]
        ),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))
