from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.zeek_header import ZeekHeader


def learned(*lines):
    header = ZeekHeader()
    for line in lines:
        header.learn(line)
    return header


def test_what_the_lines_say():
    header = learned(
        b"#separator \\x2c", b"#set_separator,;", b"#empty_field,EMPTY", b"#unset_field,NONE",
        b"#path,conn", b"#open,2026-11-01", b"#fields,ts,uid,id.orig_h", b"#types,time,string,addr",
    )  # fmt: skip
    assert (header.separator, header.set_separator) == (b",", ";")
    assert (header.unset, header.empty, header.path) == ("NONE", "EMPTY", "conn")
    assert header.fields == ("ts", "uid", "id.orig_h")
    assert (header.place("uid"), header.place("gone")) == (1, -1)
    assert header.picker(["id.orig_h", "gone", "ts"])(["1", "C", "10.0.0.1", header.unset]) == (
        "10.0.0.1", "NONE", "1",
    )  # fmt: skip
    assert header.items("a;b") == ["a", "b"]
    assert header.items("EMPTY") == header.items("NONE") == []


def test_a_second_header_begins_anew():
    header = learned(b"#separator \\x2c", b"#fields,ts", b"#separator \\x09", b"#fields\ta\tb")
    assert header.separator == b"\t"
    assert header.fields == ("a", "b")


@given(st.lists(st.binary(max_size=60).map(lambda raw: b"#" + raw), max_size=8))
def test_fuzz_any_header(lines):
    header = learned(*lines)
    header.items("x")
    header.place("ts")
