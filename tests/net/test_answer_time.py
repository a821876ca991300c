"""The peer's own time, whatever ours was spent on."""

from __future__ import annotations

import socket
import sys
import threading

import pytest

from camscan.net.answer_time import answer_seconds

WAIT = 0.2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_we_do_meanwhile_does_not_count() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        peer, _ = server.accept()
        with client, peer:
            client.sendall(b"?")
            peer.recv(1)
            answered = threading.Event()
            threading.Timer(WAIT, lambda: (peer.sendall(b"!"), answered.set())).start()
            assert answered.wait(10)
            threading.Event().wait(3 * WAIT)  # our own other work
            taken = answer_seconds(client)
            assert taken is not None
            assert WAIT * 0.8 < taken < 2.5 * WAIT


def test_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "TCP_INFO", raising=False)
    with socket.socket() as sock:
        assert answer_seconds(sock) is None


def test_a_socket_that_is_closed_tells_nothing() -> None:
    sock = socket.socket()
    sock.close()
    assert answer_seconds(sock) is None
