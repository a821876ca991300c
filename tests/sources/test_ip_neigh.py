"""Neighbour tables as Unix tools print them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.ip_neigh import NAME, parse_records, sniff
from camscan.sources.jsonl import Recorded
from camscan.sources.recorded import format_of

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


LAB = {
    "10.71.0.60": "00:40:8c:5e:01:60",
    "10.71.0.51": "3c:ef:8c:5e:01:11",
    "10.71.0.50": "c4:2f:90:5e:01:10",
}
LINK_LOCAL = {"fe80::240:8cff:fe5e:112%br0": "00:40:8c:5e:01:12"}


@pytest.mark.parametrize(
    "name", ["ip-neigh.txt", "ip-s-neigh.txt", "ip-j-neigh.json", "ip-j-p-neigh.json"]
)
def test_ip_neigh(name: str) -> None:
    recorded = sample(name)
    assert macs(recorded) == LAB | LINK_LOCAL
    assert recorded.skips == ()


def test_the_brief_form_of_ip_neigh() -> None:
    """As iproute2 6.1 prints it: columns, no state, an unresolved neighbour without a MAC."""
    rows = (
        ("10.9.9.3", "v0", ""),
        ("10.9.9.2", "v0", "00:40:8c:01:02:03"),
        ("ff02::16", "v1", "33:33:00:00:00:16"),
        ("fe80::1234", "v0", "00:40:8c:01:02:04"),
    )
    data = "".join(f"{address:<39} {device:<16} {mac}\n" for address, device, mac in rows).encode()
    assert format_of(data) == "ip_neigh"
    found = parse_records(data + b"10.9.9.4 eth0\n", "f")
    macs = {item.target: item.value for item in found.evidence if item.field == "mac.address"}
    assert macs == {"10.9.9.2": "00:40:8c:01:02:03", "fe80::1234%v0": "00:40:8c:01:02:04"}
    assert [skip.subject for skip in found.skips] == ["f, line 5"]


@pytest.mark.parametrize("name", ["proc-net-arp.txt", "linux-arp-a.txt", "linux-arp-n.txt"])
def test_arp_of_linux(name: str) -> None:
    recorded = sample(name)
    assert macs(recorded) == LAB
    assert recorded.skips == ()


def test_evidence_is_of_the_link() -> None:
    recorded = sample("linux-arp-a.txt")
    assert {item.transport for item in recorded.evidence} == {"link"}
    assert said(recorded)["10.71.0.50"] == {
        "mac.address": "c4:2f:90:5e:01:10",
        "mac.oui": "c4:2f:90",
    }


def test_macos_leaves_out_zeros_and_names_are_no_dhcp_names() -> None:
    recorded = sample("macos-arp-a.txt")
    assert said(recorded)["192.168.1.99"] == {
        "mac.address": "d0:03:4b:3b:27:d5",
        "mac.oui": "d0:03:4b",
    }
    assert len(recorded.targets) == 5
    assert recorded.skips == ()


def test_freebsd() -> None:
    recorded = sample("freebsd-arp-a.txt")
    assert macs(recorded)["192.168.71.2"] == "00:50:56:f7:4a:fc"
    assert len(recorded.targets) == 3


def test_a_name_in_place_of_an_address_is_a_skip() -> None:
    recorded = sample("centos-arp-v.txt")
    assert macs(recorded) == {"192.168.71.254": "00:50:56:fe:7a:b4"}
    assert [skip.subject for skip in recorded.skips] == ["centos-arp-v.txt, line 2"]


def test_bad_lines_are_skips_with_their_numbers() -> None:
    text = (
        b"10.0.0.1 dev eth0 lladdr c4:2f:90:00:00:01 REACHABLE\n"
        b"10.0.0.2 dev eth0 lladdr rubbish REACHABLE\n"
        b"10.0.0.3 dev eth0 FAILED\n"
        b"ff02::16 dev eth0 lladdr 33:33:00:00:00:16 NOARP\n"
        b"nonsense\n"
    )
    recorded = parse_records(text, "f")
    assert list(macs(recorded)) == ["10.0.0.1"]
    assert [skip.subject for skip in recorded.skips] == ["f, line 2", "f, line 5"]


def test_bad_objects_are_skips_with_their_numbers() -> None:
    text = (
        b'[{"dst":"10.0.0.1","dev":"eth0","lladdr":"c4:2f:90:00:00:01","state":["STALE"]},{},'
        b'{"dst":7},{"dst":"x","dev":"eth0","lladdr":"c4:2f:90:00:00:01","state":[]},'
        b'{"dst":"10.0.0.4","dev":"eth0","lladdr":"c4:2f:90:00:00:04","state":["FAILED"]}]'
    )
    assert sniff(text)
    recorded = parse_records(text, "f")
    assert list(macs(recorded)) == ["10.0.0.1"]
    assert [skip.subject for skip in recorded.skips] == ["f, record 3", "f, record 4"]
    for cut in (text[:-1], b"[" * 100_000):
        assert [skip.subject for skip in parse_records(cut, "f").skips] == ["f"]


def test_one_address_with_two_macs_has_none() -> None:
    text = (
        b"10.0.0.1 dev eth0 lladdr c4:2f:90:00:00:01 REACHABLE\n"
        b"10.0.0.1 dev eth1 lladdr c4:2f:90:00:00:02 REACHABLE\n"
        b"10.0.0.1 dev eth2 lladdr c4:2f:90:00:00:01 REACHABLE\n"
    )
    recorded = parse_records(text, "f")
    assert recorded.evidence == ()
    assert [skip.subject for skip in recorded.skips] == ["f, line 2"]


WORDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["dev", "lladdr", "0x1", "0x2", "at", "(10.0.0.1)", "10.0.0.1", "fe80::1", "\n", "["]
        ),
        st.just("c4:2f:90:01:02:03"),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["dst", "dev", "lladdr", "state"]),
            st.one_of(st.text(max_size=9), st.integers(), st.just("fe80::1"), st.just(["STALE"])),
        )
    )
)
def test_fuzz_parse_records_of_objects(objects: list[dict[str, object]]) -> None:
    said(parse_records(json.dumps(objects).encode(), "f"))
