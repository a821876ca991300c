from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from camscan.protocols import dhcp, mdns, query, ssdp
from camscan.protocols.announcement import ANNOUNCEMENTS, DECODERS_OF_PORT, WSD_PORT

# The names that `camscan identify` promises for recorded answers.
_NAMES = """http rtsp wsd onvif ssdp upnp mdns tls sadp dhip dahua1 xm ubnt tplink-tdp tplink-xor
    reolink reolink-bcudp bosch hanwha panasonic sony vivotek vstarcam foscam gige nicevision
    360vision tvt juan jvc ftp telnet ssh snmp sip dhcp"""
NAMES = frozenset(_NAMES.split())


def test_ports_differ_and_names_are_the_promised_ones() -> None:
    assert len(DECODERS_OF_PORT) == len(ANNOUNCEMENTS)
    for each in ANNOUNCEMENTS:
        assert each.decoders
        assert set(each.decoders) <= NAMES
    assert {mdns.MDNS_PORT, ssdp.SSDP_PORT, query.WSD_PORT} <= set(DECODERS_OF_PORT)
    assert WSD_PORT == query.WSD_PORT
    assert dhcp.SERVER_PORT not in DECODERS_OF_PORT  # it has its own reader


def test_groups_are_groups() -> None:
    for each in ANNOUNCEMENTS:
        assert all(ip_address(g).is_multicast and ip_address(g).version == 4 for g in each.groups4)
        assert all(ip_address(g).is_multicast and ip_address(g).version == 6 for g in each.groups6)


def test_the_page_names_them_all() -> None:
    page = (Path(__file__).parents[2] / "docs" / "probes.md").read_text("utf-8")
    section = page.partition("### passive\n")[2].partition("\n### ")[0]
    for each in ANNOUNCEMENTS:
        for name in each.decoders:
            assert f"`{name}`" in section
