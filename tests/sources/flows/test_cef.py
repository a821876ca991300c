import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.cef import CefEvent, labelled, parse_cef, parse_extension


def test_header_and_extension():
    event = parse_cef(
        r"Sep 19 08:26:10 host CEF:0|security\|x|threat\\manager|1.0|100|detected a \| in it|10|"
        r"src=10.0.0.1 act=blocked a | dst=1.1.1.1 msg=two words\nand \= and \\ cs1Label=Rule cs1="
    )
    assert event == CefEvent(
        "security|x", r"threat\manager", "100", "detected a | in it",
        {
            "src": "10.0.0.1", "act": "blocked a |", "dst": "1.1.1.1",
            "msg": "two words\nand = and \\", "cs1Label": "Rule", "cs1": "",
        },
    )  # fmt: skip


def test_a_space_behind_the_name_and_no_extension():
    event = parse_cef("CEF: 0|Fortinet|Fortigate|v6.0.3|00013|traffic:forward close|3|")
    assert event is not None
    assert (event.vendor, event.event, event.fields) == ("Fortinet", "00013", {})


@pytest.mark.parametrize(
    "text", ["", "CEF:0|a|b|c|d|e", "xCEF:0|a|b|c|d|e|3|", "CEF:a|b|c|d|e|f|g|"]
)
def test_what_is_no_event(text):
    assert parse_cef(text) is None


def test_the_first_of_a_key_counts_and_free_text_ends_it():
    text = (
        "src=1.1.1.1 request=http://a/?src=2.2.2.2 ad.field[0]=x msg=said src=3.3.3.3 dst=4.4.4.4"
    )
    fields = parse_extension(text)
    assert (fields["src"], fields["ad.field[0]"], fields["dst"]) == ("1.1.1.1", "x", "4.4.4.4")
    assert fields["request"] == "http://a/?src=2.2.2.2"
    assert "dst" not in parse_extension(text, last="msg")


def test_custom_fields_are_named_by_their_labels():
    fields = {"cn1": "7", "cn1Label": "SessionID", "cs1Label": "Rule"}
    assert [labelled(fields, label) for label in ("SessionID", "Rule", "x")] == ["7", None, None]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a=b=c d=e", {"a": "b=c", "d": "e"}),
        ("=x a=", {"a": ""}),
        ("a=1  b=2 ", {"a": "1", "b": "2"}),
        ("no pair", {}),
        (r"a=x\=y z\=1 b=2", {"a": "x=y z=1", "b": "2"}),
        ("9a=1 -=2", {"9a": "1", "-": "2"}),
    ],
)
def test_where_keys_begin(text, fields):
    assert parse_extension(text) == fields


@given(st.text())
def test_fuzz_any_text(text):
    for line in (text, f"CEF:0|a|b|c|d|e|3|{text}", f"CEF:0|{text}|a|b|c|d|e|3|src={text}"):
        event = parse_cef(line)
        if event is not None:
            labelled(event.fields, text)
    parse_extension(text, last="msg")


def test_hostile_lines_take_no_longer_than_others():
    for part in ("CEF:0|", "CEF:0|\\", "a=", " a=\\", "CEF:0|a|b|c|d|e|"):
        parse_cef(part * (65_536 // len(part)))
