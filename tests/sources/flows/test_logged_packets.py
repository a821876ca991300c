from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows import logged_packets
from camscan.sources.flows.connection import ACK, SYN
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.name_table import NameTable

CAMERA, SERVER = b"\x0a\x42\x01\x0a", b"\x24\x6e\x01\x01"


def both():
    book = FlowLedger("log", Keep(), NameTable(), unit="lines")
    return book, LoggedPackets(book)


def flows(book, packets):
    packets.finish()
    return list(book.totals.flows("log"))


def test_udp_goes_on_until_it_pauses():
    book, packets = both()
    for at in (0.0, 60.0, 150.0, 400.0):
        packets.packet(at, CAMERA, SERVER, 17, 32100, 32100, length=48, blocked=True, place="lan")
    (flow,) = flows(book, packets)
    assert (flow.count, flow.packets_out, flow.bytes_out, flow.packets_in) == (2, 4, 192, 0)
    assert (flow.first, flow.last, flow.starts) == (0.0, 400.0, (0.0, 400.0))
    assert book.kept == 2


def test_the_same_packet_elsewhere_within_a_second():
    book, packets = both()
    packets.packet(0.0, CAMERA, SERVER, 17, 5000, 53, length=60, blocked=True, place="lan")
    packets.packet(0.2, CAMERA, SERVER, 17, 5000, 53, length=60, blocked=True, place="wan")
    packets.packet(5.0, CAMERA, SERVER, 17, 5000, 53, length=60, blocked=True, place="wan")
    (flow,) = flows(book, packets)
    assert (flow.count, flow.packets_out) == (1, 2)


def test_both_directions_are_one_connection():
    book, packets = both()
    packets.packet(0.0, CAMERA, SERVER, 6, 40000, 443, flags=SYN, mac=b"\1" * 6)
    packets.packet(0.1, SERVER, CAMERA, 6, 443, 40000, flags=SYN | ACK, mac=b"\2" * 6)
    packets.packet(0.2, CAMERA, SERVER, 6, 40000, 443, flags=ACK)
    (flow,) = flows(book, packets)
    assert (flow.source, flow.port, flow.count) == ("10.66.1.10", 443, 1)
    assert flow.source_mac == "01:01:01:01:01:01"
    assert (flow.origin, flow.packets_out, flow.blocked) == (Origin.SYN, None, False)


def test_what_was_let_through_once_is_not_a_blocked_try():
    book, packets = both()
    packets.packet(0.0, CAMERA, SERVER, 6, 40000, 443, flags=SYN, blocked=True, place="a")
    packets.packet(5.0, CAMERA, SERVER, 6, 40000, 443, flags=SYN, blocked=False, place="a")
    (flow,) = flows(book, packets)
    assert not flow.blocked


def test_an_unknown_length_makes_the_sum_unknown():
    book, packets = both()
    packets.packet(0.0, CAMERA, SERVER, 17, 1, 53, length=60, blocked=True)
    packets.packet(1.5, CAMERA, SERVER, 17, 1, 53, blocked=True)
    (flow,) = flows(book, packets)
    assert (flow.packets_out, flow.bytes_out) == (2, None)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(logged_packets, "_ROOM", 4)
    book, packets = both()
    for port in range(1, 40):
        packets.packet(float(port), CAMERA, SERVER, 6, port, 443, flags=SYN, blocked=True)
        assert len(packets._newer) + len(packets._older) <= 8
    (flow,) = flows(book, packets)
    assert (flow.count, flow.packets_out) == (39, 39)


PACKETS = st.lists(
    st.tuples(
        st.floats(0, 1e6),
        st.booleans(),
        st.sampled_from([1, 2, 6, 17, 58]),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 65535),
        st.integers(0, 31),
        st.none() | st.integers(0, 255),
        st.none() | st.integers(0, 9999),
        st.booleans(),
        st.sampled_from(["a", "b"]),
    ),
    max_size=40,
)


@given(PACKETS)
def test_fuzz_packets(rows):
    book, packets = both()
    for at, out, protocol, sport, port, flags, kind, length, blocked, place in rows:
        ends = (CAMERA, SERVER) if out else (SERVER, CAMERA)
        packets.packet(
            at,
            *ends,
            protocol,
            sport,
            port,
            flags=flags,
            kind=kind,
            length=length,
            blocked=blocked,
            place=place,
        )
    found = flows(book, packets)
    assert sum(flow.count for flow in found) <= len(rows)
    assert all(flow.packets_in == 0 for flow in found if flow.blocked)
    assert bool(found) == bool(rows)
