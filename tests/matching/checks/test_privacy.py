"""What in an example would point at one real device or person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.checks.privacy import check, masked, problems
from camscan.matching.data import DataRoot
from camscan.matching.load import load

KNOWN = frozenset({"c42f90"})


@pytest.mark.parametrize(
    "text",
    [
        "c4:2f:90:00:00:00",
        "c4:2f:90:xx:xx:xx",
        "realm=c42f90000000",
        "realm=c42f90xxxxxx",
        "nonce=aabbccddeeff",
        "http://192.168.1.64/onvif",
        "http://192.0.2.7/",
        "192.0.0.64 login:",
        "V5.4.5.1 build 170124",
        "1.8.8.1",
        "o=- 1109162014219182 1109162014219192 IN IP4 0.0.0.0",
    ],
)
def test_masked_values_pass(text: str) -> None:
    # `1.8.8.1` alone is a version as often as an address: only whole values are looked at.
    found = [code for code, _ in problems(text, KNOWN)]
    assert found == ([] if text != "1.8.8.1" else ["public-address"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("c4:2f:90:12:34:56", "full-mac"),
        ("C4-2F-90-12-34-56", "full-mac"),
        ("realm=c42f90123456", "full-mac"),
        ("http://81.2.69.142/", "public-address"),
        ("c=IN IP4 81.2.69.142", "public-address"),
        ("someone@example.org", "mail-address"),
    ],
)
def test_personal_data_is_named(text: str, code: str) -> None:
    assert code in [found for found, _ in problems(text, KNOWN)]


def test_serials(make_root) -> None:
    rule = """
[[rule]]
id = "bolt.http.body.serial"
field = "http.body"
regex = 'serial=(?P<serial>[A-Z]+\\d+)'
strength = "medium"
examples = [{ text = "serial=SN12345678", serial = "SN12345678" }]
source = ["manual: Bolt guide"]

[[rule]]
id = "bolt.http.server.web"
"""
    change = ('[[rule]]\nid = "bolt.http.server.web"\n', rule)
    data = load(DataRoot(base=make_root({"makers/bolt.toml": change})))
    assert [(problem.rule, problem.code) for problem in check(data)] == [
        ("bolt.http.body.serial", "full-serial")
    ]


def test_masked() -> None:
    assert masked("00:00:00")
    assert masked("XX-xx-XX")
    assert masked("ffffff")
    assert not masked("12:34:56")


@given(st.text(max_size=200))
def test_fuzz_any_text(text: str) -> None:
    for code, message in problems(text, KNOWN):
        assert code
        assert message
