from __future__ import annotations

import subprocess
import sys

import pytest

from camscan.net import scapy_bridge


def test_the_table_of_ieee_is_there() -> None:
    table = scapy_bridge.manufacturer_table()
    assert table is not None
    assert "Hangzhou Hikvision Digital Technology" in table


def test_only_the_table_is_imported() -> None:
    code = (
        "import sys; from camscan.net.scapy_bridge import *; scapy_version();"
        "print([m for m in sys.modules if m.startswith('scapy')]);"
        "manufacturer_table(); print(sorted(m for m in sys.modules if m.startswith('scapy')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="."
    )
    assert done.stdout.splitlines() == ["[]", "['scapy', 'scapy.libs', 'scapy.libs.manuf']"]


def test_without_scapy_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scapy.libs.manuf", None)
    assert scapy_bridge.manufacturer_table() is None

    def missing(name: str) -> str:
        raise scapy_bridge.metadata.PackageNotFoundError(name)

    assert scapy_bridge.scapy_version() is not None
    monkeypatch.setattr(scapy_bridge.metadata, "version", missing)
    assert scapy_bridge.scapy_version() is None
