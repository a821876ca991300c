"""Source ports are nobody's while they are held."""

from __future__ import annotations

import socket

import pytest

from camscan.errors import LocalFaultError
from camscan.net import source_ports
from camscan.net.source_ports import ATTEMPTS, SourcePorts


def test_outside_the_ephemeral_range_and_held(tmp_path):
    told = tmp_path / "range"
    told.write_text("32768\t60999\n")
    held = SourcePorts(ephemeral=told)
    assert len(held.ports) == ATTEMPTS
    assert held.ports.stop <= 32768 or held.ports.start > 60999
    with socket.socket() as sock, pytest.raises(OSError, match="in use"):
        sock.bind(("", held.ports[3]))
    with socket.socket() as sock, pytest.raises(ConnectionRefusedError):
        sock.connect(("127.0.0.1", held.ports[3]))  # bound, not listening: the kernel resets
    held.close()
    with socket.socket() as sock:
        sock.bind(("", held.ports[3]))


def test_a_machine_that_gives_all_its_ports_to_programs(tmp_path):
    told = tmp_path / "range"
    told.write_text("1024 65535")
    SourcePorts(ephemeral=told).close()


def test_none_free(monkeypatch):
    monkeypatch.setattr(SourcePorts, "_hold", lambda self, ports: False)
    monkeypatch.setattr(source_ports, "_TRIES", 3)
    with pytest.raises(LocalFaultError, match="free TCP ports"):
        SourcePorts()
