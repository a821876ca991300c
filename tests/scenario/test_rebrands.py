"""The name on the box is not who made it: both are told, with reasons, from texts as seen."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from camscan.matching.explain import explain, lines
from camscan.matching.match import Matcher
from camscan.model.evidence import Evidence
from camscan.model.identity import Band
from tests.shipped import shipped_matcher

SCOPE = "onvif://www.onvif.org/"
Texts = tuple[tuple[str, str], ...]

# github:maciej-or/hikvision_next#107 (model) and its README (Hikvision's firmware on it).
ANNKE: Texts = (
    ("sadp.device_description", "I91BM"),
    ("onvif.model", "I91BM"),
    ("http.server", "App-webs/"),
)
# A discovery reply in public code.
AMCREST: Texts = (
    ("wsd.scope", f"{SCOPE}location/country/china"),
    ("wsd.scope", f"{SCOPE}name/Amcrest"),
    ("wsd.scope", f"{SCOPE}hardware/IP5M-T1179E"),
    ("wsd.scope", f"{SCOPE}Profile/Streaming"),
    ("wsd.scope", f"{SCOPE}type/Network_Video_Transmitter"),
    ("wsd.scope", f"{SCOPE}extension/unique_identifier"),
)
# Scopes of an H4W2PER3 in public code.
HONEYWELL: Texts = (
    ("wsd.scope", f"{SCOPE}location/country/china"),
    ("wsd.scope", f"{SCOPE}name/Honeywell"),
    ("wsd.scope", f"{SCOPE}hardware/H4W2PER3"),
    ("wsd.scope", f"{SCOPE}extension/Honeywell_mask/37777"),
)
# github:CamioCam/rtsp cameras/paths.csv: an MTT4WIA with a prefix of TVT; scopes from public code.
DIGITAL_WATCHDOG: Texts = (
    ("mac.address", "00:18:ae:00:00:00"),
    ("wsd.scope", f"{SCOPE}hardware/DWC-MB45WIATX"),
    ("wsd.scope", f"{SCOPE}name/digital%20watchdog"),
)
# github:andreikop/python-ws-discovery#56, github:scottlamb/retina testdata/h264dvr_describe.txt.
NO_NAME: Texts = (
    ("wsd.scope", f"{SCOPE}hardware/IPC-model"),
    ("wsd.scope", f"{SCOPE}name/NVT"),
    ("wsd.scope", f"{SCOPE}location/country/china"),
    ("rtsp.server", "H264DVR 1.0"),
    ("http.title", "NETSurveillance WEB"),
)
KNOWN = [
    pytest.param(ANNKE, "annke", "hikvision", "camera", id="annke"),
    pytest.param(AMCREST, "amcrest", "dahua", "camera", id="amcrest"),
    pytest.param(HONEYWELL, "honeywell", "dahua", "camera", id="honeywell"),
    pytest.param(DIGITAL_WATCHDOG, "digital-watchdog", "tvt", "camera", id="digital-watchdog"),
    pytest.param(NO_NAME, None, "xiongmai", None, id="no-name"),
]


@cache
def matcher() -> Matcher:
    return shipped_matcher()


def evidence(texts: Texts) -> list[Evidence]:
    return [
        Evidence(target="10.20.0.9", field=field, value=value, method="identify")
        for field, value in texts
    ]


@pytest.mark.parametrize(("texts", "brand", "maker", "kind"), KNOWN)
def test_brand_and_maker_are_told_apart(
    texts: Texts, brand: str | None, maker: str, kind: str | None
) -> None:
    found = matcher().identify(evidence(texts))
    assert found.maker is not None
    assert found.maker.id == maker
    assert (found.brand.id if found.brand else None) == brand
    if kind is None:
        # The same firmware is in cameras and recorders.
        assert found.device_class is None
        return
    assert found.device_class is not None
    assert found.device_class.value == kind
    assert found.device_class.band.reaches(Band.PROBABLE)


@pytest.mark.parametrize(("texts", "brand", "maker", "kind"), KNOWN)
def test_the_reasons_name_what_was_seen_and_who_says_so(
    texts: Texts, brand: str | None, maker: str, kind: str | None
) -> None:
    del brand, kind
    judged = matcher().judge(evidence(texts))
    told = "\n".join(lines(explain(judged, matcher().fingerprints)))
    about_maker = judged.decisions["maker"].leader
    assert about_maker is not None
    for support in about_maker.counted:
        assert support.rule in told
        assert all(source in told for source in support.source)
        assert any(each.value in told for each in support.evidence)
    assert maker in told


def test_identify_gives_both() -> None:
    text = "".join(
        json.dumps({"target": "cam", "field": field, "value": value}) + "\n"
        for field, value in AMCREST
    )
    done = subprocess.run(
        [sys.executable, "-m", "camscan", "identify", "--format", "jsonl"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    device: dict[str, Any] = json.loads(done.stdout)
    assert (device["brand"]["id"], device["maker"]["id"]) == ("amcrest", "dahua")
    assert device["maker"]["rules"]
    assert set(device["maker"]["evidence"]) <= {each["id"] for each in device["evidence"]}
