from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import threading
from pathlib import Path

import pytest

from camscan.net.nmap_bridge import arguments, find_nmap, second_opinion, too_old
from camscan.net.profile import PROFILES


def test_a_machine_without_nmap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import nmap

    plain = nmap.PortScanner.__init__

    def nowhere(self: object) -> None:
        plain(self, nmap_search_path=(str(tmp_path / "nmap"),))

    monkeypatch.setattr(nmap.PortScanner, "__init__", nowhere)
    found = find_nmap()
    assert found.version is None
    assert "not installed" in found.reason


def test_a_machine_without_python_nmap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nmap", None)
    found = find_nmap()
    assert found.version is None
    assert "python-nmap" in found.reason


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_the_version_that_the_program_prints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "nmap"
    program.write_text("#!/bin/sh\necho 'Nmap version 7.93 ( https://nmap.org )'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert find_nmap().version == "7.93"


@pytest.mark.parametrize(
    ("version", "old"),
    [("7.80", False), ("7.93", False), ("8.0", False), ("7.70", True), ("6.99", True), ("x", True)],
)
def test_versions_that_serve(version: str, old: bool) -> None:
    assert too_old(version) == old


def test_options_follow_the_profile() -> None:
    gentle = arguments(PROFILES["gentle"], 4)
    assert "--max-rate 100 " in gentle
    assert "--scan-delay 1000ms" in gentle
    assert "-6" not in gentle
    assert arguments(PROFILES["normal"], 6).endswith("-6")


@pytest.mark.skipif(shutil.which("nmap") is None, reason="needs the program nmap")
def test_nmap_itself_on_one_port_of_loopback() -> None:
    banner = b"HTTP/1.0 200 OK\r\nServer: lighttpd/1.4.69\r\n\r\n<html></html>"
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def serve() -> None:
            server.settimeout(0.1)
            while not stop.is_set():
                try:
                    peer, _ = server.accept()
                except TimeoutError:
                    continue
                with peer:
                    peer.settimeout(10)
                    with contextlib.suppress(OSError):
                        peer.recv(1000)
                        peer.sendall(banner)

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        try:
            options = arguments(PROFILES["thorough"], 4)
            answer = second_opinion(["127.0.0.1"], port, options, timeout=60)
        finally:
            stop.set()
            thread.join()
    assert not answer.timed_out
    assert b'product="lighttpd"' in answer.xml
    assert f'portid="{port}"'.encode() in answer.xml
    assert answer.xml.count(b"<port ") == 1


def test_what_nmap_complains_of_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "nmap"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = -V ]; then\n'
        "echo 'Nmap version 7.93 ( https://nmap.org )'; exit; fi\n"
        "echo 'QUITTING!: no route' >&2\nexit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    answer = second_opinion(["127.0.0.1"], 80, "-sT", timeout=10)
    assert "no route" in answer.stderr
    assert answer.xml == b""


def test_an_nmap_without_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "nmap"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = -V ]; then\n'
        "echo 'Nmap version 7.93 ( https://nmap.org )'; exit; fi\n"
        "exec sleep 60\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert second_opinion(["127.0.0.1"], 80, "-sT", timeout=1).timed_out
