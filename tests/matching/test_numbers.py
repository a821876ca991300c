"""Model numbers that are one firm's alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.match import Matcher
from camscan.matching.numbers import NUMBER_FIELDS, Numbers
from camscan.matching.recall import Recall
from camscan.model.evidence import Evidence
from camscan.model.identity import Band
from tests.shipped import shipped_data

DATA = shipped_data()
GRAMMARS = [each for group in DATA.models.values() for each in group]
NUMBERS = Numbers(GRAMMARS)
MATCHER = Matcher(DATA)


@pytest.mark.parametrize(
    ("field", "value", "owner", "model"),
    [
        ("http.title", "Welcome to DCS-2330L here", "d-link", "DCS-2330L"),
        ("http.www_authenticate", 'Digest realm="SNC-CH140", nonce="x"', "sony", "SNC-CH140"),
        ("wsd.scope", "onvif://www.onvif.org/hardware/WV-S1131", "i-pro", "WV-S1131"),
        ("wsd.scope", "onvif://www.onvif.org/name/Old%20GXV3672_FHD", "grandstream", "GXV3672"),
        ("telnet.banner", "DS-7604NI login:", "hikvision", "DS-7604NI"),
        ("ftp.banner", "220 TV-IP512WN FTP", "trendnet", "TV-IP512WN"),
        ("dhcp.hostname", "XNV-8081Z-E43022000000", "hanwha", "XNV-8081Z"),
        ("mdns.host", "DCS-2330L.local", "d-link", "DCS-2330L"),
        ("rtsp.sdp", "v=0\ns=PNO-9080R\nt=0 0", "hanwha", "PNO-9080R"),
        # Only where nothing but network video devices speaks.
        ("onvif.model", "M3045-V", "axis", "M3045-V"),
        ("onvif.hardware_id", "M3045-V", "axis", "M3045-V"),
        ("wsd.scope", "onvif://www.onvif.org/hardware/M3045-V", "axis", "M3045-V"),
        # With spaces, and short.
        ("onvif.model", "UVC G3 Pro", "ubiquiti", "UVC G3 Pro"),
        ("upnp.model_name", "UVC G3 Pro", "ubiquiti", "UVC G3 Pro"),
        ("onvif.model", "P26B", "mobotix", "P26B"),
    ],
)
def test_a_telling_number(field: str, value: str, owner: str, model: str) -> None:
    found = NUMBERS.find(field, value)
    assert found is not None
    assert (found.grammar.owner, found.model) == (owner, model)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("http.title", "DCS-2330L or SNC-CH140?"),
        ("http.www_authenticate", 'Digest realm="x", nonce="DCS-2330L"'),
        # Digital China's switches.
        ("snmp.sysdescr", "Digital China DCS-3726S"),
        ("wsd.scope", "http://other.example/DCS-2330L"),
        ("dhcp.options", "DCS-2330L"),
        ("http.title", "XDCS-2330L"),
        # A printer may have that number.
        ("http.title", "M3045-V"),
        ("upnp.model_number", "M3045-V"),
        ("wsd.scope", "onvif://www.onvif.org/name/P26B%20door"),
        ("rtsp.sdp", "v=0\ns=-\na=fmtp:96 sprop-parameter-sets=DCS-2330L"),
        ("http.title", ""),
    ],
)
def test_no_telling_number(field: str, value: str) -> None:
    assert NUMBERS.find(field, value) is None


def test_every_telling_grammar_is_one_firms_alone() -> None:
    telling = [each for each in GRAMMARS if each.telling or each.telling_in_onvif]
    assert sum(each.telling for each in telling) > 30
    assert sum(each.telling_in_onvif for each in telling) > 30
    for grammar in telling:
        for example in grammar.examples:
            found = NUMBERS.find("onvif.model", example)
            assert found is None or found.grammar.owner == grammar.owner, example


def test_a_number_is_weak_and_recalled_like_it_was_judged() -> None:
    recall = Recall(MATCHER)
    for value in ("at home: DCS-2330L", "at home: DCS-932L", "at home: SNC-CH140", "at home"):
        each = Evidence(target="t", field="http.title", value=value, method="x")
        told = recall.judge({each.id: each}).identity
        judged = MATCHER.identify([each])
        assert told == judged
        if value.endswith("L"):
            assert judged.maker is not None
            assert (judged.maker.id, judged.maker.band) == ("d-link", Band.POSSIBLE)
            assert judged.model is not None
            assert judged.model.value == value.split()[-1]


@given(st.sampled_from(sorted(NUMBER_FIELDS)), st.text())
def test_fuzz_find(field: str, value: str) -> None:
    NUMBERS.find(field, value)


@pytest.mark.alone
def test_hostile_values_take_linear_time() -> None:
    for value in ("a" * 65536, "A1-" * 20000, 'realm="' * 9000, "DCS-932L " * 8000):
        begun = time.perf_counter()
        for field in ("http.title", "http.www_authenticate", "wsd.scope"):
            NUMBERS.find(field, value)
        assert time.perf_counter() - begun < 0.5
