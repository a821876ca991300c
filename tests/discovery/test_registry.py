from __future__ import annotations

import importlib
import pkgutil

import camscan.discovery
from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.registry import LINK_INQUIRIES, UNICAST_INQUIRIES, groups
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols import query
from camscan.protocols.registry import DECODERS


def test_every_inquiry_of_the_room_is_asked() -> None:
    kinds = {
        kind
        for info in pkgutil.iter_modules(camscan.discovery.__path__)
        for kind in vars(importlib.import_module(f"camscan.discovery.{info.name}")).values()
        if isinstance(kind, type) and issubclass(kind, (LinkInquiry, UnicastInquiry))
    }
    kinds -= {LinkInquiry, UnicastInquiry}
    assert kinds == {*LINK_INQUIRIES, *UNICAST_INQUIRIES}


def test_names_are_different_and_answers_can_be_read() -> None:
    kinds = (*LINK_INQUIRIES, *UNICAST_INQUIRIES)
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert {kind.protocol for kind in kinds} <= set(DECODERS)


def test_every_query_of_the_closed_list_has_its_inquiry() -> None:
    asked = {make for kind in LINK_INQUIRIES for make in kind.queries}
    asked |= {make for kind in UNICAST_INQUIRIES for make in (*kind.sweep, *kind.hosts)}
    assert asked == set(query.CONSTRUCTORS)


def test_by_default_three_packets_to_each_address_behind_routers() -> None:
    swept = [make().name for kind in UNICAST_INQUIRIES for make in kind.sweep]
    assert swept == ["wsd probe NetworkVideoTransmitter", "dhip search uni 1", "sadp inquiry"]


def test_groups_of_both_versions() -> None:
    assert groups(6) == ("ff02::c", "ff02::fb")
    assert set(groups(4)) == {
        "239.255.255.250", "239.255.255.251", "224.0.0.251", "233.89.188.1", "234.55.55.55",
        "255.255.255.255",
    }  # fmt: skip
