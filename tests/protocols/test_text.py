from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.text import redact, to_text

CHINESE = "网络摄像机"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (CHINESE.encode("gb2312"), "gb2312", CHINESE),
        (CHINESE.encode("gb2312"), None, CHINESE),
        (CHINESE.encode("gb2312"), "utf-8", CHINESE),
        (CHINESE.encode("utf-8"), "gb2312", CHINESE),
        (CHINESE.encode("utf-8"), None, CHINESE),
        (CHINESE.encode("utf-8"), "no-such-charset", CHINESE),
        (CHINESE.encode("utf-8"), "\x00", CHINESE),
        (CHINESE.encode("utf-8"), "zip", CHINESE),
        (CHINESE.encode("utf-8")[:-1], None, CHINESE[:-1]),
        (b"\xef\xbb\xbfcam", None, "cam"),
        ("cam".encode("utf-16"), None, "cam"),
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"caf\xe9 \xff", None, "café ÿ"),
        (b"", None, ""),
    ],
)
def test_encodings(data: bytes, charset: str | None, text: str) -> None:
    assert to_text(data, charset) == text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('{"Psk":"hunter22","Ver":"1.1"}', '{"Psk":…,"Ver":"1.1"}'),
        ("password = 'x y'; model=1", "password = …; model=1"),
        ("rtsp://admin:12345@10.0.0.1/ch1", "rtsp://10.0.0.1/ch1"),
        ("a?user=admin&pwd=secret&x=1", "a?user=admin&pwd=…&x=1"),
        ('{"latitude":51.5,"longitude":-0.1}', '{"latitude":…,"longitude":…}'),
        ('<input type="password" name="p">', '<input type="password" name="p">'),
        ('var password = "";', 'var password = "";'),
        ("Please enter your password: ", "Please enter your password: "),
    ],
)
def test_secrets_are_cut_out(said: str, kept: str) -> None:
    assert redact(said) == kept


@given(st.binary(max_size=400), st.none() | st.text(max_size=20))
def test_fuzz_to_text(data: bytes, charset: str | None) -> None:
    assert isinstance(to_text(data, charset), str)


@pytest.mark.alone
@pytest.mark.parametrize("unit", ["password", "psk:", 'pwd="', "http://", "http://a", "a@", '"'])
def test_fuzz_redact_is_linear(unit: str) -> None:
    started = time.perf_counter()
    redact(unit * (131072 // len(unit)))
    assert time.perf_counter() - started < 2
