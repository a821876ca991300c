"""`camscan fp record` against a camera on loopback: asked once, masked, never beyond its scope."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.cli.fp_record import split_target
from camscan.errors import CamscanError, ScopeError, SourceError, UsageError
from camscan.inventory.journal import Started, Touched
from camscan.inventory.store import Store

# Of this process alone; a web port, for any other is only listened to.
NETWORK = f"127.77.{os.getpid() % 250}"
ADDRESS = f"{NETWORK}.9"
PORT = 8090
PAGE = b"<html><title>index</title>unit a4:14:37:42:bd:f2 at %s</html>" % ADDRESS.encode()


class Camera(BaseHTTPRequestHandler):
    """A web server that names itself, its MAC and its address."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response_only(200)
        self.send_header("Server", "App-webs/")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self) -> None:
        self.send_response_only(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    handler = type("Asked", (Camera,), {"asked": []})
    with ThreadingHTTPServer((ADDRESS, PORT), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def run(tmp_path: Path, *arguments: str) -> Result:
    db = str(tmp_path / "camscan.db")
    result = CliRunner().invoke(
        cli, ["fp", "record", *arguments, "--db", db, "-q"], standalone_mode=False
    )
    if isinstance(result.exception, CamscanError):
        raise result.exception
    assert result.exception is None, result.exception
    return result


@pytest.mark.slow(35)
def test_a_camera_is_recorded_and_masked(tmp_path: Path, port: int) -> None:
    path = tmp_path / "unknown.jsonl"
    result = run(tmp_path, f"{ADDRESS}:{port}", "-o", f"jsonl:{path}")
    assert result.return_value == 0
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert {line["target"] for line in lines} == {"recorded-1"}
    found = {line["field"]: line["value"] for line in lines}
    assert found["http.server"] == "App-webs/"
    assert "unit a4:14:37:00:00:00 at 192.0.2.1" in found["http.body"]
    assert ADDRESS not in path.read_text("utf-8")
    assert "answers recorded and masked" in result.stderr
    assert "maker Hikvision" in result.stderr
    assert "no rule knows: http.title 'index'" in result.stderr
    assert f"camscan identify {path}" in result.stderr
    assert "fp new" in result.stderr
    assert "fp lint" in result.stderr
    identified = CliRunner().invoke(
        cli, ["identify", "--format", "jsonl", str(path)], standalone_mode=False
    )
    assert json.loads(identified.stdout)["maker"]["id"] == "hikvision"


@pytest.mark.slow(35)
def test_it_is_a_scan_of_that_one_address_with_a_journal(tmp_path: Path, port: int) -> None:
    run(tmp_path, f"{ADDRESS}:{port}", "--authorised-by", "ticket 7")
    records = Store(str(tmp_path / "camscan.db")).records("latest")
    started = next(record for record in records if isinstance(record, Started))
    assert started.scope.targets == (ADDRESS,)
    assert started.scope.profile == "gentle"
    assert started.scope.ports == (port,)
    assert started.authority is not None
    assert started.authority.name == "ticket 7"
    touched = [record.contact for record in records if isinstance(record, Touched)]
    assert touched
    assert {contact.address for contact in touched} == {ADDRESS}


@pytest.mark.slow(35)
def test_lines_go_to_standard_output_and_advice_does_not(tmp_path: Path, port: int) -> None:
    result = run(tmp_path, f"{ADDRESS}:{port}", "--log-format", "json")
    assert all("field" in json.loads(line) for line in result.stdout.splitlines())
    assert all("message" in json.loads(line) for line in result.stderr.splitlines())


def test_nothing_answers_and_nothing_is_written(tmp_path: Path, port: int) -> None:
    path = tmp_path / "none.jsonl"
    with pytest.raises(SourceError, match="nothing is written"):
        run(tmp_path, f"{NETWORK}.10:{port}", "-o", f"jsonl:{path}")
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("10.0.0.0/30",), UsageError, "name one device"),
        (("@hosts.txt",), UsageError, "name one device"),
        (("10.0.0.1-9",), UsageError, "9 addresses"),
        (("10.0.0.1:0",), UsageError, "a port is 1 to 65535"),
        (("10.0.0.1", "--format", "csv"), UsageError, "writes jsonl"),
        (("8.8.8.8",), ScopeError, "public"),
        (("8.8.8.8", "--allow-public"), ScopeError, "authori"),
    ],
)
def test_refused_before_anything_is_sent(
    tmp_path: Path, arguments: tuple[str, ...], error: type[CamscanError], words: str
) -> None:
    with pytest.raises(error, match=words):
        run(tmp_path, *arguments)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("10.0.0.9", "10.0.0.9", None),
        ("10.0.0.9:8080", "10.0.0.9", 8080),
        ("fd00::9", "fd00::9", None),
        ("[fd00::9]", "fd00::9", None),
        ("[fd00::9]:80", "fd00::9", 80),
        ("cam.example:80", "cam.example", 80),
        ("fe80::9%eth0", "fe80::9%eth0", None),
    ],
)
def test_targets(text: str, host: str, port: int | None) -> None:
    assert split_target(text) == (host, port)
