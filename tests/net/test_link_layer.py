"""Which interfaces take frames of our own, and why the others do not."""

from __future__ import annotations

import socket
import subprocess

import pytest

from camscan.net.link_layer import link_layer, refused


def ip(wires, line):
    subprocess.run(["ip", "-n", wires.near, *line.split()], check=True, capture_output=True)


def said(wires, name):
    return wires.inside(wires.near, lambda: link_layer(socket.if_nametoindex(name)))


@pytest.mark.root
def test_ethernet_bridge_and_macvlan(wires):
    ip(wires, "link add br9 type bridge")
    ip(wires, "link set br9 up")
    ip(wires, "link add link cam0 name m0 type macvlan")
    ip(wires, "link set m0 up")
    for name in ("cam0", "br9", "m0"):
        one = said(wires, name)
        assert (one.name, one.reason) == (name, None)
        assert any(one.mac)


@pytest.mark.root
def test_refusals(wires):
    ip(wires, "tuntap add dev tun5 mode tun")
    ip(wires, "link set tun5 up")
    ip(wires, "link set cam1 arp off")
    assert said(wires, "lo").reason == "loopback"
    assert said(wires, "tun5").reason == "a tunnel without a link layer, not Ethernet"
    assert said(wires, "cam1").reason == "the interface does no ARP"
    ip(wires, "link set cam0 down")
    assert said(wires, "cam0").reason == "down"
    assert wires.inside(wires.near, lambda: link_layer(99999)).reason == "the interface went away"


def test_without_the_permission(monkeypatch):
    def denied(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", denied)
    assert refused() == "raw frames need NET_RAW: Operation not permitted"


def test_without_linux(monkeypatch):
    monkeypatch.delattr(socket, "AF_PACKET", raising=False)
    assert "only Linux" in refused()
