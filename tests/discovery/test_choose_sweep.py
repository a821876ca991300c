"""Raw where it can be, connections where it cannot, and the reason in words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from camscan.discovery import choose_sweep as module
from camscan.discovery.choose_sweep import choose_sweep, raw_lanes
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_connect import TcpConnect
from camscan.net.interface import interfaces
from camscan.scope import build_scope


def chosen(*targets):
    scope = build_scope(targets)
    return choose_sweep((80,), scope=scope, interfaces=interfaces(), start=3, events=SweepEvents())


def test_loopback_is_swept_by_connections():
    choice = chosen("127.0.0.0/29")
    assert isinstance(choice.method, TcpConnect)
    assert choice.reason


@pytest.mark.root
def test_ethernet_is_swept_raw(segment):
    choice = segment.inside(segment.near, lambda: chosen("10.97.0.0/24"))
    assert (choice.method.name, choice.reason) == ("tcp-syn", "")


@pytest.mark.root
def test_a_tunnel_is_not(segment):
    segment.command(segment.near, *["ip", "tuntap", "add", "dev", "tun5", "mode", "tun"])
    segment.command(segment.near, *["ip", "address", "add", "10.95.0.1/24", "dev", "tun5"])
    segment.command(segment.near, *["ip", "link", "set", "tun5", "up"])
    choice = segment.inside(segment.near, lambda: chosen("10.95.0.16/28"))
    assert choice.method.name == "tcp-connect"
    assert choice.reason == "tun5: a tunnel without a link layer, not Ethernet"


def test_without_the_permission(monkeypatch):
    monkeypatch.setattr("camscan.net.link_layer.refused", lambda: "raw frames need NET_RAW: no")
    choice = chosen("10.0.0.0/24")
    assert isinstance(choice.method, TcpConnect)
    assert choice.reason == "raw frames need NET_RAW: no"


def test_without_numpy(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    said = raw_lanes(build_scope(["10.0.0.1"]), interfaces())
    assert said == "the Python package numpy is not installed"


def test_a_plan_does_not_load_numpy():
    code = (
        "import sys\n"
        "from camscan.discovery.choose_sweep import raw_lanes\n"
        "from camscan.net.interface import interfaces\n"
        "from camscan.scope import build_scope\n"
        "raw_lanes(build_scope(['127.0.0.0/24', '10.0.0.0/16']), interfaces())\n"
        "print('numpy' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
