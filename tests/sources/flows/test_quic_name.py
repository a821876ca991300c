from camscan.model.flow import Origin
from camscan.sources.flows.connection import Connection
from camscan.sources.flows.quic_name import QuicName
from tests.sources.flows import quic


def test_the_name_is_the_connections():
    opened = Connection(b"a", b"b", 17, 1, 443, Origin.PORTS, 1.0)
    opened.name, opened.name_source = "dns.example", "dns"
    reader = QuicName(opened)
    assert reader.look_at(quic.initial(quic.crypto(0, quic.HELLO[:60])), 0, 1.0)
    assert opened.name_source == "dns"
    assert not reader.look_at(quic.initial(quic.CRYPTO, number=3), 0, 1.1)
    assert (opened.name, opened.name_source) == ("example.com", "quic-sni")


def test_other_datagrams_end_the_search():
    opened = Connection(b"a", b"b", 17, 1, 443, Origin.PORTS, 1.0)
    assert not QuicName(opened).look_at(b"\x40" + bytes(40), 0, 1.0)
    assert opened.name is None
