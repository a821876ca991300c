"""The journal of systemd as JSON: what the kernel and the name servers of a machine logged.

Source: systemd.journal-fields(7) and journalctl(1), `-o json` and `-o json-seq`: a text is a
string, bytes that are no UTF-8 are an array of numbers, what is too long is null. Every record is
read as the line of syslog that it stands for, with its own time in microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from camscan.sources.flows import syslog
from camscan.sources.flows.source import Reading
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile
from camscan.sources.stream import ByteStream

NAME = "journald"
_RECORD = re.compile(rb'\A(?:\xef\xbb\xbf|\x1e|\s)*\{[^\n]*"__REALTIME_TIMESTAMP"\s*:\s*"\d')
_SEPARATOR = "\x1e"  # of RFC 7464, before each record of json-seq
_MICROSECONDS = 1_000_000
_LATEST = 253_402_300_799  # the last second of the year 9999


Value = str | list[int | str] | None


class Record(Struct, frozen=True, gc=False):
    """What is used of one record."""

    at: str = msgspec.field(name="__REALTIME_TIMESTAMP", default="")
    host: Value = msgspec.field(name="_HOSTNAME", default=None)
    program: Value = msgspec.field(name="SYSLOG_IDENTIFIER", default=None)
    message: Value = msgspec.field(name="MESSAGE", default=None)


_decoder = msgspec.json.Decoder(Record)


def sniff(head: bytes) -> bool:
    """True when the first line is a record with its time."""
    return _RECORD.match(head) is not None


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read files, oldest first; the kinds of line are those of syslog."""
    syslog.read_texts(files, reading, _texts)


def parse_record(text: str) -> str | None:
    """The line of syslog that a record stands for; None when it is no record with a message."""
    try:
        record = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    message = _text(record.message)
    if message is None or not record.at.isdecimal() or len(record.at) > 18:
        return None
    seconds, part = divmod(int(record.at), _MICROSECONDS)
    if seconds > _LATEST:
        return None
    time = datetime.fromtimestamp(seconds, UTC).replace(microsecond=part, tzinfo=None)
    host = (_text(record.host) or "-").replace(" ", "")
    program = (_text(record.program) or "-").replace(" ", "")
    return f"{time.isoformat(timespec='microseconds')}Z {host} {program}: {message}"


def _text(value: Value) -> str | None:
    """One line; None for what is too long, or is several values."""
    if isinstance(value, list):
        numbers = [number for number in value if isinstance(number, int) and 0 <= number < 256]
        if len(numbers) < len(value):
            return None
        value = bytes(numbers).decode("utf-8", "replace")
    return value.replace("\n", " ") if value is not None else None


def _texts(stream: ByteStream) -> Iterator[tuple[int, str]]:
    for number, text in lines(stream):
        bare = text.lstrip(_SEPARATOR)
        yield number, parse_record(bare) or bare  # what is none is counted as such
