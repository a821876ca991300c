"""Texts without addresses and names."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.report import scrub
from camscan.report.scrub import ADDRESS, Scrubber, labels, unusual

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


PIECES = st.sampled_from(
    ["10.1.2.3", "::1", "fe80::1:2", "aa:bb:cc:dd:ee:ff", "AA bb 00 11 22 33", "aabb.ccdd.eeff",
     "a.LAN", "x.local", "/var/log", "C:\\x", "1", ".", ":", " ", "; ", ". ", "é", "→", "١", "K"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join))
def test_the_first_look_misses_nothing(text: str) -> None:
    slowly = text
    for pattern, stead in (
        (scrub._MAC, ADDRESS),
        (scrub._IPV6, scrub._address),
        (scrub._IPV4, scrub._address),
        (scrub._PATH, "(file)"),
        (scrub._OWN, "(name)"),
    ):
        slowly = pattern.sub(stead, slowly)
    assert Scrubber({})(text) == slowly


def test_addresses_by_a_function() -> None:
    known = {"203.0.113.7": "outside-1"}
    asked = Scrubber({"203.0.113.8": "device-1"}, known.get)
    assert asked("203.0.113.7:443 and 203.0.113.8, 203.0.113.9") == (
        f"outside-1:443 and device-1, {ADDRESS}"
    )


def test_unusual_addresses() -> None:
    assert unusual(["203.0.113.7", "fe80::1"]) == []
    assert unusual(["fe80::1", "FE80::1", "a b", "::"]) == ["FE80::1", "a b"]
    assert unusual(["10.1.0.9", "é"]) == ["é"]


@given(
    st.from_regex(r"\A[\w.:%/\\@-]{1,40}\Z") | st.sampled_from(["CAM-3", "10.1.0.9:80", "a.lan"])
)
def test_one_word_alone_is_as_one_of_several(word: str) -> None:
    assert SCRUB(f"- {word}") == f"- {SCRUB(word)}"
