"""Whole targets: what their evidence adds up to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.matching.match import Matcher
from camscan.model.evidence import Evidence
from camscan.model.identity import Band, Identity
from tests.shipped import shipped_data, shipped_matcher

SHIPPED = shipped_matcher()
NVT = ("wsd.types", "dn:NetworkVideoTransmitter")
RTSP = ("rtsp.public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
MEDIA = ("onvif.service", "http://www.onvif.org/ver10/media/wsdl")


def test_nothing_in_nothing_out(judge) -> None:
    judgement = judge()
    assert judgement.identity == Identity()
    assert judgement.skips == ()


def test_one_strong_field_is_probable(judge) -> None:
    identity = judge(("http.server", "AcmeWeb")).identity
    assert (identity.maker.id, identity.maker.name) == ("acme", "Acme Vision")
    assert identity.maker.country == "GB"
    assert identity.maker.band is Band.PROBABLE
    assert identity.brand is None
    assert identity.maker.rules == ("acme.http.server.web",)
    assert len(identity.maker.evidence) == 1


def test_independent_fields_confirm(judge) -> None:
    seen = [("http.server", "AcmeWeb"), ("http.title", "Acme Login")]
    assert judge(*seen).identity.maker.band is Band.CONFIRMED


def test_same_field_on_two_ports_is_no_second_proof(judge) -> None:
    seen = [("http.server", "AcmeWeb", "80"), ("http.server", "AcmeWeb", "8080")]
    assert judge(*seen).identity.maker.band is Band.PROBABLE


def test_model_number_tells_class_and_brand(judge) -> None:
    realm = 'Digest realm="AC-R200", nonce="0"'
    identity = judge(("rtsp.www_authenticate", realm)).identity
    assert (identity.model.value, identity.model.band) == ("AC-R200", Band.PROBABLE)
    assert (identity.device_class.value, identity.device_class.band) == ("recorder", Band.PROBABLE)
    assert identity.brand.id == "acme"


def test_model_number_beats_generic_onvif(judge) -> None:
    realm = 'Digest realm="AC-R200", nonce="0"'
    identity = judge(("rtsp.www_authenticate", realm), NVT, MEDIA, RTSP).identity
    assert identity.device_class.value == "recorder"
    assert identity.device_class.band is Band.PROBABLE
    assert identity.device_class.rivals[0].value == "camera"


def test_unknown_maker_that_answers_as_a_camera(judge) -> None:
    for proof in ([NVT, RTSP], [NVT, MEDIA]):
        identity = judge(*proof).identity
        assert identity.maker is None
        assert (identity.device_class.value, identity.device_class.band) == (
            "camera",
            Band.PROBABLE,
        )


def test_rtsp_alone_is_nothing(judge) -> None:
    assert judge(RTSP).identity.device_class is None


def test_discovery_alone_is_only_possible(judge) -> None:
    assert judge(NVT).identity.device_class.band is Band.POSSIBLE


def test_printer_that_answers_onvif_is_no_camera(judge) -> None:
    identity = judge(NVT, MEDIA, ("wsd.types", "wprt:PrintDeviceType")).identity
    assert identity.device_class.value == "other"


def test_medium_contradiction_keeps_a_generic_camera_uncounted(judge) -> None:
    identity = judge(NVT, MEDIA, RTSP, ("http.server", "InkCo HTTP")).identity
    assert identity.maker.id == "inkco"
    assert not (
        identity.device_class.value == "camera"
        and identity.device_class.band.reaches(Band.PROBABLE)
    )


def test_strong_recorder_rule_beats_generic_camera(judge) -> None:
    identity = judge(NVT, MEDIA, RTSP, ("rtsp.sdp", "v=0\r\ns=Acme Recorder\r\n")).identity
    assert (identity.device_class.value, identity.device_class.band) == ("recorder", Band.PROBABLE)


def test_two_makers_in_one_field_of_one_port_are_unknown(judge) -> None:
    twice = [("http.server", "AcmeWeb", "80"), ("http.server", "BoltWeb", "80")]
    judgement = judge(*twice, NVT, MEDIA)
    assert judgement.identity.maker is None
    assert judgement.skips[0].what == "maker"
    assert "http.server of port 80 names acme and bolt" in judgement.skips[0].reason
    assert judgement.identity.device_class.band is Band.POSSIBLE
    assert judgement.identity.model is None


def test_two_makers_on_two_ports_are_rivals(judge) -> None:
    judgement = judge(("http.server", "AcmeWeb", "80"), ("http.server", "BoltWeb", "8080"))
    maker = judgement.identity.maker
    assert maker.band is Band.POSSIBLE
    assert {maker.id, maker.rivals[0].value} == {"acme", "bolt"}
    assert judgement.skips == ()


def test_prefix_of_the_maker_is_medium(judge) -> None:
    maker = judge(("mac.address", "00:11:22:00:00:01")).identity.maker
    assert (maker.id, maker.band) == ("acme", Band.POSSIBLE)
    assert maker.rules == ("acme.oui.001122",)
    with_banner = judge(("mac.address", "00:11:22:00:00:01"), ("http.server", "AcmeWeb")).identity
    assert with_banner.maker.band is Band.CONFIRMED


@pytest.mark.parametrize("mac", ["00:11:33:00:00:01", "02:11:22:00:00:01", "00:cc:dd:00:00:01"])
def test_module_local_and_brand_addresses_prove_no_maker(judge, mac: str) -> None:
    identity = judge(("mac.address", mac)).identity
    assert identity.maker is None
    assert (identity.mac.value, identity.mac.band) == (mac, Band.CONFIRMED)


def test_prefix_of_a_brand_proves_the_brand(judge) -> None:
    brand = judge(("mac.address", "00:cc:dd:00:00:01")).identity.brand
    assert (brand.id, brand.band, brand.country) == ("shop", Band.POSSIBLE, "US")


def test_port_proves_nothing(judge) -> None:
    assert judge(("http.status", "200", "37777")).identity == Identity()


def test_name_scope_is_weak_and_decoded(judge) -> None:
    scope = ("wsd.scope", "onvif://www.onvif.org/name/ACME%20AC-C1%2F2")
    identity = judge(scope).identity
    assert identity.maker.band is Band.POSSIBLE
    assert identity.model.value == "AC-C1/2"
    assert not identity.device_class.band.reaches(Band.PROBABLE)


def test_related_brand_with_matching_model(judge) -> None:
    identity = judge(("http.title", "Shop Camera"), ("onvif.model", "SH-1200")).identity
    assert (identity.brand.id, identity.brand.band) == ("shop", Band.PROBABLE)
    assert (identity.maker.id, identity.maker.band) == ("acme", Band.PROBABLE)
    assert identity.device_class.value == "camera"
    assert identity.maker.rules == ("oem.shop.acme.1",)


def test_brand_alone_gives_no_maker_where_models_decide(judge) -> None:
    assert judge(("http.title", "Shop Camera")).identity.maker is None
    assert judge(("http.title", "Shop Camera"), ("onvif.model", "SX-1")).identity.maker is None


def test_observed_maker_outweighs_a_relation_and_says_so(judge) -> None:
    seen = [("http.title", "Shop Camera"), ("onvif.model", "SH-1"), ("http.server", "BoltWeb")]
    maker = judge(*seen).identity.maker
    assert maker.id == "bolt"
    assert [rival.value for rival in maker.rivals] == ["acme"]


def test_relation_and_observation_agree(judge) -> None:
    seen = [("http.title", "Shop Camera"), ("onvif.model", "SH-1"), ("http.server", "AcmeWeb")]
    identity = judge(*seen).identity
    assert (identity.maker.id, identity.maker.band) == ("acme", Band.PROBABLE)
    assert identity.brand.id == "shop"


def test_placeholders_are_no_models(judge) -> None:
    for text in ("MODEL", "IPCamera", "TP-IPC", "0000", "x"):
        assert judge(("onvif.model", text)).identity.model is None


def test_other_makers_rules_do_not_name_the_model(judge) -> None:
    seen = [("http.server", "AcmeWeb"), ("http.title", "Acme"), ("onvif.model", "BT100")]
    judgement = judge(*seen, ("mac.address", "00:11:22:00:00:01"))
    assert judgement.identity.maker.id == "acme"
    # The generic rule still reads it; Bolt's own does not speak for an Acme.
    assert judgement.identity.model.band is Band.POSSIBLE
    assert "bolt.onvif.model.bt" not in judgement.identity.model.rules


def test_firmware_of_the_leading_maker_is_read(judge) -> None:
    seen = [("http.server", "AcmeWeb"), ("onvif.firmware", "V5.4.5 build 170124")]
    firmware = judge(*seen).identity.firmware
    assert (firmware.version, firmware.build) == ("5.4.5", "2017-01-24")
    assert firmware.band is Band.PROBABLE


def test_firmware_printed_in_two_ways_is_one(judge) -> None:
    seen = [
        ("http.server", "AcmeWeb"),
        ("onvif.firmware", "V5.4.5"),
        ("onvif.firmware", "V5.4.5, build 170124"),
    ]
    firmware = judge(*seen).identity.firmware
    assert (firmware.value, firmware.build) == ("V5.4.5, build 170124", "2017-01-24")
    assert firmware.rivals == ()


def test_impossible_build_is_none(judge) -> None:
    seen = [("http.server", "AcmeWeb"), ("onvif.firmware", "V5.4.5 build 999999")]
    firmware = judge(*seen).identity.firmware
    assert (firmware.version, firmware.build) == ("5.4.5", None)


def test_firmware_without_a_maker_is_kept_as_text(judge) -> None:
    firmware = judge(("onvif.firmware", "V5.4.5 build 170124")).identity.firmware
    assert (firmware.value, firmware.version) == ("V5.4.5 build 170124", None)


def test_order_of_evidence_does_not_matter(judge) -> None:
    seen = [NVT, MEDIA, RTSP, ("http.server", "AcmeWeb"), ("onvif.model", "AC-C100")]
    first, second = judge(*seen).identity, judge(*reversed(seen)).identity
    assert first.maker.band is second.maker.band
    assert first.model.value == second.model.value
    assert first.device_class.value == second.device_class.value


def shipped(*seen: tuple[str, str]) -> Identity:
    """What the shipped fingerprints say of one target."""
    return SHIPPED.identify(
        [Evidence(target="t", field=field, value=value, method="x") for field, value in seen]
    )


@pytest.mark.parametrize(
    ("seen", "maker", "device_class"),
    [
        ([("http.server", "App-webs/")], "hikvision", None),
        ([("rtsp.www_authenticate", 'Digest realm="IP Camera(C5654)", nonce="0", stale="FALSE"')],
         "hikvision", "camera"),
        ([("http.server", "DNVRS-Webs"), NVT, MEDIA,
          ("wsd.scope", "onvif://www.onvif.org/hardware/DS-7616NI-K2")], "hikvision", "recorder"),
        ([("onvif.manufacturer", "HIKVISION"), ("onvif.model", "DS-KV6113-WPE1(B)")],
         "hikvision", "intercom"),
        ([("ftp.banner", "220 AXIS Q6045-E PTZ Dome Network Camera 5.55.1 (2013) ready.")],
         "axis", "camera"),
        ([("ftp.banner", "220 AXIS 5600+ (rev 3) Network Print Server V7.10 ready.")],
         "axis", "other"),
        ([NVT, MEDIA], None, "camera"),
        ([NVT, MEDIA, ("http.title", "Reolink"),
          ("wsd.scope", "onvif://www.onvif.org/name/RLN8-410")], "reolink", "recorder"),
        ([NVT, MEDIA, ("http.title", "Reolink"),
          ("wsd.scope", "onvif://www.onvif.org/name/at%20the%20RLN8-410")], "reolink", "camera"),
    ],
)  # fmt: skip
def test_shipped_data_names_makers_and_classes(seen, maker, device_class) -> None:
    identity = shipped(*seen)
    assert (identity.maker.id if identity.maker else None) == maker
    claim = identity.device_class
    sure = claim is not None and claim.band.reaches(Band.PROBABLE)
    assert (claim.value if sure else None) == device_class


@pytest.mark.parametrize(
    "seen",
    [
        [("http.server", "debut/1.30"), ("wsd.types", "wprt:PrintDeviceType")],
        [("http.server", "KM-MFP-http/V0.0.1")],
        [("wsd.types", "wsdp:Device"), ("wsd.types", "pub:Computer")],
        [("http.server", "GoAhead-Webs"), ("http.title", "Wireless Router")],
        [("http.server", "Boa/0.94.13")],
        [("http.server", "mini_httpd/1.19 19dec2003")],
        [("http.server", "nginx/1.22.1"), ("http.title", "Welcome to nginx!")],
        [("rtsp.server", "AirTunes/220.68"), RTSP],
        [("rtsp.server", "GStreamer RTSP server"), RTSP],
        [("rtsp.server", "gortsplib"), RTSP],
        [("http.title", "go2rtc"), ("rtsp.server", "go2rtc/1.9.4"), RTSP],
        [("http.title", "ZM - Login")],
        [("http.server", "Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0")],
        [("http.www_authenticate", 'Basic realm="TP-LINK Wireless N Router WR841N"'),
         ("mac.address", "50:c7:bf:00:00:00")],
        [("mac.address", "c4:2f:90:00:00:00")],
        [RTSP],
        [("wsd.types", "tds:Device")],
    ],
)  # fmt: skip
def test_shipped_data_calls_none_of_these_a_camera(seen) -> None:
    claim = shipped(*seen).device_class
    assert claim is None or claim.value != "camera" or not claim.band.reaches(Band.PROBABLE)


FIELDS = st.sampled_from(sorted(SHIPPED.rules.fields | {"mac.address", "http.status", "sadp.x"}))
EXAMPLES = [(r.field, e.text) for r in SHIPPED.fingerprints.rules for e in r.examples]


@settings(max_examples=200)
@given(
    st.lists(st.tuples(FIELDS, st.text(max_size=120)) | st.sampled_from(EXAMPLES), max_size=12),
    st.sampled_from([None, 80, 554]),
)
def test_fuzz_any_evidence_is_judged(seen: list[tuple[str, str]], port: int | None) -> None:
    evidence = [
        Evidence(target="t", field=field, value=value, method="fuzz", port=port)
        for field, value in seen
    ]
    judgement = SHIPPED.judge(evidence)
    maker = judgement.identity.maker
    assert maker is None or maker.id in SHIPPED.fingerprints.makers
    known = {each.id for each in evidence}
    for claim in (judgement.identity.model, judgement.identity.device_class, maker):
        assert claim is None or set(claim.evidence) <= known


def test_what_was_looked_at_is_found_ready() -> None:
    matcher = Matcher(shipped_data())
    seen = Evidence(target="10.0.0.1", field="http.server", value="App-webs/", method="http")
    matcher.look(seen)
    matcher.rules.search = None  # type: ignore[method-assign,assignment]
    assert matcher.judge([seen]).identity.maker.id == "hikvision"
