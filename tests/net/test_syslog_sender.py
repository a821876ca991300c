"""RFC 5424 messages, over each transport, taken apart by the grammar of the RFC."""

import re
import socket
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.alert import Alert, AlertError
from camscan.net.syslog_sender import SyslogSender, message

# RFC 5424 section 6: HEADER, then NILVALUE as structured data, then MSG-UTF8
FORM = re.compile(
    rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) ([!-~]{1,48})"
    rb" ([!-~]{1,128}) ([!-~]{1,32}) - \xef\xbb\xbf([^\x00-\x1f\x7f]*)"
)
AT = datetime(2026, 11, 24, 2, 13, 5, 123_456, tzinfo=UTC)


def alert(line="a camera calls 36.110.220.15", severity="high"):
    return Alert(kind="conversation", severity=severity, title="t", line=line, json=b"{}")


def test_a_message():
    assert message(alert(), AT, "gw.example", 77) == (
        b"<131>1 2026-11-24T02:13:05.123Z gw.example camscan 77 conversation - "
        b"\xef\xbb\xbfa camera calls 36.110.220.15"
    )


@given(st.text(), st.text())
def test_every_text_gives_a_message_of_the_grammar(line, host):
    data = message(alert(line * 50), AT, host, 1)
    assert FORM.fullmatch(data)
    assert len(data) <= 2048
    data.decode()


def test_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        sender = SyslogSender("127.0.0.1", server.getsockname()[1])
        sender.send(alert())
        sender.close()
        assert FORM.fullmatch(server.recv(4096))


def test_tcp_counts_octets_and_opens_again():
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = SyslogSender("127.0.0.1", server.getsockname()[1], tcp=True)
        for _ in range(2):
            sender.send(alert())
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                length, _, body = connection.recv(4096).partition(b" ")
                assert int(length) == len(body)
                assert FORM.fullmatch(body)
            sender.close()
    with pytest.raises(AlertError):
        sender.send(alert())


def test_the_local_socket(tmp_path):
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(path))
        sender = SyslogSender(None, path=str(path))
        sender.send(alert())
        sender.close()
        assert FORM.fullmatch(server.recv(4096))
    with pytest.raises(AlertError):
        SyslogSender(None, path=str(tmp_path / "none")).send(alert())
