"""Counting packets one by one; what it counts is compared in test_batch_table.py."""

import importlib.util
import io
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources import link
from camscan.sources.flows import connection as con
from camscan.sources.flows import packet_counter, table
from camscan.sources.flows.table import FlowTable
from camscan.sources.pcap import MAX_CAPTURED
from camscan.sources.records import Form, walk
from camscan.sources.stream import ByteStream
from tests.sources.flows import test_batch_table as batches

SOURCE = Path(table.__file__).with_name("packet_counter.py")
FORMS = [
    Form("<", 16, 8, 16, 0, 60, 1, 0),
    Form(">", 16, 8, 16, 0, 60, 1, 0),
    Form("<", 12, 4, 0, 32, 64, 4, 12, 6),
    Form(">", 12, 4, 0, 32, 64, 4, 12, 6),
]
compiled = pytest.mark.skipif(
    not packet_counter.COMPILED, reason="packet_counter.py is not compiled (make compiled)"
)


def plain():
    """The module as Python, whatever is compiled."""
    loader = SourceFileLoader("plain_packet_counter", str(SOURCE))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@st.composite
def records(draw, form):
    """Records of which some lie about their length or kind."""
    order = "big" if form.order == ">" else "little"
    made = b""
    for _ in range(draw(st.integers(0, 12))):
        size = draw(st.integers(form.least, form.most + 1))
        size -= size % form.whole
        size = draw(st.sampled_from([size] * 9 + [size + 1, 1 << 31, (1 << 32) - 1]))
        record = bytearray(max(form.head, min(size, 80) + form.plus))
        record[form.length_at : form.length_at + 4] = size.to_bytes(4, order)
        if form.kind is not None:
            kind = draw(st.sampled_from([form.kind] * 9 + [1, 0]))
            record[:4] = kind.to_bytes(4, order)
        made += bytes(record)
    return made


@given(st.sampled_from(FORMS), st.data(), st.integers(0, 40), st.integers(0, 40))
def test_fuzz_records_are_found_as_single_steps_find_them(form, data, position, cut):
    made = bytes(position) + data.draw(records(form))
    size = max(position, len(made) - cut)
    assert packet_counter.find_records(made, position, size, form) == walk(
        made, position, size, form
    )


@pytest.mark.parametrize("big", [False, True])
@given(number=st.integers(0, 2**32 - 1), before=st.binary(max_size=3))
def test_a_number_of_four_bytes(number, before, big):
    data = before + number.to_bytes(4, "big" if big else "little")
    assert packet_counter.number_at(data, len(before), big) == number
    with pytest.raises(IndexError):
        packet_counter.number_at(data, len(before) + 1, big)


def test_its_numbers_are_those_of_the_other_modules():
    mine = vars(plain())
    assert mine["MAX_CAPTURED"] == MAX_CAPTURED
    assert (mine["_TCP"], mine["_UDP"], mine["_SYN"]) == (con.TCP, con.UDP, con.SYN)
    for name in ("ETHERNET", "LINUX_SLL", "LINUX_SLL2", "RAW"):
        assert mine[f"_{name}"] == getattr(link, name if name != "RAW" else "_RAW")


@given(
    st.sampled_from([b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a", b"\xa1\xb2\x3c\x4d"]), st.binary()
)
def test_fuzz_any_bytes_behind_a_magic_number(magic, junk):
    problems = []
    one = FlowTable()
    one.feed_capture(ByteStream(io.BytesIO(magic + junk), "x"), problems.append)
    one.finish()


def test_what_is_no_capture_is_refused():
    with pytest.raises(SourceError, match="neither"):
        FlowTable().feed_capture(ByteStream(io.BytesIO(b"GIF89a"), "x"), pytest.fail)


def test_what_was_counted_before_an_error_is_kept(wire):
    """A reader that fails in the middle: the medium is gone, or the user stopped it."""
    line = wire.Line()
    line.connect("10.66.1.10", "36.110.1.1", 443, out=900_000, back=10)
    data = wire.pcap(line.frames)

    class Gone(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > len(data) // 2:
                raise KeyboardInterrupt
            return super().read(size)

    one = FlowTable()
    with pytest.raises(KeyboardInterrupt):
        one.feed_capture(ByteStream(Gone(data), "x"), pytest.fail)
    one.finish()
    assert 0 < one.packets < len(line.frames)
    (flow,) = one.totals.flows("")
    assert flow.packets_out + flow.packets_in == one.packets


@compiled
def test_the_compiled_module_is_not_older_than_its_source():
    built = Path(packet_counter.__file__).stat().st_mtime
    assert built >= SOURCE.stat().st_mtime, "make compiled"


@compiled
@given(st.integers(0, 2**32), st.integers(1, 400), st.integers(0, 3), st.booleans())
@settings(max_examples=60)
def test_compiled_and_not_it_counts_the_same(wire, seed, count, filtered, damaged):
    data = batches.random_capture(wire, seed, count)
    if damaged:
        place = 24 + seed % max(1, len(data) - 24)
        data = data[:place] + seed.to_bytes(8, "big") + data[place:]
    wanted = None
    if filtered:
        hosts = (batches.HOSTS[0], batches.SIX[0]) if filtered < 3 else ()
        wanted = frozenset(wire.packed(host) for host in hosts)
    given = {"wanted": wanted, "macs": frozenset({wire.MAC_A} if filtered > 1 else ())}
    one, problems = batches.read_by("capture", data, **given)
    module = plain()
    assert not module.COMPILED
    with pytest.MonkeyPatch.context() as patch:
        for name in ("Half", "PacketCounter", "find_records"):
            patch.setattr(table, name, getattr(module, name))
        other, others = batches.read_by("capture", data, **given)
    assert list(other.totals.flows("")) == list(one.totals.flows(""))
    assert others == problems
    for field in ("packets", "kept", "not_ip", "first", "last"):
        assert getattr(other, field) == getattr(one, field), field
