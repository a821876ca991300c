"""HDS announcements of Juan's devices: both forms, and that no secret survives."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import juan
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, by_field, expected, raw

TEXT = raw("juan-5523-w")
JSON = raw("juan-wnvr-wnip2")
QUESTION = (
    b"SEARCH * HDS/1.0\r\nCSeq:1\r\nClient-ID:abc\r\nAccept-Type:text/HDP\r\n"
    b"Content-Length:0\r\n\r\n"
)


@pytest.mark.parametrize("name", ["juan-5523-w", "juan-wnvr-wnip2"])
def test_recordings(name: str) -> None:
    assert_says(juan.decode(raw(name)), expected(name, "juan"))


@pytest.mark.parametrize(
    ("data", "withheld"),
    [(TEXT, ["Esee-ID", "nonce", "wirelessApPsk"]), (JSON, ["Psk", "Esee-ID"])],
)
def test_of_secrets_only_the_names_are_kept(data: bytes, withheld: list[str]) -> None:
    found = juan.decode(data)
    assert by_field(found)["juan.withheld"] == withheld
    for secret in ("MASKED", "4999999991", "4999999992", "0" * 40):
        assert secret not in str(found)


def test_an_empty_secret_is_none() -> None:
    data = TEXT.replace(b"wirelessApPsk=MASKED-PSK", b"wirelessApPsk=")
    assert by_field(juan.decode(data))["juan.withheld"] == ["Esee-ID", "nonce"]


def test_passwords_of_other_boards_are_not_kept() -> None:
    head = b"HDS/1.0 200 OK\r\n\r\n"
    data = head + b"Device-ID=1\r\nDevice-PWD=geheim\r\nDDNS-Passwd=auch\r\nUID=XYZ-1\r\n"
    found = juan.decode(data)
    assert by_field(found) == {
        "juan.serial": ["1"],
        "juan.withheld": ["UID", "Device-PWD", "DDNS-Passwd"],
    }


@pytest.mark.parametrize(
    "data",
    [
        QUESTION,
        b"CMD * HDS/1.0\r\nDevice-ID:1\r\nContent-Length:4\r\n\r\nDevice-ID=1\r\n",
        b"HDS/1.0 401 Unauthorized\r\n\r\nDevice-ID=1\r\n",
        b"MCTP/1.0 200 OK\r\n\r\n[Success] set net information OK!\r\n",
    ],
)
def test_questions_commands_and_their_answers_are_ignored(data: bytes) -> None:
    assert juan.decode(data) == malformed()


def test_json_without_its_keys_is_nothing() -> None:
    assert juan.decode(b'{"Ver": "1.1", "Psk": "x"}') == malformed()


def test_json_of_wrong_types_is_survived() -> None:
    data = b'{"Device-Model": ["x"], "Esee-ID": 5, "Wired": {"MAC": 1}, "Wireless": [[], 3, null]}'
    assert by_field(juan.decode(data)) == {"juan.withheld": ["Esee-ID"]}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b"HDS/1.0 200 OK\r\n\r\n", b'{"a":' * 5000, b"\xff" * 90]
)
def test_junk(data: bytes) -> None:
    assert juan.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 700))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (
        data,
        b"{" + data,
        b"HDS/1.0 200 OK\r\n\r\nDevice-ID=" + data,
        TEXT[:at] + data + TEXT[at:],
        JSON[:at] + data + JSON[at:],
    ):
        assert all(field.startswith("juan.") for field, _ in juan.decode(sent).fields)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"{", b"[", b"A-", b"A=\r\n", b"Device-ID=\n", b'{"Esee-ID":'])
def test_decode_is_linear(unit: bytes) -> None:
    started = time.perf_counter()
    juan.decode(b"HDS/1.0 200 OK\r\n" + unit * (262144 // len(unit)))
    juan.decode(unit * (262144 // len(unit)))
    assert time.perf_counter() - started < 2
