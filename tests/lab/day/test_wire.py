import pytest

from camscan.lab.day.wire import ACK, FIN, SYN, counts, header, packets


def test_a_connection_has_a_beginning_and_an_end(exchange):
    one = exchange(ask=b"a" * 100, reply=b"b" * 3000, sent=50_000, received=10, seconds=5.0)
    sent = list(packets(one))
    assert [packet.flags for packet in sent[:3]] == [SYN, SYN | ACK, ACK]
    assert [packet.flags for packet in sent[-3:]] == [FIN | ACK, FIN | ACK, ACK]
    times = [packet.at for packet in sent]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(5.0, abs=0.5)
    assert b"".join(packet.data for packet in sent if packet.outward) == b"a" * 100
    assert b"".join(packet.data for packet in sent if not packet.outward) == b"b" * 3000


def test_counts_are_those_of_the_packets(exchange):
    one = exchange(ask=b"a" * 100, reply=b"b" * 3000, sent=50_000, received=10)
    seen = counts(one)
    assert (seen.payload_out, seen.payload_in) == (50_100, 3_010)
    out = [packet for packet in packets(one) if packet.outward]
    assert seen.packets_out == len(out)
    assert seen.bytes_out == 50_100 + 40 * len(out) + 8  # the SYN has options


def test_what_is_not_answered_is_tried_again_by_tcp_alone(exchange):
    for outcome in ("silent", "blocked"):
        seen = counts(exchange(outcome=outcome))
        assert (seen.packets_out, seen.packets_in, seen.bytes_out) == (3, 0, 144)
        assert seen.last - 1795478400.0 == 3.0
        datagram = exchange(protocol="udp", ask=b"x" * 10, reply=b"y", outcome=outcome)
        assert counts(datagram)[:4] == (1, 0, 38, 0)


def test_a_datagram_and_its_answer(exchange):
    seen = counts(exchange(protocol="udp", ask=b"x" * 10, reply=b"y" * 20))
    assert seen[:6] == (1, 1, 38, 48, 10, 20)
    assert header("udp", 0) == 28
