import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources import buffer
from camscan.sources.buffer import AHEAD, PAGE, Joined, Reused
from camscan.sources.stream import ByteStream


def read(kind, data, keep, *, packed=False):
    """The stream again, with `keep` bytes read a second time at each step."""
    raw = io.BytesIO(gzip.compress(data) if packed else data)
    stream = ByteStream(raw, "x")
    made = kind(stream.chunk(), stream)
    out = bytes(made.data[made.begin : made.size])
    while made.more(max(made.begin, made.size - keep)):
        assert len(made.data) >= made.size + AHEAD
        piece = bytes(made.data[made.begin : made.size])
        rest = min(keep, len(out))
        assert piece[:rest] == out[len(out) - rest :]
        out += piece[rest:]
        if kind is Reused:
            assert (made.size - len(out)) % PAGE == 0
    return out


@pytest.mark.parametrize("kind", [Joined, Reused])
@pytest.mark.parametrize("packed", [False, True])
@given(data=st.binary(max_size=3000), keep=st.integers(0, 700))
def test_nothing_is_lost_between_the_pieces(kind, packed, data, keep):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffer, "CHUNK", 256)
        data = b"-" + data  # not by chance a compressed one
        assert read(kind, data, keep, packed=packed) == data


def test_a_rest_longer_than_a_piece_gets_room():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffer, "CHUNK", 64)
        data = bytes(range(256)) * 20
        assert read(Reused, data, 3000) == data


@pytest.mark.parametrize("large_pages", ["none", "refused"])
def test_memory_without_large_pages_serves_too(monkeypatch, large_pages):
    if large_pages == "none":
        monkeypatch.delattr(buffer.mmap, "MADV_HUGEPAGE", raising=False)
    else:
        monkeypatch.setattr(buffer.mmap, "MADV_HUGEPAGE", 12_345, raising=False)
    monkeypatch.setattr(buffer, "CHUNK", 256)
    data = bytes(range(1, 251)) * 20
    assert read(Reused, data, 10) == data
