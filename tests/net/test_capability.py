from __future__ import annotations

import errno
import os
import socket
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net import capability
from camscan.net.capability import capabilities, parse_capabilities
from camscan.net.interface import IfAddress, Interface


def test_each_ability_says_what_it_is_and_what_is_lost_without_it() -> None:
    found = capabilities()
    names = [c.name for c in found]
    assert len(set(names)) == len(names)
    for name in ("raw sockets", "capture", "IPv6", "neighbour table", "nmap", "scapy"):
        assert name in names
    assert any(name.startswith("multicast") for name in names)
    for one in found:
        assert one.detail
        if not one.available:
            assert one.lost


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("Name:\tcat\nCapEff:\t000001ffffffffff\n", ("NET_ADMIN", "NET_RAW")),
        ("CapEff:\t0000000000002000\n", ("NET_RAW",)),
        ("CapPrm:\t0000000000002000\nCapEff:\t0000000000000000\n", ()),
        ("CapEff:\tnonsense\n", ()),
        ("", ()),
    ],
)
def test_capabilities_of_linux(status: str, names: tuple[str, ...]) -> None:
    assert parse_capabilities(status) == names


@given(st.text())
def test_fuzz_parse_capabilities(text: str) -> None:
    assert set(parse_capabilities(text)) <= {"NET_RAW", "NET_ADMIN"}
    assert set(parse_capabilities(f"CapEff:{text}")) <= {"NET_RAW", "NET_ADMIN"}


def test_a_user_without_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = socket.socket

    class Weak(plain):  # type: ignore[misc, valid-type]
        def __init__(self, family: int = -1, kind: int = -1, *rest: int) -> None:
            if kind & 0xF == socket.SOCK_RAW:
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
            super().__init__(family, kind, *rest)

    monkeypatch.setattr(capability.socket, "socket", Weak)
    raw, capture = capability._raw_sockets(), capability._capture()
    assert not raw.available
    assert not capture.available
    assert "connects" in raw.lost
    assert "Operation not permitted" in raw.detail or sys.platform == "win32"


def test_other_platforms_have_no_live_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capability.sys, "platform", "darwin")
    found = capability._capture()
    assert not found.available
    assert "only Linux" in found.detail


def test_multicast_without_an_interface_and_on_a_mute_one() -> None:
    (none,) = capability._multicast([])
    assert not none.available
    assert "address by address" in none.lost
    mute = Interface(name="mute0", index=9, addresses=(IfAddress("10.0.0.1", 24),), multicast=False)
    (found,) = capability._multicast([mute])
    assert not found.available
    assert found.name == "multicast on mute0"


def test_few_descriptors_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capability, "raise_limit", lambda: 256)
    found = capability._descriptors()
    assert not found.available
    assert "ulimit" in found.lost
