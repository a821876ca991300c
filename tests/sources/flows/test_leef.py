import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.leef import LeefEvent, parse_leef

FIELDS = {"src": "10.0.0.1", "dst": "1.1.1.1", "msg": "two words"}


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("LEEF:1.0|a|b|1|41|", "\t"),
        ("LEEF:2.0|a|b|1|41|", "\t"),  # as Check Point writes it
        ("LEEF:2.0|a|b|1|41||", "\t"),
        ("LEEF:2.0|a|b|1|41|^|", "^"),
        ("LEEF:2.0|a|b|1|41|x7C|", "|"),
        ("LEEF:2.0|a|b|1|41|0x09|", "\t"),
        ("LEEF:2.0|a|b|1|41|x09|", "#011"),  # rsyslog's tab
        ("LEEF:1.0|a|b|1|41|", "|"),  # as PAN-OS writes it
        ("<13>Jan 18 11:07:53 host LEEF:1.0|a|b|1|41|", "\t"),
    ],
)
def test_attributes_and_what_separates_them(head, delimiter):
    rest = delimiter.join(f"{key}={value}" for key, value in FIELDS.items())
    assert parse_leef(head + rest) == LeefEvent("a", "b", "41", FIELDS)


def test_the_first_of_a_key_counts_and_what_is_no_pair_is_left():
    event = parse_leef("LEEF:1.0|a|b|1|41|src=1\tnothing\tsrc=2\turl=http://x/?a=b")
    assert event is not None
    assert event.fields == {"src": "1", "url": "http://x/?a=b"}


@pytest.mark.parametrize(
    "text", ["", "LEEF:1.0|a|b|1|41", "LEEF:3.0|a|b|1|41|", "xLEEF:1.0|a|b|1|4|"]
)
def test_what_is_no_event(text):
    assert parse_leef(text) is None


@given(st.text())
def test_fuzz_any_text(text):
    for line in (text, f"LEEF:2.0|a|b|c|d|{text}", f"LEEF:1.0|{text}|b|c|d|src={text}"):
        parse_leef(line)
