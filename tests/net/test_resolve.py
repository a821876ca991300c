from __future__ import annotations

import socket

import pytest

from camscan.errors import LocalFaultError
from camscan.net import resolve as module
from camscan.net.resolve import resolve


def answer(monkeypatch: pytest.MonkeyPatch, result: object) -> None:
    def getaddrinfo(*args: object, **kwargs: object) -> object:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(module.socket, "getaddrinfo", getaddrinfo)


def test_localhost_is_loopback() -> None:
    assert set(resolve("localhost")) <= {"127.0.0.1", "::1"}
    assert resolve("localhost")


def test_each_address_once_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0))
    four = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 0))
    answer(monkeypatch, [six, four, four])
    assert resolve("camera.example") == ("2001:db8::1", "10.0.0.1")


def test_no_such_name_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, socket.gaierror(socket.EAI_NONAME, "unknown"))
    assert resolve("camera.example") == ()


def test_a_silent_resolver_is_a_local_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, socket.gaierror(socket.EAI_AGAIN, "try again"))
    with pytest.raises(LocalFaultError, match="give its address"):
        resolve("camera.example")


@pytest.mark.parametrize("name", ["a" * 300, "a..b", "\x00"])
def test_what_is_no_name_is_empty(name: str) -> None:
    assert resolve(name) == ()
