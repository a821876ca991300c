"""Shared by the lab's tests: a loopback network of our own, so that parallel runs do not meet."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from camscan.lab import Lab
from camscan.lab.persona import personas
from camscan.lab.ports import mapped

LOOPBACK_BASE = f"127.{100 + os.getpid() % 120}"


class Client:
    """What a test needs to speak with the devices of a lab."""

    base = LOOPBACK_BASE

    @staticmethod
    def address(lab: Lab, persona: str) -> str:
        """The first address of a persona."""
        return next(a for a, truth in lab.truth.items() if truth.persona == persona)

    @staticmethod
    def port(lab: Lab, address: str, wanted: int) -> int:
        """The port that stands for `wanted` on this device in this mode."""
        if lab.mode == "namespace":
            return wanted
        persona = personas()[lab.truth[address].persona]
        return mapped([service.port for service in persona.service])[wanted]

    @staticmethod
    def ask(address: str, port: int, data: bytes, seconds: float = 2.0) -> bytes:
        """Send, then read until the other side closes or falls silent."""
        received = b""
        with socket.create_connection((address, port), 3) as sock:
            sock.settimeout(seconds)
            sock.sendall(data)
            try:
                while block := sock.recv(65_536):
                    received += block
            except (TimeoutError, ConnectionResetError):
                return received
        return received

    @staticmethod
    def take(address: str, port: int, data: bytes, limit: int) -> int:
        """Send, then read up to `limit` octets; returns how many came."""
        total = 0
        with socket.create_connection((address, port), 3) as sock:
            sock.settimeout(5)
            sock.sendall(data)
            while total < limit and (block := sock.recv(65_536)):
                total += len(block)
        return total


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture(scope="module")
def small() -> Iterator[Lab]:
    with Lab.up("small", "loopback", base=LOOPBACK_BASE) as lab:
        yield lab
