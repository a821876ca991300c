"""The two estates that are timed: a link of 60 cameras, and 212 cameras lost in a /16."""

from __future__ import annotations

import random
from itertools import cycle, islice

from msgspec.structs import replace

from camscan.lab.estate import FIRST_HOST, Estate, Site, populate
from camscan.lab.estates import district
from camscan.lab.persona import personas

LINK_CAMERAS = 60
_NOT_ON_LINK = 256
"""No third octet has this number: nothing of the routed estate is on-link."""


def link() -> Estate:
    """60 cameras on one /24: every camera persona of the lab, the first ones twice."""
    names = [name for name, one in personas().items() if one.persona.kind == "camera"]
    dealt = list(islice(cycle(sorted(names)), LINK_CAMERAS))
    return populate("bench-link", (Site("link", (0,)),), [(name, 1) for name in dealt], seed=60)


def routed() -> Estate:
    """The 212 cameras of the lab's district, each somewhere in the 65,536 addresses."""
    kinds = {name: one.persona.kind for name, one in personas().items()}
    cameras = [one for one in district().devices if kinds[one.persona] == "camera"]
    rng = random.Random(212)
    places = rng.sample(range(256 * 256), len(cameras) + 1024)
    good = [(n >> 8, n & 255) for n in places if FIRST_HOST <= n & 255 <= 250]
    devices = [
        replace(one, subnet=subnet, host=host, site="far")
        for one, (subnet, host) in zip(cameras, good, strict=False)
    ]
    return Estate(
        name="bench-routed",
        sites=(Site("far", tuple(range(256))),),
        devices=tuple(devices),
        on_link=_NOT_ON_LINK,
    )
