"""A device's answers, masked: nothing of the device is left, and it is still recognised."""

from __future__ import annotations

import json
import re
from functools import cache
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.checks import privacy
from camscan.matching.match import Matcher
from camscan.matching.recording import Recording, record
from camscan.model.evidence import Evidence
from tests.shipped import shipped_data, shipped_matcher


@cache
def matcher() -> Matcher:
    return shipped_matcher()


def of(*seen: tuple[str, str], address: str = "10.20.0.9") -> list[Evidence]:
    return [Evidence(target=address, field=f, value=v, method="test", port=80) for f, v in seen]


def text_of(recording: Recording) -> str:
    return "\n".join(f"{line.field} {line.value}" for line in recording.lines)


def only(*seen: tuple[str, str]) -> str:
    """The masked value of the last field."""
    return record(of(*seen), matcher()).lines[-1].value


def test_a_hikvision_camera_is_one_afterwards() -> None:
    mac = "a4:14:37:42:bd:f2"
    evidence = of(
        ("http.server", "App-webs/"),
        (
            "http.www_authenticate",
            'Digest qop="auth", realm="DS-2CD2042WD-I", '
            'nonce="597a4e6d596a466c4d5449364e44677a4f4463334d7a593d"',
        ),
        ("rtsp.www_authenticate", 'Basic realm="IP Camera(74833)"'),
        ("onvif.manufacturer", "HIKVISION"),
        ("onvif.model", "DS-2CD2042WD-I"),
        ("onvif.firmware", "V5.4.5 build 170124"),
        ("onvif.serial", "DS-2CD2042WD-I20170623AAWR779562546"),
        ("wsd.scope", "onvif://www.onvif.org/name/Front%20Door"),
        ("wsd.scope", "onvif://www.onvif.org/location/country/china"),
        ("wsd.endpoint", "urn:uuid:ffc474c0-2519-11b5-808f-a4143742bdf2"),
        ("http.title", "Front Door 779562546"),
        ("tls.subject", "CN=cam7.town.gov.uk,O=Town Council"),
        ("tls.sha256", "c9ff7300e8216ad2fb0cd81e9590d8c7853c003258287ca9f8afc4e6d48327a5"),
        ("mac.address", mac),
    )
    recording = record(evidence, matcher())
    values = {line.field: line.value for line in recording.lines}
    assert values["onvif.serial"] == "DS-2CD2042WD-I20000101AAAA000000000"
    assert values["onvif.firmware"] == "V5.4.5 build 170124"
    assert values["http.title"] == "name 000000000"
    assert values["tls.subject"] == "CN=camera.example,O=Town Council"
    assert values["mac.address"] == "a4:14:37:00:00:00"
    assert values["wsd.endpoint"].endswith("-000000000000")
    scopes = [line.value for line in recording.lines if line.field == "wsd.scope"]
    assert scopes == [
        "onvif://www.onvif.org/name/name",
        "onvif://www.onvif.org/location/country/china",
    ]
    assert [each.field for each in recording.withheld] == ["tls.sha256"]
    # The day of production is a part of that serial: without it the rule cannot fit.
    assert recording.lost == ("hikvision.onvif.serial",)
    assert {line.target for line in recording.lines} == {"recorded-1"}
    again = [
        Evidence(target="x", field=line.field, value=line.value, method="identify")
        for line in recording.lines
    ]
    before, after = matcher().identify(evidence), matcher().identify(again)
    assert before.maker is not None
    assert after.maker is not None
    assert (after.maker.id, after.maker.band) == ("hikvision", before.maker.band)
    assert after.model is not None
    assert after.model.value == "DS-2CD2042WD-I"


def test_a_serial_that_is_the_mac_is_masked_as_one() -> None:
    seen = of(
        ("http.www_authenticate", 'Digest realm="AXIS_ACCC8EAC6FE6", nonce="1c48Y2295"'),
        ("onvif.serial", "ACCC8EAC6FE6"),
        ("onvif.hostname", "axis-accc8eac6fe6"),
        ("mac.address", "ac:cc:8e:ac:6f:e6"),
    )
    recording = record(seen, matcher())
    assert [line.value for line in recording.lines] == [
        'Digest realm="AXIS_ACCC8E000000", nonce="0a00A0000"',
        "ACCC8E000000",
        "axis-accc8e000000",
        "ac:cc:8e:00:00:00",
    ]
    assert recording.lost == ()


