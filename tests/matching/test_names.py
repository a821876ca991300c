"""Firms' own names in what devices say of themselves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.matching.names import IDENTIFIER_FIELDS, NAME_FIELDS, TEXT_FIELDS, Names
from camscan.matching.recall import Recall
from camscan.model.evidence import Evidence
from camscan.model.identity import Band

DATA = load()
NAMES = Names(DATA.makers.values(), DATA.brands.values(), DATA.models)
MATCHER = Matcher(DATA)


def firm(field: str, value: str) -> tuple[str | None, str | None] | None:
    """Maker and brand of the firm that is named."""
    found = NAMES.find(field, value)
    return None if found is None else (found.maker, found.brand)


@pytest.mark.parametrize(
    ("field", "value", "maker"),
    [
        ("onvif.manufacturer", "VIVOTEK INC.", "vivotek"),
        ("onvif.manufacturer", "vivotek", "vivotek"),
        ("onvif.manufacturer", "ACTi Corporation", "acti"),
        ("onvif.manufacturer", "Ring", "ring"),
        ("upnp.manufacturer", "D-LINK CORPORATION", "d-link"),
        ("http.www_authenticate", 'Basic realm="D-Link DCS-1"', "d-link"),
        ("http.title", "DLink", "d-link"),
        ("http.title", "Brickcom Corporation", "brickcom"),
        ("rtsp.sdp", "v=0\ns=Geutebrück", "geutebrueck"),
        ("rtsp.sdp", "v=0\r\ns=Sony RTSP Server\r\nt=0 0", "sony"),
        ("rtsp.sdp", 'v=0\ns=Session streamed by "Canon RTSP Server"\n', "canon"),
        ("tls.subject", r"CN=x,O=Hangzhou Hikvision Digital Technology Co.\, Ltd.", "hikvision"),
        ("wsd.scope", "onvif://www.onvif.org/name/My%20Vivotek%20one", "vivotek"),
        ("wsd.scope", "onvif://www.onvif.org/manufacturer/Ring", "ring"),
        ("wsd.scope", "onvif://www.onvif.org/name/Canon_VB-S30D", "canon"),
        ("onvif.model", "AXIS M1014", "axis"),
        ("dhcp.hostname", "vivotek-hall", "vivotek"),
        ("dhcp.hostname", "FoscamCamera_00626E000000", "foscam"),
        ("http.body", "<p>Copyright &copy; 2008, VIVOTEK INC. All rights reserved", "vivotek"),
        ("http.title", "AXIS P1365 Mk II", "axis"),
        ("http.title", "Sony Network Camera", "sony"),
        ("http.www_authenticate", 'Basic realm="PLANET IP CAM"', "planet"),
        ("http.www_authenticate", 'Digest realm="AXIS_ACCC8E000000"', "axis"),
        ("ftp.banner", "220 AXIS P1357 Network Camera 5.40.19.2 (2014) ready.", "axis"),
        ("snmp.sysdescr", " ; AXIS 207MW; Network Camera; 4.44; Mar 23 2009 13:20", "axis"),
        ("dhcp.vendor_class", "AXIS,Network Camera,P3343,5.20.3", "axis"),
        ("dhcp.hostname", "axis-accc8e000000", "axis"),
        ("rtsp.www_authenticate", 'Basic realm="DahuaRtsp"', "dahua"),
        ("rtsp.server", "TVT RTSP Server", "tvt"),
        ("gige.vendor", "Basler", "basler"),
        ("onvif.namespace", "http://www.axis.com/vapix/ws/action1", "axis"),
        ("wsd.scope", "dvtel://www.dvtel.com/ariel/gen2", "flir"),
        ("ssdp.st", "urn:axis-com:service:BasicService:1", "axis"),
        ("ssdp.usn", "uuid:Upnp-BasicDevice-1_0-x::urn:axis-com:service:BasicService:1", "axis"),
        ("mdns.service", "_axis-video._tcp.local.", "axis"),
        ("http.body", '<meta name="author" content="Daniel Kabs, MOBOTIX AG">', "mobotix"),
        ("http.body", 'var gjs_oemtype = "uniview";', "uniview"),
        ("http.body", "powered by Siqura", "siqura"),
        ("http.body", '<img src="./img/kedacom-logo.jpg">', "kedacom"),
        ("http.body", '<img src="../common/logo_siqura.jpg">', "siqura"),
        ("http.body", '<img src="../img/SANYO_lan.gif">', "sanyo"),
        ("http.body", '<a href="http://www.vivotek.com/">', "vivotek"),
        ("http.body", "EverFocus Electronics Corp.", "everfocus"),
        ("http.body", 'var TitleBar="Sony Network Camera SNC-RZ25"', "sony"),
    ],
)
def test_a_name_is_found_however_it_is_written(field: str, value: str, maker: str) -> None:
    found = firm(field, value)
    assert found is not None
    assert found[0] == maker


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("http.title", "Ring of fire"),
        ("http.title", "Planet of the apes"),
        ("onvif.manufacturer", "Ringo"),
        ("onvif.manufacturer", "Ring of fire"),
        # AVTECH Software of Rhode Island makes no cameras.
        ("http.title", "AVTECH Device ManageR"),
        ("http.body", "we sell VIVOTEK and others"),
        ("http.body", "Copyright\nVIVOTEK"),
        ("http.title", "VIVOTEK or Brickcom?"),
        ("http.title", "vivoteks"),
        # Short names are also chance: a nonce holds any four letters.
        ("http.title", "ACTi9 x"),
        ("http.www_authenticate", 'Digest realm="x", nonce="VIVOTEK"'),
        ("wsd.scope", "http://other.example/VIVOTEK"),
        # Ordinary words, and no number behind them.
        ("wsd.scope", "onvif://www.onvif.org/name/Ring%20of%20Fire"),
        ("wsd.scope", "onvif://www.onvif.org/location/Canon%20Street%205"),
        # No number of Axis's, and no camera.
        ("http.title", "AXIS 12"),
        ("http.title", "Axis of evil"),
        ("http.title", "Canon iR-ADV C5030"),
        ("http.title", "Ring 2 doorbell server"),
        ("ftp.banner", "220 Planet FTP server"),
        ("dhcp.hostname", "ring-main-hall"),
        ("onvif.namespace", "http://www.onvif.org/ver10/schema"),
        ("onvif.namespace", "http://other.example/www.axis.com"),
        ("ssdp.st", "urn:schemas-upnp-org:device:Basic:1"),
        ("http.body", "<p>Brickcom, Zavio and others sell it"),
        ("rtsp.sdp", "v=0\ns=Ring of fire\n"),
        ("rtsp.sdp", "v=0\ns=Session\na=Sony RTSP Server"),
        ("dhcp.options", "vivotek"),
        ("http.title", ""),
    ],
)
def test_no_name_is_read_into_a_text(field: str, value: str) -> None:
    assert firm(field, value) is None


@pytest.mark.parametrize(
    ("field", "value", "model"),
    [
        ("wsd.scope", "onvif://www.onvif.org/hardware/Annke%20C800", "C800"),
        ("http.title", "VIVOTEK FD8134 Network Camera", "FD8134"),
        ("http.www_authenticate", 'Basic realm="Linksys/PAP2"', "PAP2"),
        ("http.title", "Grandstream 1.0.3.27", None),
        ("http.title", "Grandstream V2.1", None),
        ("http.title", "Hikvision", None),
        # Years and versions stand there, no models.
        ("http.body", "(c) 2019 VIVOTEK H264", None),
        ("wsd.scope", "onvif://www.onvif.org/hardware/AqaraG2", "G2"),
        ("http.title", "IQeye511DV", None),
        ("snmp.sysdescr", "Cisco Systems NX9", None),
        ("ftp.banner", "220 AXIS P1357 Network Camera ready.", "P1357"),
        ("upnp.friendly_name", "AXIS M1065-LW - ACCC8E000000", "M1065-LW"),
        # Its series has no such number.
        ("http.title", "Sony Network Camera 7", None),
    ],
)
def test_the_word_behind_a_name_is_the_model(field: str, value: str, model: str | None) -> None:
    found = NAMES.find(field, value)
    assert found is not None
    assert found.model == model


def test_a_sellers_name_is_no_makers() -> None:
    assert firm("onvif.manufacturer", "Honeywell") == (None, "honeywell")
    assert firm("http.title", "Wisenet") == ("hanwha", "wisenet")


def test_a_name_is_weak_and_says_whose_data_it_is() -> None:
    evidence = [
        Evidence(target="t", field="onvif.manufacturer", value="Brickcom Corp.", method="x")
    ]
    found = MATCHER.judge(evidence)
    maker = found.identity.maker
    assert maker is not None
    assert (maker.id, maker.band) == ("brickcom", Band.POSSIBLE)
    leader = found.decisions["maker"].leader
    assert leader is not None
    support = next(each for each in leader.supports if each.rule == "brickcom.name")
    assert support.points == 10
    assert support.source == DATA.makers["brickcom"].sources


def test_a_name_is_recalled_like_it_was_judged() -> None:
    recall = Recall(MATCHER)
    for value in ("Brickcom A", "Zavio", "Brickcom B", "nobody"):
        each = Evidence(target="t", field="http.title", value=value, method="x")
        one = {each.id: each}
        again = recall.judge(one).identity.maker
        first = MATCHER.identify(list(one.values())).maker
        assert (again and again.id) == (first and first.id)


def test_an_ordinary_word_needs_its_firms_number() -> None:
    without = Names(DATA.makers.values(), DATA.brands.values())
    assert without.find("http.title", "AXIS P1365") is None


def test_the_class_of_a_maker_that_makes_nothing_else() -> None:
    evidence = [Evidence(target="t", field="http.title", value="IQeye", method="x")]
    found = MATCHER.identify(evidence).device_class
    assert found is not None
    assert (found.value, found.band) == ("camera", Band.POSSIBLE)
    evidence = [Evidence(target="t", field="http.title", value="VIVOTEK", method="x")]
    assert MATCHER.identify(evidence).device_class is None


def test_without_names_nothing_is_found() -> None:
    assert Names([], []).find("onvif.manufacturer", "") is None
    assert Names([], []).find("http.title", "VIVOTEK") is None


@given(
    st.sampled_from(
        sorted(NAME_FIELDS | TEXT_FIELDS | IDENTIFIER_FIELDS | {"http.body", "wsd.scope"})
    ),
    st.text(),
)
def test_fuzz_find(field: str, value: str) -> None:
    NAMES.find(field, value)
    NAMES.find(field, "onvif://www.onvif.org/%" + value)


@pytest.mark.alone
def test_hostile_values_take_linear_time() -> None:
    for value in (
        "a" * 65536,
        "copyright " * 6000,
        "vivotek " * 8000,
        "(c)" * 20000,
        "axis a " * 9000,
    ):
        begun = time.perf_counter()
        for field in ("http.body", "http.title", "onvif.manufacturer"):
            NAMES.find(field, value)
        assert time.perf_counter() - begun < 0.5
