import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources.file_parts import FilePart
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_part import GivenNames, Order, read_part

FIELDS = (
    b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\torig_pkts\n"
)
ROW = b"5.0\tC1\t10.66.1.10\t40000\t36.110.1.1\t443\ttcp\tSF\t3\n"


def read(path, content, given=None, header=FIELDS):
    path.write_bytes(content)
    learned = ZeekHeader()
    learned.learn(header.rstrip(b"\n"))
    return read_part(Order(FilePart(str(path)), learned), Keep(), GivenNames(given or {}))


def test_what_a_part_told(tmp_path):
    rare = ROW.replace(b"SF", b"OTH").replace(b"5.0", b"9.0")
    told = read(
        tmp_path / "x",
        ROW + b"torn\n" + rare + ROW.replace(b"tcp", b"unknown_transport") + ROW,
        {"C1": ("a.example", "sni"), "C2": ("b.example", "sni")},
    )
    assert (told.lines, told.count, told.first, told.last) == (5, 5, 5.0, 9.0)
    ((kind,), counts) = told.sums[0].kinds, told.sums[0].counts
    assert (kind.peer, kind.name, counts.tolist()) == ("36.110.1.1", "a.example", [2])
    ((values, more),) = told.flows
    assert (values, more["source"], more["count"]) == ((), "10.66.1.10", 1)
    assert told.bad == [(2, "1 columns instead of 9")]
    assert (told.bad_count, told.used, told.unknown) == (1, ["C1"], 1)
    assert told.problem is None


def test_a_header_within_is_told(tmp_path):
    told = read(tmp_path / "x", ROW + b"#unset_field\tnone\n" + ROW)
    assert told.header.unset == "none"
    assert told.lines == 3


def test_rows_of_another_log_are_not_for_it(tmp_path):
    other = b"#fields\tts\tid.orig_h\tid.resp_h\tserver_name\n5.0\t10.0.0.1\t8.8.8.8\tx.example\n"
    assert read(tmp_path / "x", ROW + other) is None
    assert read(tmp_path / "x", b"#fields\tts\tfuid\n5.0\tF1\n") is None


def test_bad_lines_are_counted_and_the_first_kept(tmp_path):
    told = read(tmp_path / "x", b"torn\n" * 50)
    assert (told.bad_count, len(told.bad)) == (50, 20)


def test_no_file(tmp_path):
    with pytest.raises(SourceError):
        read_part(Order(FilePart(str(tmp_path / "no"), 5, 9), ZeekHeader()), Keep(), GivenNames({}))


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_fuzz_read_part(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("part") / "x"
    told = read(path, ROW + b"\n".join(lines))
    assert told is None or told.count >= 1
