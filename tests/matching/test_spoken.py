"""Where a device speaks of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.spoken import SCOPE, is_challenge, spoken


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("http.title", "Camera 5", "Camera 5"),
        ("http.www_authenticate", 'Digest REALM="A b", nonce="c"', "A b"),
        ("rtsp.www_authenticate", 'Basic realm=A, Digest realm="B"', "A B"),
        ("http.www_authenticate", "realm=1,realm=2,realm=3,realm=4,realm=5", "1 2 3 4"),
        ("http.www_authenticate", f'realm="{"x" * 200}"', "x" * 128),
        ("http.www_authenticate", "Negotiate", ""),
        ("wsd.scope", f"{SCOPE}name/My%20one", "name/My one"),
        ("wsd.scope", "http://other.example/name/x", ""),
    ],
)
def test_the_part_that_speaks(field: str, value: str, text: str) -> None:
    assert spoken(field, value) == text


def test_challenges_of_any_protocol() -> None:
    assert is_challenge("http.www_authenticate")
    assert not is_challenge("http.server")


@given(st.sampled_from(["http.www_authenticate", "wsd.scope", "http.title"]), st.text())
def test_fuzz_spoken(field: str, value: str) -> None:
    assert spoken("http.title", value) == value
    assert len(spoken(field, value)) <= max(len(value), 4 * 129)
    spoken(field, SCOPE + value)
