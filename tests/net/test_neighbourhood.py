from __future__ import annotations

from pathlib import Path

import pytest

from camscan.net.interface import IfAddress, Interface
from camscan.net.neighbourhood import Neighbourhood

LOOPBACK = Interface(name="lo", index=1, addresses=(IfAddress("127.0.0.1", 8),), loopback=True)


def link(prefix: int) -> Interface:
    addresses = (IfAddress("10.0.0.1", prefix), IfAddress("fd00::1", 64))
    return Interface(name="eth0", index=2, addresses=addresses)


@pytest.mark.parametrize(
    ("prefix", "address", "limited"),
    [
        (24, "10.0.0.9", False),  # never more than half a table
        (23, "10.0.0.9", False),
        (22, "10.0.0.9", True),
        (22, "10.1.0.9", False),  # behind a router: the router's entry only
        (24, "fd00::9", True),
        (24, "fe80::9%eth0", True),
        (24, "2001:db8::9", False),
        (22, "127.66.0.1", False),
        (22, "::1", False),
    ],
)
def test_what_is_a_matter_of_room(prefix: int, address: str, limited: bool, tmp_path: Path) -> None:
    near = Neighbourhood([LOOPBACK, link(prefix)], table=tmp_path / "none")
    assert near.limits(address) is limited


@pytest.mark.parametrize(
    ("text", "touches", "datagrams"),
    [("4096\n", 819, 256), ("1024", 204, 64), ("rubbish", 204, 64), ("1", 16, 5)],
)
def test_the_size_of_the_table_sets_the_limits(
    text: str, touches: int, datagrams: int, tmp_path: Path
) -> None:
    table = tmp_path / "gc_thresh3"
    table.write_text(text)
    near = Neighbourhood([], table=table)
    assert (near.touches, near.datagrams) == (touches, datagrams)
    size = 1024 if text == "rubbish" else int(text)
    if size >= 100:
        assert 3.2 * near.touches + 3 * near.datagrams < 0.9 * size  # entries of three seconds
