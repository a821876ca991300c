from __future__ import annotations

import sys
from pathlib import Path

import pytest

from camscan.net.nmap_bridge import find_nmap


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
