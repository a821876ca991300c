"""Discovery over IPv6 in namespaces: link-local answers, one per on-link device."""

from __future__ import annotations

import subprocess
import sys

import pytest

from camscan.lab import Lab, namespace
from camscan.lab.device import mac_values

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        namespace.unavailable() is not None, reason=f"no namespaces: {namespace.unavailable()}"
    ),
]

MULTICAST = """
import socket
text = ('<s:Envelope><a:MessageID>urn:uuid:1</a:MessageID><d:Probe><d:Types>'
        'dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Envelope>')
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sock.settimeout(1.5)
index = socket.if_nametoindex("lab0")
sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
sock.sendto(text.encode(), ("ff02::c", 3702, 0, index))
try:
    while True:
        print(sock.recvfrom(65535)[1][0].split("%")[0])
except TimeoutError:
    pass
"""


def test_cameras_answer_from_their_own_link_local_address() -> None:
    with Lab.up("small", "namespace", base="10.68", ipv6=True) as lab:
        done = subprocess.run(
            [*lab.prefix, sys.executable, "-I", "-c", MULTICAST],
            capture_output=True,
            text=True,
            check=True,
        )
        answers = done.stdout.split()
        assert len(answers) == len(set(answers)) > 2
        own = {mac_values(t.mac)["ipv6_link_local"]: t for t in lab.truth.values() if t.on_link}
        assert set(answers) <= set(own)
        neighbours = subprocess.run(
            [*lab.prefix, "ip", "-6", "neigh"], capture_output=True, text=True, check=True
        ).stdout
        for address in answers:
            assert f"lladdr {own[address].mac}" in neighbours
