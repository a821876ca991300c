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
    rows = [["1", "C", "10.0.0.1"], ["2", "D", "10.0.0.2"]]
    assert header.columns(rows, ["id.orig_h", "gone", "ts"]) == [
        ("10.0.0.1", "10.0.0.2"), ("NONE", "NONE"), ("1", "2"),
    ]  # fmt: skip
    assert header.items("a;b") == ["a", "b"]
    assert header.items("EMPTY") == header.items("NONE") == []


def test_a_second_header_begins_anew():
    header = learned(b"#separator \\x2c", b"#fields,ts", b"#separator \\x09", b"#fields\ta\tb")
    assert header.separator == b"\t"
    assert header.fields == ("a", "b")


def test_headers_that_mean_the_same():
    one = learned(b"#separator \\x09", b"#fields\tts\tuid")
    other = learned(b"#fields\tts\tuid", b"#open\t2026-11-01")
    assert one.same(other)
    assert not one.same(learned(b"#fields\tuid\tts"))
    assert not one.same(learned(b"#fields\tts\tuid", b"#unset_field\tx"))


@given(st.lists(st.binary(max_size=60).map(lambda raw: b"#" + raw), max_size=8))
def test_fuzz_any_header(lines):
    header = learned(*lines)
    header.items("x")
    header.place("ts")