def test_what_all_units_send_stays() -> None:
    constant = "uuid:3fa1fe68-b915-4053-a3e1-c006c3afec0e"
    assert only(("wsd.endpoint", constant)) == "uuid:3fa1fe68-b915-4053-a3e1-000000000000"
    assert only(("http.header", 'Etag: "1597377131:3e5"')) == 'Etag: "1597377131:3e5"'
    assert only(("http.favicon.md5", "0a0b324065b47a0a0e6f52da20fd3ce0")).startswith("0a0b3240")
    assert only(("http.server", "AvigilonOnvifNvt/2.6.0.130")) == "AvigilonOnvifNvt/2.6.0.130"
    assert only(("onvif.firmware", "5.40.19.2")) == "5.40.19.2"
    assert only(("tls.san", "camera.ubnt.dev")) in {"camera.ubnt.dev", "camera.example"}


@pytest.mark.parametrize(
    ("field", "value", "masked"),
    [
        ("tls.san", "cam7.town.gov.uk", "camera.example"),
        ("wsd.xaddr", "http://cam7.town.gov.uk/onvif", "http://camera.example/onvif"),
        ("wsd.xaddr", "http://10.1.2.3:80/onvif", "http://192.0.2.1:80/onvif"),
        ("http.header", "Set-Cookie: sid=abc; Path=/", "Set-Cookie: sid=; Path=/"),
        ("http.body", "mail it@town.gov.uk", "mail mail"),
        ("upnp.friendly_name", "Reception desk", "name"),
        ("upnp.friendly_name", "IP Camera", "IP Camera"),
        ("rtsp.sdp", "o=- 1 1 IN IP4 10.1.2.3", "o=- 1 1 IN IP4 192.0.2.1"),
        ("rtsp.sdp", "a=Media_header:MEDIAINFO=494D4B48010200000400", None),
        ("sadp.device_sn", "DS-7608NI20170623", "DS-0000AA00000000"),
    ],
)
def test_fields(field: str, value: str, masked: str | None) -> None:
    assert only((field, value)) == (value if masked is None else masked)


def test_a_name_that_the_user_typed_goes() -> None:
    recording = record(
        of(("http.title", "Town-Hall-3 login")), matcher(), names=("town-hall-3", "x")
    )
    assert recording.lines[0].value == "name login"


def test_equal_lines_stand_once() -> None:
    seen = of(("http.server", "App-webs/"), ("http.server", "App-webs/"))
    assert len(record(seen, matcher()).lines) == 1


# --- nothing of the device survives ---------------------------------------------------------------

MACS = (
    st.binary(min_size=5, max_size=5)
    .map(lambda b: b"\xa4" + b)
    .filter(lambda b: len(set(b[3:].hex())) > 2)
)
SERIALS = st.from_regex(r"[A-Z]{2,3}[1-9]{6}[1-9B-Z]{3,6}", fullmatch=True)
ADDRESSES = st.one_of(
    st.tuples(st.just(10), *[st.integers(1, 254)] * 3),
    st.tuples(st.integers(11, 99), *[st.integers(1, 254)] * 3),
).map(lambda parts: ".".join(map(str, parts)))
NAMES = st.from_regex(r"(?:Qx|Zw)[a-z]{4,8} (?:Vj|Kq)[a-z]{3,6}", fullmatch=True)
OUIS = frozenset(oui.prefix.replace(":", "")[:6] for oui in shipped_data().ouis)
TEMPLATES = (
    "{mac}", "{dash}", "{bare}", "{BARE}", "x{bare}x", "IPC_{BARE}", "id-{tail}",
    "{serial}", "sn={serial};", "{lower}", "CN={serial}", "v/{serial}/{bare}",
    "http://{address}/", "at {address}.", "IN IP4 {address}\r\n", "ip-{ipdash}", "{name}",
    "'{name}'", "{quoted}", 'realm="Login to {serial}", nonce="{bare}{bare}"',
)  # fmt: skip
FIELDS = st.sampled_from(
    ["http.title", "http.body", "http.header", "http.server", "http.www_authenticate",
     "http.location", "rtsp.www_authenticate", "rtsp.sdp", "wsd.scope", "wsd.xaddr", "tls.subject",
     "tls.san", "onvif.model", "onvif.firmware", "onvif.hardware_id", "upnp.friendly_name",
     "mdns.txt", "mdns.instance", "ftp.banner", "snmp.sysdescr", "sadp.device_description",
     "dhip.version", "dhcp.hostname", "ssdp.usn"]
)  # fmt: skip


