"""Lease files as Kea writes them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.jsonl import Recorded
from camscan.sources.kea_leases import NAME, parse_records, sniff

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


HEADING = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state"
)


def test_every_lease() -> None:
    recorded = sample("kea-leases4.csv")
    assert said(recorded)["10.71.0.52"] == {
        "mac.address": "00:40:8c:5e:01:12",
        "mac.oui": "00:40:8c",
        "dhcp.hostname": "axis-00408c5e0112",
    }
    assert len(recorded.targets) == 5
    assert recorded.skips == ()


def test_the_time_is_when_the_client_was_heard() -> None:
    times = {item.target: str(item.at) for item in sample("kea-leases4.csv").evidence}
    assert times["10.71.0.50"] == "2026-11-24 04:48:54+00:00"


def test_a_released_address_is_nobodys() -> None:
    recorded = sample("kea-leases4-released.csv")
    assert macs(recorded) == {"10.71.0.50": "3c:ef:8c:5e:01:11"}
    assert [skip.reason for skip in recorded.skips] == [
        "addresses that nobody holds were left out: 1 released"
    ]


def test_dhcpv6_names_the_mac() -> None:
    assert macs(sample("kea-leases6.csv")) == {"fd71::50": "00:40:8c:5e:01:12"}


def test_the_newest_line_of_an_address_wins() -> None:
    lines = [
        HEADING,
        "10.0.0.1,c4:2f:90:00:00:01,,3600,1795499334,1,0,0,old,0",
        "10.0.0.1,c4:2f:90:00:00:02,,3600,1795499335,1,0,0,new,0",
        "10.0.0.2,c4:2f:90:00:00:03,,3600,1795499335,1,0,0,x,1",
    ]
    recorded = parse_records("\n".join(lines).encode(), "f")
    assert macs(recorded) == {"10.0.0.1": "c4:2f:90:00:00:02"}
    assert "1 declined" in recorded.skips[0].reason


def test_escapes_and_domains_of_names() -> None:
    lines = [
        HEADING,
        "10.0.0.1,c4:2f:90:00:00:01,,3600,1795499334,1,0,0,a&#x2cb,0",
        "10.0.0.2,c4:2f:90:00:00:02,,3600,1795499334,1,1,1,cam.example.org.,0",
    ]
    found = said(parse_records("\n".join(lines).encode(), "f"))
    assert [fields["dhcp.hostname"] for fields in found.values()] == ["a,b", "cam"]


def test_bad_lines_are_skips_with_their_numbers() -> None:
    lines = [
        "10.0.0.1,too,early",
        HEADING,
        "10.0.0.1,c4:2f",
        "nowhere,c4:2f:90:00:00:01,,3600,1795499334,1,0,0,x,0",
        "10.0.0.3,rubbish,,3600,1795499334,1,0,0,x,0",
        "10.0.0.4,c4:2f:90:00:00:04,,,,1,0,0,,0",
    ]
    recorded = parse_records("\n".join(lines).encode(), "f")
    assert macs(recorded) == {"10.0.0.4": "c4:2f:90:00:00:04"}
    assert [skip.subject for skip in recorded.skips] == [f"f, line {n}" for n in (1, 3, 4, 5)]


CELLS = st.lists(
    st.lists(
        st.one_of(
            st.sampled_from(["10.0.0.1", "c4:2f:90:00:00:01", "0", "3600", "9" * 12, "&#x2c", "²"]),
            st.text(max_size=6),
        ),
        min_size=6,
        max_size=11,
    ).map(",".join),
    max_size=8,
)


@given(CELLS)
def test_fuzz_parse_records(lines: list[str]) -> None:
    data = "\n".join([HEADING, *lines]).encode("utf-8", "replace")
    assert sniff(data)
    said(parse_records(data, "f"))


def test_dumps_of_a_data_base() -> None:
    """Columns as the procedures lease4DumpHeader and lease4DumpData of Kea 2.0 give them."""
    data = (
        b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,"
        b"state,user_context\n"
        b"10.71.0.50,C42F905E0110,01C42F905E0110,3600,2026-11-25 09:28:54,1,0,0,ipc,default,\n"
        b"10.71.0.51,3cef8c5e0111,,3600,2026-11-25 09:28:54+00,1,0,0,,expired-reclaimed,\n"
    )
    assert sniff(data)
    found = parse_records(data, "f")
    assert [(e.target, e.field, e.value) for e in found.evidence] == [
        ("10.71.0.50", "mac.address", "c4:2f:90:5e:01:10"),
        ("10.71.0.50", "mac.oui", "c4:2f:90"),
        ("10.71.0.50", "dhcp.hostname", "ipc"),
    ]
