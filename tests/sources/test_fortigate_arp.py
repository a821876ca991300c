"""Tables of a FortiGate."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.fortigate_arp import NAME, parse_records, sniff
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


def test_arp() -> None:
    recorded = sample("fortigate-arp.txt")
    assert macs(recorded) == {
        "10.10.1.3": "50:b7:c3:75:ea:dd",
        "192.168.0.190": "28:f1:0e:03:2a:97",
        "192.168.0.97": "f4:f2:6d:37:b0:99",
    }
    assert recorded.skips == ()


def names(recorded: Recorded) -> dict[str, tuple[str | None, str | None]]:
    return {
        target: (fields.get("dhcp.hostname"), fields.get("dhcp.vendor_class"))
        for target, fields in said(recorded).items()
    }


def test_leases_with_all_columns() -> None:
    recorded = sample("fortigate-lease-list-7.txt")
    found = names(recorded)
    assert found["10.32.159.11"] == ("NLZ0637-02", "MSFT 5.0")
    assert macs(recorded)["10.32.159.11"] == "cc:6b:1e:14:15:e1"
    assert recorded.skips == ()


def test_a_value_that_is_too_long_for_its_column() -> None:
    found = names(sample("fortigate-lease-list-7.txt"))
    assert found["10.32.159.162"] == ("YUM-FM_567", "dhcpcd-6.7.1:Linux-4.4.21-v7+:armv7l:BCM2709")
    assert found["10.32.159.197"] == ("SHOP-Bremen-Marktplatz-Unifi3BS", "ubnt")


@pytest.mark.parametrize(
    ("hostname", "vendor"),
    [("h" * 20, "v" * 19), ("h" * 25, "v" * 19), ("h" * 19, "v" * 33), ("h" * 19, "v" * 20)],
)
def test_where_a_full_column_ends(hostname: str, vendor: str) -> None:
    assert names(parse_records(lease(hostname, vendor), "f"))["10.32.159.11"] == (hostname, vendor)


def test_where_two_full_columns_meet_nothing_is_guessed() -> None:
    recorded = parse_records(lease("h" * 20, "v" * 25), "f")
    assert names(recorded) == {"10.32.159.11": (None, None)}
    assert macs(recorded) == {"10.32.159.11": "cc:6b:1e:14:15:e1"}


def lease(hostname: str, vendor: str) -> bytes:
    """One lease as the seven columns of the sample are padded."""
    heading, entry = (SAMPLES / "fortigate-lease-list-7.txt").read_text().splitlines()[1:3]
    start, end = heading.index("Hostname"), heading.index("SSID")
    moved = f"{entry[:start]}{hostname:<20}{vendor:<20}{entry[end:]}"
    return f"{heading}\n{moved}\n".encode()


def test_leases_with_fewer_columns_and_spaces_in_names() -> None:
    recorded = sample("fortigate-lease-list-5.txt")
    found = names(recorded)
    assert found["10.0.0.6"] == ("Joes Phone", None)
    assert found["172.16.31.3"] == ("android", "android-dhcp")
    assert macs(recorded)["172.16.31.3"] == ""  # 11:… is a group's
    assert recorded.skips == ()


def test_leases_whose_columns_were_squeezed() -> None:
    found = names(sample("fortigate-lease-list-narrow.txt"))
    assert found["192.168.2.165"] == ("iPhone", None)
    assert found["192.168.2.53"] == (None, "udhcp 1.10.4")
    assert found["192.168.2.51"] == ("H-J-Dell-L1", "MSFT 5.0")


def test_both_tables_in_one_paste() -> None:
    data = b"".join(
        (SAMPLES / name).read_bytes()
        for name in ("fortigate-arp.txt", "fortigate-lease-list-5.txt")
    )
    assert len(macs(parse_records(data, "f"))) == 7


def test_bad_lines_are_skips_with_their_numbers() -> None:
    data = (SAMPLES / "fortigate-arp.txt").read_bytes() + b"10.0.0.1     0    rubbish  wan1\n"
    recorded = parse_records(data, "f")
    assert len(recorded.targets) == 3
    assert [skip.subject for skip in recorded.skips] == ["f, line 7"]


WORDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "10.0.0.1",
                "c4:2f:90:01:02:03",
                "\n",
                "0",
                "IP   MAC-Address  Hostname  VCI  Expiry\n",
                "Sun Sep  2 13:07:04 2018\n",
            ]
        ),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))
