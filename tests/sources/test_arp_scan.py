"""Output of arp-scan."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.arp_scan import NAME, parse_records, sniff
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


@pytest.mark.parametrize("name", ["arp-scan.txt", "arp-scan-plain.txt"])
def test_hosts(name: str) -> None:
    recorded = sample(name)
    assert said(recorded)["10.71.0.50"] == {
        "mac.address": "c4:2f:90:5e:01:10",
        "mac.oui": "c4:2f:90",
    }
    assert said(recorded)["10.71.0.54"] == {"mac.address": "02:11:22:5e:01:14"}
    assert len(recorded.targets) == 5
    assert recorded.skips == ()


def test_names_in_place_of_addresses_are_skips() -> None:
    recorded = sample("arp-scan-resolved-rtt.txt")
    assert recorded.targets == ()
    assert len(recorded.skips) == 7
    assert recorded.skips[0].subject == "arp-scan-resolved-rtt.txt, line 3"


def test_a_second_answer_of_the_same_host_and_of_another() -> None:
    text = (
        b"10.0.0.1\tc4:2f:90:00:00:01\tHikvision\n"
        b"10.0.0.1\tc4:2f:90:00:00:01\tHikvision (DUP: 2)\n"
        b"10.0.0.2\tc4:2f:90:00:00:02\tHikvision\n"
        b"10.0.0.2\tc4:2f:90:00:00:03\tHikvision (DUP: 2)\n"
    )
    recorded = parse_records(text, "f")
    assert macs(recorded)["10.0.0.1"] == "c4:2f:90:00:00:01"
    assert macs(recorded)["10.0.0.2"] == ""
    assert [skip.subject for skip in recorded.skips] == ["f, line 4"]


LINES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["10.0.0.1", "10.0.0.999", "(null)"]),
            st.sampled_from(["c4:2f:90:5e:01:10", "ff:ff:ff:ff:ff:ff", "c4:2f"]),
            st.text(max_size=8),
        ).map("\t".join),
        st.text(max_size=30),
    ),
    max_size=12,
).map("\n".join)


@given(LINES)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))