@given(MACS, SERIALS, ADDRESSES, NAMES, st.data())
def test_nothing_that_names_the_device_survives(
    mac: bytes, serial: str, address: str, name: str, data: st.DataObject
) -> None:
    forms = {
        "mac": mac.hex(":"),
        "dash": mac.hex("-").upper(),
        "bare": mac.hex(),
        "BARE": mac.hex().upper(),
        "tail": mac[3:].hex().upper(),
        "serial": serial,
        "lower": serial.lower(),
        "address": address,
        "ipdash": address.replace(".", "-"),
        "name": name,
        "quoted": quote(name),
    }
    drawn = data.draw(st.lists(st.tuples(FIELDS, st.sampled_from(TEMPLATES)), min_size=1))
    seen = [(field, template.format(**forms)) for field, template in drawn]
    known = [
        ("mac.address", mac.hex(":")),
        ("onvif.serial", serial),
        ("wsd.scope", f"onvif://www.onvif.org/name/{quote(name)}"),
    ]
    recording = record(of(*known, *seen, address=address), matcher())
    text = text_of(recording)
    assert len({line.field for line in recording.lines} | {w.field for w in recording.withheld})
    assert serial.lower() not in text.lower()
    assert re.search(rf"(?<!\d){re.escape(address)}(?!\d)", text) is None
    assert forms["ipdash"] not in text
    assert name.lower() not in text.lower()
    assert quote(name).lower() not in text.lower()
    assert forms["tail"] not in re.sub(r"[^0-9A-Z]", " ", text.upper()).split()
    squeezed = re.sub(r"[:\-_. ]", "", text).lower()
    assert mac.hex() not in squeezed
    for line in recording.lines:
        if line.field not in ("onvif.firmware", "dhip.version"):
            assert not list(privacy.problems(line.value, OUIS))


FIELD_NAMES = sorted(shipped_data().vocabulary.field)


@given(st.lists(st.tuples(st.sampled_from(FIELD_NAMES), st.text(max_size=120)), max_size=6))
def test_fuzz_any_evidence_is_recorded_or_withheld(seen: list[tuple[str, str]]) -> None:
    recording = record(of(*seen), matcher())
    named = {line.field for line in recording.lines} | {w.field for w in recording.withheld}
    assert named == {field for field, _ in seen}
    for line in recording.lines:
        json.dumps(line.value)


@pytest.mark.parametrize(
    ("field", "said", "masked"),
    [
        ("mdns.txt", "name=Rear Gate", "name=name"),
        ("mdns.txt", "fn=Rear Gate", "fn=name"),
        ("mdns.txt", "name=AXIS", "name=AXIS"),
        ("mdns.txt", "ty=HP LaserJet", "ty=HP LaserJet"),
        ("ftp.banner", "220 gate.town.gov.uk FTP ready", "220 camera.example FTP ready"),
        ("ftp.banner", "220 (vsFTPd 3.0.5)", "220 (vsFTPd 3.0.5)"),
        ("telnet.banner", "reargate login: ", "name login:"),
        ("telnet.banner", "axis login:", "axis login:"),
    ],
)
def test_names_in_greetings_and_txt_pairs(field: str, said: str, masked: str) -> None:
    assert only((field, said)).strip() == masked


def test_a_name_in_a_txt_pair_is_masked_everywhere() -> None:
    text = only(("mdns.txt", "fn=Rear Gate"), ("http.title", "Rear Gate - IP CAMERA"))
    assert text == "name - IP CAMERA"


def test_a_model_that_is_also_the_name_stays() -> None:
    evidence = of(
        ("sadp.device_description", "DS-2CD2042WD-I"),
        ("sadp.device_sn", "DS-2CD2042WD-I20160803AAWR446718183"),
        ("wsd.scope", "onvif://www.onvif.org/hardware/DS-2CD2042WD-I"),
        ("wsd.scope", "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2042WD-I"),
    )
    recording = record(evidence, matcher())
    values = [line.value for line in recording.lines]
    assert values[0] == "DS-2CD2042WD-I"
    assert values[3] == "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2042WD-I"
    assert not [rule for rule in recording.lost if "oem" not in rule]


def test_what_an_owner_wrote_behind_a_maker_is_no_model() -> None:
    scope = "onvif://www.onvif.org/name/HIKVISION%20Gate7"
    assert only(("sadp.device_description", "DS-2CD2042WD-I"), ("wsd.scope", scope)).endswith(
        "/name/name"
    )
