"""Strict reading: every fault names the file and the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import DataError
from camscan.matching.data import DataFile
from camscan.matching.part import read_part
from camscan.matching.read import parse

VALID = """
[maker]
id = "x"
name = "X"
country = "GB"
reviewed = 2026-01-01
sources = ["manual: x"]
[[rule]]
id = "x.http.server.x"
field = "http.server"
equals = "X"
strength = "strong"
asserts = { maker = "x" }
examples = ["X", { text = "X" }]
source = ["manual: x"]
"""


def file(content: bytes) -> DataFile:
    return DataFile(name="makers/x.toml", content=content)


def test_line_of_broken_toml_is_named() -> None:
    with pytest.raises(DataError, match=r"makers/x.toml: .*line 2"):
        parse(file(b"a = 1\nb =\nc = 2"))


def test_not_utf8() -> None:
    with pytest.raises(DataError, match="not UTF-8"):
        parse(file(b'a = "\xff"'))


def read_or_refuse(content: bytes) -> str:
    """The message of the refusal, empty when the file loads."""
    try:
        read_part(file(content))
    except DataError as error:
        return str(error)
    return ""


@given(st.binary(max_size=300))
def test_fuzz_any_bytes_load_or_are_refused(content: bytes) -> None:
    message = read_or_refuse(content)
    assert message.startswith("makers/x.toml: ")


@given(place=st.integers(0, len(VALID)), cut=st.integers(0, 40), added=st.text(max_size=20))
def test_fuzz_changed_files_load_or_are_refused(place: int, cut: int, added: str) -> None:
    text = VALID[:place] + added + VALID[place + cut :]
    message = read_or_refuse(text.encode("utf-8", "replace"))
    assert message == "" or message.startswith("makers/x.toml: ")
