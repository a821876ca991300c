"""dnsmasq.leases as dnsmasq writes it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.dnsmasq_leases import NAME, parse_records, sniff
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


def test_every_lease() -> None:
    recorded = sample("dnsmasq.leases")
    assert said(recorded)["10.71.0.70"] == {
        "mac.address": "c4:2f:90:5e:01:10",
        "mac.oui": "c4:2f:90",
        "dhcp.hostname": "hik-ds2cd2385",
    }
    assert said(recorded)["10.71.0.74"] == {"mac.address": "02:11:22:5e:01:14"}
    assert len(recorded.targets) == 5
    assert recorded.skips == ()


def test_the_end_of_a_lease_is_no_time_of_evidence() -> None:
    assert {item.at.year for item in sample("dnsmasq.leases").evidence} == {1970}


def test_dhcpv6_names_no_mac() -> None:
    text = b"duid 00:01:00:01:32:97\n1795503228 2354970898 fd71::5a cam 00:01:00:01\n"
    assert sniff(text)
    assert said(parse_records(text, "f")) == {"fd71::5a": {"dhcp.hostname": "cam"}}


def test_bad_lines_are_skips_with_their_numbers() -> None:
    text = (
        b"1795538926 c4:2f:90:5e:01:10 10.0.0.1 cam *\n\nnonsense\n"
        b"1795538926 c4:2f:90:5e:01:11 10.0.0.999 * *\n"
    )
    recorded = parse_records(text, "f")
    assert recorded.targets == ("10.0.0.1",)
    assert [skip.subject for skip in recorded.skips] == ["f, line 3", "f, line 4"]


LINES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["0", "1795538926", "x"]),
            st.sampled_from(["c4:2f:90:5e:01:10", "06-c4:2f:90:5e:01:10", "ff:ff:ff:ff:ff:ff"]),
            st.sampled_from(["10.0.0.1", "999.0.0.1", "fe80::1", "224.0.0.1"]),
            st.text(max_size=8),
            st.just("*"),
        ).map(" ".join),
        st.text(max_size=30),
    ),
    max_size=12,
).map("\n".join)


@given(LINES)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))
