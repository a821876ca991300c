import contextlib
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources.capture import packets
from camscan.sources.stream import ByteStream


def count(data):
    problems = []
    stream = ByteStream(io.BytesIO(data), "x.pcap")
    return sum(1 for _ in packets(stream, problems.append)), problems


def test_format_is_told_by_content(wire):
    classic = wire.pcap([(1.0, b"abc")])
    modern = wire.section() + wire.interface() + wire.enhanced(1.0, b"abc")
    for data in (classic, modern, gzip.compress(classic), gzip.compress(modern)):
        assert count(data) == (1, [])


def test_what_is_no_capture_is_a_source_error():
    with pytest.raises(SourceError, match="neither pcap nor pcapng"):
        count(b"#separator \\x09")
    with pytest.raises(SourceError, match="is empty"):
        count(b"")
    with pytest.raises(SourceError, match="gzip"):
        count(b"\x1f\x8b\xff\xff\xff\xff")


@given(st.binary(max_size=200))
def test_fuzz_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(SourceError):
        count(data)
