"""From the bytes of a vendor's inquiry to the device: MAC, serial, class, and what is merged."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec
import pytest

from camscan.inventory.merge import build_devices
from camscan.matching.match import Matcher
from camscan.model.device import Device
from camscan.model.evidence import Evidence
from camscan.protocols import dhip
from camscan.protocols.registry import DECODERS
from tests.protocols.inquiry_samples import samples
from tests.shipped import shipped_matcher

NAMES = {
    "sadp": "sadp",
    "dhip": "dhip",
    "dahua-v1": "dahua1",
    "xiongmai": "xm",
    "ubiquiti": "ubnt",
    "tplink-tdp": "tplink-tdp",
    "tplink-xor": "tplink-xor",
    "reolink-2000": "reolink",
}
ANSWERS = {
    name: (protocol, raw, expect)
    for recorded, protocol in NAMES.items()
    for name, (raw, expect) in samples(recorded).items()
    if DECODERS[protocol](raw).fields
}
# Recording: maker, brand and class at `probable` or above.
TRUTH: dict[str, tuple[str | None, str | None, str | None]] = {
    "sadp-ds2cd2320d": ("hikvision", "hikvision", "camera"),
    "sadp-ds2cd2385g1": ("hikvision", "hikvision", "camera"),
    "dhip-vto2000a": ("dahua", None, "intercom"),
    "dhip-lorex-w461asc": ("dahua", "lorex", "camera"),
    "dahua-v1-virtual": (None, None, None),
    "xm-besder": ("xiongmai", None, None),
    "xm-001231-09b79e-announce": ("xiongmai", None, None),
    "xm-besder-searchtype-config": (None, None, None),
    "ubnt-uvc-g4-pro": ("ubiquiti", "unifi-protect", "camera"),
    "tdp-c100-4-0-1-3-14": ("tp-link", "tapo", "camera"),
    "tdp-c225-us-2-0-1-0-11": ("tp-link", "tapo", "camera"),
    "tdp-h200-eu-1-0-1-3-6": ("tp-link", "tapo", "other"),
    "kasa-ec60": ("tp-link", "kasa", "camera"),
    "reolink-2000-layout": ("reolink", None, None),
}


@cache
def matcher() -> Matcher:
    return shipped_matcher()


def seen(target: str, protocol: str, raw: bytes) -> list[Evidence]:
    fields = DECODERS[protocol](raw).fields
    return [Evidence(target=target, field=f, value=v, method=protocol) for f, v in fields]


def device(*evidence: Evidence) -> Device:
    (found,) = build_devices(evidence, {}, matcher()).devices
    return found


def sure(claim: Any, name: str) -> str | None:
    return (
        getattr(claim, name)
        if claim is not None and claim.band in ("confirmed", "probable")
        else None
    )


def test_every_recording_is_judged_here() -> None:
    assert set(ANSWERS) == set(TRUTH)


@pytest.mark.parametrize("name", ANSWERS)
def test_recordings_become_the_devices_they_are(name: str) -> None:
    protocol, raw, expect = ANSWERS[name]
    found = device(*seen("10.0.0.9", protocol, raw))
    told = (sure(found.maker, "id"), sure(found.brand, "id"), sure(found.class_, "value"))
    assert told == TRUTH[name]
    if "mac" in expect:
        assert found.mac == expect["mac"]
    if "serial" in expect and protocol != "xm":
        # 123456789 is what firmware says when nobody filled it in.
        assert found.serial == (expect["serial"] if protocol != "dahua1" else None)
    if protocol in ("sadp", "dhip", "ubnt", "tplink-tdp"):
        assert sure(found.model, "value") == expect["model"]
        assert found.firmware is not None


@pytest.mark.parametrize("name", ANSWERS)
def test_no_secret_reaches_a_device(name: str) -> None:
    protocol, raw, expect = ANSWERS[name]
    text = json.dumps(msgspec.to_builtins(device(*seen("10.0.0.9", protocol, raw)))).lower()
    for word in ("salt", "latitude", "longitude", "alias", "deviceid", "device_id", "owner"):
        assert f".{word}" not in text
    for secret in (expect.get("uid"), expect.get("serial") if protocol == "xm" else None):
        assert secret is None or secret.lower() not in text


def test_an_unknown_class_is_not_called_camera() -> None:
    info = {"DeviceClass": "XYZ", "DeviceType": "T1", "Version": "2.800.0000000.24.R"}
    whole = {"mac": "3c:ef:8c:00:00:01", "params": {"deviceInfo": info}}
    raw = json.dumps(whole).encode()
    assert dhip.decode(raw).values("dhip.device_class") == ("XYZ",)
    found = device(*seen("10.0.0.9", "dhip", raw))
    assert sure(found.maker, "id") == "dahua"
    assert found.class_ is None


def test_a_camera_seen_by_inquiry_and_by_another_address_is_one_device() -> None:
    protocol, raw, expect = ANSWERS["sadp-ds2cd2320d"]
    other = [
        Evidence(target="fe80::1%eth0", field="mac.address", value=expect["mac"], method="ndp"),
        Evidence(
            target="fe80::1%eth0", field="onvif.serial", value=expect["serial"], method="onvif"
        ),
    ]
    found = device(*seen("10.9.0.9", protocol, raw), *other)
    assert found.addresses == ("10.9.0.9", "fe80::1%eth0")
    assert found.mac == expect["mac"]
    assert found.serial == expect["serial"]


def test_the_id_of_a_device_is_that_of_its_mac_whoever_told_it() -> None:
    protocol, raw, expect = ANSWERS["sadp-ds2cd2320d"]
    by_link = Evidence(target="10.9.0.9", field="mac.address", value=expect["mac"], method="arp")
    assert device(*seen("10.9.0.9", protocol, raw)).id == device(by_link).id


def test_two_devices_of_one_factory_address_stay_two() -> None:
    protocol, raw, _ = ANSWERS["xm-001231-09b79e-announce"]
    twin = raw.replace(b"00:12:31:7c:da:a8", b"00:12:31:7c:da:a9")
    evidence = [*seen("192.168.1.10", protocol, raw), *seen("192.168.1.77", protocol, twin)]
    assert len(build_devices(evidence, {}, matcher()).devices) == 2
