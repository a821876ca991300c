"""Raw answers in nmap's service fingerprints."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.nmap_fingerprint import RawAnswer, parse_fingerprint


def escape(data: bytes) -> str:
    """As nmap writes it: letters and digits as they are, the rest escaped."""
    named = {13: r"\r", 10: r"\n", 9: r"\t", 0: r"\0"}
    return "".join(
        chr(byte)
        if chr(byte).isascii() and chr(byte).isalnum()
        else named.get(byte, f"\\x{byte:02x}" if not 33 <= byte < 127 else f"\\{chr(byte)}")
        for byte in data
    )


def test_answers_of_several_probes() -> None:
    text = (
        r'SF-Port80-TCP:V=7.93%I=7%P=x86_64-pc-linux-gnu%r(GetRequest,14,"HTTP/1\.1\x20200\x20OK'
        r'\r\nA:\x20\"b\"\r\n")%r(NULL,3,"\xff\xfd\0");'
    )
    assert parse_fingerprint(text) == (
        RawAnswer("GetRequest", b'HTTP/1.1 200 OK\r\nA: "b"\r\n'),
        RawAnswer("NULL", b"\xff\xfd\0"),
    )


def test_lines_as_printed_are_joined() -> None:
    text = 'SF-Port23-TCP:V=7.93%r(NULL,6,"log\nSF:in:");'
    assert parse_fingerprint(text) == (RawAnswer("NULL", b"login:"),)


def test_an_open_end_gives_what_is_there() -> None:
    assert parse_fingerprint('%r(NULL,6,"login') == (RawAnswer("NULL", b"login"),)
    assert parse_fingerprint("") == ()


@pytest.mark.alone
def test_a_hostile_text_takes_no_time() -> None:
    began = time.monotonic()
    assert len(parse_fingerprint('%r(A,1,"\\' * 100_000)) <= 64
    assert time.monotonic() - began < 2


@given(st.binary(min_size=1, max_size=200))
def test_fuzz_parse_fingerprint(data: bytes) -> None:
    assert parse_fingerprint(f'%r(NULL,{len(data):X},"{escape(data)}");') == (
        RawAnswer("NULL", data),
    )


@given(st.text(max_size=200))
def test_fuzz_parse_fingerprint_of_anything(text: str) -> None:
    for answer in parse_fingerprint(f'%r(NULL,1,"{text}'):
        assert re.fullmatch(r"[A-Za-z0-9_-]+", answer.probe)
