"""rsyslogd takes camscan's alerts by UDP, TCP and a local socket, and takes them apart as RFC 5424
messages with its own parser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camscan.net.alert import Alert
from camscan.net.syslog_sender import SyslogSender

pytestmark = pytest.mark.peer

_SETTINGS = """
global(workDirectory="{folder}" maxMessageSize="8k" parser.escapeControlCharactersOnReceive="on")
module(load="imudp")
module(load="imtcp")
module(load="imuxsock" SysSock.Use="off")
input(type="imudp" address="127.0.0.1" port="{udp}" ruleset="kept")
input(type="imtcp" address="127.0.0.1" port="{tcp}" ruleset="kept")
input(type="imuxsock" Socket="{folder}/log" useSpecialParser="off" ruleset="kept")
template(name="parts" type="list" option.jsonf="on") {{
  property(outname="pri" name="pri" format="jsonf")
  property(outname="version" name="protocol-version" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="process" name="procid" format="jsonf")
  property(outname="id" name="msgid" format="jsonf")
  property(outname="data" name="structured-data" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
  property(outname="way" name="inputname" format="jsonf")
}}
ruleset(name="kept") {{
  action(type="omfile" file="{folder}/kept" template="parts" asyncWriting="off")
}}
"""
TEXT = 'a camera calls 36.110.220.15 – „Überwachung“ [x] ="1"'


class Collector:
    """A running rsyslogd."""

    def __init__(self, folder: Path, udp: int, tcp: int) -> None:
        self.folder, self.udp, self.tcp = folder, udp, tcp

    def kept(self, count: int) -> list[dict[str, str]]:
        """The first messages that it took, as it took them apart."""
        path = self.folder / "kept"
        until = time.monotonic() + 30
        while True:
            lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
            whole = [line for line in lines if line.endswith(b"\n")]
            if len(whole) >= count:
                return [json.loads(line) for line in whole[:count]]
            assert time.monotonic() < until, f"{len(whole)} of {count} messages after 30 s"
            time.sleep(0.02)


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    program = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
    if program is None:
        pytest.skip("rsyslogd is not installed (Debian and Ubuntu: apt install rsyslog)")
    folder = tmp_path_factory.mktemp("rsyslog")
    udp, tcp = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    settings = folder / "rsyslog.conf"
    settings.write_text(_SETTINGS.format(folder=folder, udp=udp, tcp=tcp))
    command = [program, "-n", "-f", str(settings), "-i", str(folder / "pid")]
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        until = time.monotonic() + 30
        while True:
            assert child.poll() is None, (folder / "said").read_text()
            try:
                socket.create_connection(("127.0.0.1", tcp), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, (folder / "said").read_text()
                time.sleep(0.02)
        yield Collector(folder, udp, tcp)
    finally:
        child.terminate()
        child.wait(30)


def alert(severity: str, line: str = TEXT) -> Alert:
    return Alert(kind="conversation", severity=severity, title="t", line=line, json=b"{}")


def test_rsyslogd_understands_what_is_sent(collector: Collector) -> None:
    senders = {
        "imudp": SyslogSender("127.0.0.1", collector.udp),
        "imtcp": SyslogSender("127.0.0.1", collector.tcp, tcp=True),
        "imuxsock": SyslogSender(None, path=str(collector.folder / "log")),
    }
    before = datetime.now(UTC)
    for number, sender in enumerate(senders.values(), start=1):
        sender.send(alert("high"))
        collector.kept(number)  # one after the other, so that their order is known
    for sender in senders.values():
        sender.close()
    kept = collector.kept(3)
    assert [message["way"] for message in kept] == list(senders)
    for message in kept:
        said = datetime.fromisoformat(message.pop("time"))
        assert abs((said - before).total_seconds()) < 60
        del message["way"]
        assert message == {
            "pri": "131",  # local0, error
            "version": "1",
            "host": socket.gethostname(),
            "app": "camscan",
            "process": str(os.getpid()),
            "id": "conversation",
            "data": "-",
            "message": f"\ufeff{TEXT}",
        }


def test_octets_are_counted_where_messages_follow_each_other(collector: Collector) -> None:
    """Many messages in one connection, longer ones and such with line ends among them."""
    path = collector.folder / "kept"
    already = len(path.read_bytes().splitlines()) if path.exists() else 0
    sender = SyslogSender("127.0.0.1", collector.tcp, tcp=True)
    lines = [f"{number} " + "é" * (number * 31) + "\nno second message" for number in range(40)]
    for line in lines:
        sender.send(alert("low", line))
    sender.close()
    messages = [m["message"] for m in collector.kept(already + len(lines))[already:]]
    for line, message in zip(lines, messages, strict=True):
        whole = f"\ufeff{line}".replace("\n", " ")
        assert whole.startswith(message)  # cut at 2,048 octets
        assert len(message.encode()) >= min(len(whole.encode()), 1900)
