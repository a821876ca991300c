import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.json_block import WantedTexts, heads_of, lines_at
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.total import packed_address

ANY = msgspec.json.Decoder(object)


def test_one_object_a_line():
    assert heads_of(b'{"a":1}\n{}\r\n{"b":[{}]}\r', ANY) == [{"a": 1}, {}, {"b": [{}]}]


@pytest.mark.parametrize(
    "block",
    [
        b"", b"{}\n\n{}", b"{}\n", b"{} {}", b"{}\r{}", b"{}\nx", b'{}\n{"', b"[" * 9999,
        # Together as many values as lines, yet not one a line.
        b'{}{"a":\n{}}', b'{} {"a":{}\n}', b'{"a":"}\n{"}{}', b"1 [\n2]",
    ],
)  # fmt: skip
def test_what_is_not_one_object_a_line(block):
    assert heads_of(block, ANY) is None


def test_lines_by_their_places():
    block = b"one\n\nthree\r\nfour"
    assert list(lines_at(block, [0, 2, 3])) == [b"one", b"three\r", b"four"]
    assert list(lines_at(block, [1])) == [b""]
    assert list(lines_at(b"only", [0])) == [b"only"]
    assert list(lines_at(block, [])) == []


def test_who_is_wanted(monkeypatch):
    monkeypatch.setattr("camscan.sources.flows.json_block._REMEMBERED", 3)
    wanted = WantedTexts(Keep(addresses=frozenset([packed_address("10.66.1.10")])))
    asked = ["10.66.1.10", "::ffff:10.66.1.10", "10.66.1.11", "2001:db8::1", "camera", None]
    # What is no address is to be told as what it is.
    assert [wanted[text] for text in asked] == [True, True, False, False, True, True]
    assert len(wanted) <= 3


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12), st.sampled_from([b"{}", b"{", b"}", b'{"a":{}}', b'"', b""])
        )
    )
)
def test_fuzz_values_are_those_of_the_lines(lines):
    block = b"\n".join(lines)
    heads = heads_of(block, ANY)
    if heads is not None:
        assert heads == [ANY.decode(line.strip(b" \t\r")) for line in block.split(b"\n")]
