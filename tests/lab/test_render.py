"""Answers as octets: line ends, lengths, SOAP wrapping and the values of the moment."""

from __future__ import annotations

import base64
import re
import time
from datetime import datetime
from email.utils import parsedate_to_datetime

from camscan.lab.persona import Answer
from camscan.lab.render import answer_bytes, lookup, moment

LOOK = lookup({"ip": "127.66.0.10", "model": "M1"}, {"cseq": "4"}, {80: 8080, 443: 443})


def test_heads_end_lines_with_crlf_and_count_the_body() -> None:
    answer = Answer("x", head="HTTP/1.1 200 OK\nContent-Length: {length}\n", body="{model}\n")
    assert answer_bytes(answer, LOOK) == b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nM1\n"


def test_lf_only_devices_stay_lf_only() -> None:
    answer = Answer("x", head="HTTP/1.0 200 OK\nServer: s", eol="lf")
    assert answer_bytes(answer, LOOK) == b"HTTP/1.0 200 OK\nServer: s\n\n"


def test_the_envelope_wraps_soap_bodies_only() -> None:
    wrap = ("<e>", "</e>")
    assert answer_bytes(Answer("x", body="b"), LOOK, wrap) == b"<e>b</e>"
    assert answer_bytes(Answer("x"), LOOK, wrap) == b""


def test_authority_has_a_port_only_where_it_moved() -> None:
    answer = Answer("x", body="{authority:80} {authority:443} {mapped:80} {cseq}")
    assert answer_bytes(answer, LOOK) == b"127.66.0.10:8080 127.66.0.10 8080 4"


def test_values_that_hold_placeholders_are_filled_too() -> None:
    look = lookup({"ip": "1.2.3.4", "xaddrs": "http://{authority:80}/"}, {}, {})
    assert answer_bytes(Answer("x", body="{xaddrs}"), look) == b"http://1.2.3.4/"


def test_the_nonce_families() -> None:
    hik = moment("nonce_hik", "") or ""
    inner = base64.b64decode(bytes.fromhex(hik)).decode()
    assert re.fullmatch(r"[0-9a-f]{8}:\d{8}", inner)
    dahua = base64.b64decode(moment("nonce_dahua_onvif", "") or "").decode()
    assert re.fullmatch(r"onvif-digest:\d+", dahua)
    assert moment("no such thing", "") is None


def test_a_device_tells_the_time_of_its_own_clock() -> None:
    slow = lookup({"ip": "1.2.3.4", "clock_offset": "-34560000"}, {}, {})
    before = time.time() - 34_560_000
    told = answer_bytes(Answer("x", body="{epoch}|{iso}|{date}"), slow).decode().split("|")
    after = time.time() - 34_560_000
    epoch, iso, date = told
    for moment_told in (
        int(epoch),
        datetime.fromisoformat(iso).timestamp(),
        parsedate_to_datetime(date).timestamp(),
    ):
        assert int(before) <= moment_told <= after
