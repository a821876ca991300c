"""apprise: a message by SMTP and its JSON service on loop-back, and its absence."""

import logging
import socket
import sys
import threading

import pytest

from camscan.errors import UsageError
from camscan.net.alert import Alert, AlertError, sender_of

ALERT = Alert(kind="fleet", severity="high", title="three cameras", line="the line", json=b"{}")


def test_mail_by_smtp(caplog):
    pytest.importorskip("apprise", reason="apprise is not installed")
    said = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            connection, _ = server.accept()
            with connection, connection.makefile("rwb") as stream:
                stream.write(b"220 mail ESMTP\r\n")
                stream.flush()
                in_data = False
                for line in stream:
                    said.append(line)
                    if in_data:
                        if line != b".\r\n":
                            continue
                        in_data = False
                    in_data = line.upper() == b"DATA\r\n"
                    stream.write(b"354 go\r\n" if in_data else b"250 ok\r\n")
                    stream.flush()
                    if line.upper().startswith(b"QUIT"):
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        ends = "from=camscan@town.example&to=it@town.example"
        sender = sender_of(f"mailto://127.0.0.1:{port}/?{ends}&smtp=127.0.0.1&mode=insecure")
        assert sender.name == "mailto://…"
        sender.send(ALERT)
        thread.join()
    mail = b"".join(said)
    assert b"rcpt TO:<it@town.example>" in mail
    assert b"camscan: three cameras" in mail


def test_a_failure_is_told_without_the_url(caplog):
    pytest.importorskip("apprise", reason="apprise is not installed")
    caplog.set_level(logging.DEBUG)
    sender = sender_of("json://user:s3cret@127.0.0.1:1/t0ken")
    with pytest.raises(AlertError):
        sender.send(ALERT)
    assert "s3cret" not in caplog.text
    assert "t0ken" not in sender.name


def test_urls_that_nobody_knows():
    pytest.importorskip("apprise", reason="apprise is not installed")
    with pytest.raises(UsageError, match="knows this URL") as caught:
        sender_of("nosuch://t0ken/x")
    assert "t0ken" not in str(caught.value)


def test_without_apprise(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"camscan\[alerts\]") as caught:
        sender_of("tgram://t0ken/1")
    assert "t0ken" not in str(caught.value)
