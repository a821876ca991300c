"""Texts without addresses and names."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.report.scrub import ADDRESS, Scrubber, labels

SCRUB = Scrubber({"10.1.0.9": "device-1", "cam-3": "device-1", "North Road": "site-1", "ab": "x"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 10.1.0.9.", "at device-1."),
        ("10.1.0.9:80, 10.1.0.99", f"device-1:80, {ADDRESS}"),
        ("https://10.1.0.9/a", "https://device-1/a"),
        ("CAM-3 of north road", "device-1 of site-1"),
        ("fd00::9%eth0 and [2001:db8::1]:80", f"{ADDRESS} and [{ADDRESS}]:80"),
        ("::ffff:10.2.3.4", ADDRESS),
        ("00:11:22:AA:bb:cc 00-11-22-aa-bb-cc 0011.22aa.bbcc", f"{ADDRESS} {ADDRESS} {ADDRESS}"),
        ("host nvr.town.lan asked", "host (name) asked"),
        ("02:13:00 UTC 2026-11-24", "02:13:00 UTC 2026-11-24"),
        ("version 5.4.5, 999.1.1.1 and 1.2.3", "version 5.4.5, 999.1.1.1 and 1.2.3"),
        ("read /var/log/a.log, C:\\logs\\b.log; tcp/443", "read (file), (file); tcp/443"),
        ("above and about", "above and about"),
        ("", ""),
    ],
)
def test_what_is_taken_out(text: str, expected: str) -> None:
    assert SCRUB(text) == expected
    assert SCRUB(text) == expected, "from the cache too"


@given(st.ip_addresses(), st.sampled_from(["{}", "({})", "a {}, b", "x={};", "{}/24 ", "'{}'"]))
def test_no_address_passes(address: ipaddress.IPv4Address, frame: str) -> None:
    assert str(address) not in SCRUB(frame.format(address))


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(SCRUB(text), str)


def test_labels_sort_as_they_count() -> None:
    assert labels(["b", "a", "b"], "site") == {"b": "site-1", "a": "site-2"}
    many = labels(map(str, range(12)), "device")
    assert list(many.values()) == sorted(many.values())
