from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.dns_stream import DnsStream
from camscan.sources.flows.name_table import NameTable

CLIENT = b"\x0a\x42\1\x0a"


def framed(message):
    return len(message).to_bytes(2, "big") + message


def test_two_messages_in_three_pieces(wire):
    names = NameTable()
    data = framed(wire.dns("a.example", "1.2.3.4")) + framed(wire.dns("b.example", "5.6.7.8"))
    stream = DnsStream(names, CLIENT, 100)
    for begin, end in ((0, 1), (1, 50), (50, len(data))):
        assert stream.look_at(data[begin:end], 100 + begin, 1.0)
    assert names.name_of(CLIENT, "1.2.3.4") == "a.example"
    assert names.name_of(CLIENT, "5.6.7.8") == "b.example"


def test_what_is_no_dns_is_given_up():
    assert not DnsStream(NameTable(), CLIENT).look_at(b"GET / HTTP/1.1\r\n\r\n", 1, 1.0)
    assert not DnsStream(NameTable(), CLIENT).look_at(b"\0\5hello", 1, 1.0)


def test_messages_are_bounded(wire):
    data = framed(wire.dns("a.example", answer=False))
    stream = DnsStream(NameTable(), CLIENT)
    wanted = [stream.look_at(data, 1 + n * len(data), 1.0) for n in range(64)]
    assert wanted == [True] * 63 + [False]


@given(st.lists(st.tuples(st.integers(0, 90), st.binary(max_size=60)), max_size=8))
def test_fuzz_any_segments(segments):
    stream = DnsStream(NameTable(), CLIENT)
    for sequence, payload in segments:
        if payload and not stream.look_at(payload, sequence, 1.0):
            break
