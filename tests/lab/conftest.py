"""Shared by the lab's tests: a loopback network of our own, so that parallel runs do not meet."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator

import pytest

from camscan.lab import Lab
from camscan.lab.persona import personas
from camscan.lab.ports import mapped

LOOPBACK_BASE = f"127.{100 + os.getpid() % 120}"


def port_of(lab: Lab, address: str, wanted: int) -> int:
    """The port that stands for `wanted` on this device in this mode."""
    if lab.mode == "namespace":
        return wanted
    persona = personas()[lab.truth[address].persona]
    return mapped([service.port for service in persona.service])[wanted]


def ask(address: str, port: int, data: bytes, *, tls: bool = False, seconds: float = 2.0) -> bytes:
    """Send, then read until the other side closes or falls silent."""
    received = b""
    with socket.create_connection((address, port), 3) as plain:
        plain.settimeout(seconds)
        sock = plain
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(plain)
        sock.sendall(data)
        try:
            while block := sock.recv(65_536):
                received += block
        except TimeoutError:
            return received
    return received


def address_of(lab: Lab, persona: str) -> str:
    """The first address of a persona."""
    return next(address for address, truth in lab.truth.items() if truth.persona == persona)


@pytest.fixture(scope="module")
def small() -> Iterator[Lab]:
    with Lab.up("small", "loopback", base=LOOPBACK_BASE) as lab:
        yield lab
