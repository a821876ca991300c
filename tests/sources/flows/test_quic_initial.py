import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.quic_initial import QuicHello, is_initial
from camscan.sources.flows.tls_hello import Hello
from tests.sources.flows import quic


def test_the_packet_of_rfc_9001():
    """Appendix A.2 prints how the protected packet begins; A.1 prints the keys."""
    packet = quic.initial(quic.CRYPTO)
    assert packet.hex().startswith("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8")
    assert [key.hex() for key in quic.client_keys()] == [
        "1f369613dd76d5467730efcbe3b1a22d",
        "fa044b2f42a3fd3b46fb255c",
        "9f50449e04a0e810283a1e9933adedd2",
    ]
    assert is_initial(packet)
    assert QuicHello().look_at(packet) == "example.com"


def test_the_keys_of_rfc_9369():
    """Version 2 has labels, a salt and a packet type of its own (appendix A.1)."""
    assert [key.hex() for key in quic.client_keys(version=quic.V2)] == [
        "8b1a0bc121284290a29e0971b5cd045d",
        "91f73e2351d8fa91660e909f",
        "45b95e15235d6f45a6b19cbcb0294ba9",
    ]
    assert QuicHello().look_at(quic.initial(quic.CRYPTO, version=quic.V2)) == "example.com"


def test_a_hello_over_several_datagrams_in_pieces_of_any_order():
    pieces = [(at, quic.HELLO[at : at + 30]) for at in range(0, len(quic.HELLO), 30)]
    random.Random(1).shuffle(pieces)
    frames = [quic.crypto(*piece) for piece in pieces]
    hello = QuicHello()
    first = quic.initial(b"\1".join(frames[:4]) + b"\0\0\1", number=0)
    second = quic.initial(b"\0\0".join(frames[4:]), number=1)
    assert hello.look_at(first) is Hello.INCOMPLETE
    assert hello.look_at(first) is Hello.INCOMPLETE
    assert hello.look_at(second) == "example.com"


def test_two_packets_in_one_datagram_and_acknowledgements_between():
    half = len(quic.HELLO) // 2
    ack = b"\2\5\0\1\0\0\0"
    first = quic.initial(quic.crypto(0, quic.HELLO[:half]), number=0, size=500)
    second = quic.initial(ack + quic.crypto(half, quic.HELLO[half:]), number=1, size=500)
    assert QuicHello().look_at(first + second) == "example.com"


def test_the_keys_stay_when_the_client_takes_up_the_servers_connection_id():
    half = len(quic.HELLO) // 2
    hello = QuicHello()
    hello.look_at(quic.initial(quic.crypto(0, quic.HELLO[:half]), number=0))
    rest = quic.crypto(half, quic.HELLO[half:])
    packet = quic.initial(rest, number=1, identity=b"server-id", original=quic.IDENTITY)
    assert hello.look_at(packet) == "example.com"


def test_new_keys_after_a_retry():
    hello = QuicHello()
    assert hello.look_at(quic.initial(quic.crypto(0, quic.HELLO[:9]))) is Hello.INCOMPLETE
    again = quic.initial(quic.CRYPTO, number=1, identity=b"of-retry", token=b"t" * 40)
    assert hello.look_at(again) == "example.com"


def test_a_packet_cut_by_the_snap_length_still_names_its_server():
    assert QuicHello().look_at(quic.initial(quic.CRYPTO)[:400]) == "example.com"
    assert QuicHello().look_at(quic.initial(quic.CRYPTO)[:80]) is Hello.INCOMPLETE


def test_changed_packets_say_nothing():
    packet = bytearray(quic.initial(quic.CRYPTO))
    packet[200] ^= 1
    assert QuicHello().look_at(bytes(packet)) is Hello.INCOMPLETE


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x40" + bytes(40),  # short header
        b"\xe0\0\0\0\1" + bytes(40),  # Handshake
        b"\xc0\0\0\0\0" + bytes(40),  # version negotiation
        b"\xc0\xff\0\0\x1d" + bytes(40),  # a draft
    ],
)
def test_other_datagrams(datagram):
    assert not is_initial(datagram)
    assert QuicHello().look_at(datagram) is Hello.NOT_TLS


def test_work_is_bounded():
    hello = QuicHello()
    packet = quic.initial(quic.crypto(9, b"x"), size=100)
    found = [hello.look_at(packet) for _ in range(13)]
    assert found[:12] == [Hello.INCOMPLETE] * 12
    assert found[12] is Hello.NOT_TLS


@given(st.binary(max_size=300), st.binary(max_size=200))
def test_fuzz_any_bytes(data, frames):
    QuicHello().look_at(data)
    QuicHello().look_at(b"\xc0\0\0\0\1" + data)
    found = QuicHello().look_at(quic.initial(frames, size=250))
    assert isinstance(found, (str, Hello))
