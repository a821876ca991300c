import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.key_value import (
    count_of,
    epoch_seconds,
    host_of_url,
    key_values,
    port_of,
)


def test_plain_and_quoted_values():
    text = 'Nov 26 fw a=1 b="two words" c= d="" e="say \\"no\\"" a=9 f="open'
    assert key_values(text) == {
        "a": "9", "b": "two words", "c": "", "d": "", "e": 'say \\"no\\"', "f": "",
    }  # fmt: skip


def test_counts():
    fields = {"a": "12", "b": "x", "c": "-3", "d": "1" * 19, "e": "٣", "p": "65536", "q": "443"}
    assert count_of(fields, "b", "a") == 12
    assert [count_of(fields, name) for name in "bcdez"] == [None] * 5
    assert count_of(fields, "d", digits=19) == int("1" * 19)
    assert (port_of(fields, "p"), port_of(fields, "q")) == (None, 443)


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
def test_times_in_any_unit(unit):
    assert epoch_seconds(1_795_720_235 * unit) == 1_795_720_235.0
    assert epoch_seconds(1_795_720_235 * unit + unit // 2) == 1_795_720_235 + unit // 2 / unit


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Cloud.example:8443/a?b=http://other.example", ("cloud.example", True)),
        ("http://cloud.example", ("cloud.example", False)),
        ("cloud.example/path", ("cloud.example", False)),
        ("https://[2001:db8::1]/", ("2001:db8::1", True)),
        ("https://[2001:db8::1", (None, False)),
        ("", (None, False)),
    ],
)
def test_hosts_of_urls(url, host):
    assert host_of_url(url) == host


@given(st.text())
def test_fuzz_texts(text):
    for value in key_values(f'a="{text}" {text}=1').values():
        assert isinstance(value, str)
    host, _ = host_of_url(text)
    assert host is None or isinstance(host, str)
