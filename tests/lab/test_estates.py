"""The estates: exact counts, nothing shared that should not be, the same at every call."""

from __future__ import annotations

from collections import Counter

import pytest

from camscan.errors import UsageError
from camscan.lab.device import UNIQUE
from camscan.lab.estates import ESTATES, district, estate, inquiries, small
from camscan.lab.inquiry import InquirySpeaker
from camscan.lab.persona import personas
from camscan.protocols.registry import DECODERS

BASE = "10.66"


def test_the_district_has_the_published_counts() -> None:
    truth = district().truth(BASE).values()
    kinds = Counter(item.kind for item in truth)
    assert kinds["camera"] == 212
    assert kinds["recorder"] == 8
    assert len(truth) - kinds["camera"] - kinds["recorder"] == 150


def test_86_cameras_are_made_by_hikvision_and_9_tell_no_maker() -> None:
    cameras = [item for item in district().truth(BASE).values() if item.kind == "camera"]
    brands = Counter(item.brand for item in cameras if item.maker == "hikvision")
    assert brands.pop("hikvision") == 79
    assert sum(brands.values()) == 7
    assert sum(item.maker is None for item in cameras) == 9


def test_sites_and_the_silent_subnet() -> None:
    data = district()
    assert {site.name for site in data.sites} == {
        "harrogate", "knaresborough", "ripon",
        "leisure-harrogate", "leisure-knaresborough", "leisure-ripon",
    }  # fmt: skip
    for site in data.sites:
        cameras = [
            item
            for item in data.truth(BASE).values()
            if item.site == site.name and item.kind == "camera"
        ]
        assert cameras, site.name
    assert data.silent == (7,)
    assert not any(device.subnet in data.silent for device in data.devices)


@pytest.mark.parametrize("name", sorted(ESTATES))
def test_no_two_devices_share_an_address_mac_serial_realm_or_uuid(name: str) -> None:
    devices = estate(name).devices
    addresses = [device.address(BASE) for device in devices]
    assert len(addresses) == len(set(addresses))
    for field in UNIQUE:
        values = [device.values[field] for device in devices if field in device.values]
        assert len(values) == len(set(values)), field
        assert not any("{" in value for value in values), field


def test_the_same_estate_at_every_call() -> None:
    assert district() == district()


def test_macs_carry_their_persona_s_prefix() -> None:
    for device in district().devices:
        assert device.mac[:8] in personas()[device.persona].persona.ouis


def test_an_unknown_estate_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="district, hostile, inquiries, small"):
        estate("nowhere")


def test_small_is_small() -> None:
    assert len(small().devices) == 12


# Port and query as a scanner sends them; the answers of the rest are tested over sockets.
QUERIES = {
    "bosch": (1757, bytes.fromhex("9939a427f892ab64ff0006de")),
    "hanwha": (7701, b"\x01" + bytes(261)),
    "panasonic": (
        10670,
        bytes.fromhex("00010000000d000000000000ffffffffffff0a420002000120111e11231f")
        + bytes.fromhex("1e19130000020000000000000000000000 00ffff0000"),
    ),
    "sony": (2380, b"\x02ENQ:allinfo\xff\x03"),
    "vivotek": (10000, bytes.fromhex("d74a5d8f1c")),
    "vstarcam": (8600, bytes.fromhex("44480101")),
    "foscam": (10000, b"MO_I" + bytes(11) + bytes.fromhex("040000000400000000000001")),
    "tvt": (23456, b"MHED" + bytes.fromhex("0900010001000000") + bytes(128)),
    "gige": (3956, bytes.fromhex("4211000200000001")),
    "nicevision": (2007, b"NICE" + bytes.fromhex("000101080000d903")),
    "360vision": (3600, b"DISCOVER\n"),
    "jvc": (80, b"system.id\r\n"),
    "juan": (8002, b"SEARCH * HDS/1.0\r\nCSeq:1\r\nClient-ID:camscan\r\n\r\n"),
}
GROUPS = {"tvt": "234.55.55.55", "juan": "239.255.255.250"}
MODEL_ELSEWHERE = {"bosch", "nicevision", "360vision", "foscam", "vstarcam"}


def test_every_vendor_of_the_inquiries_answers_as_itself() -> None:
    asked = set()
    for device in inquiries().devices:
        truth = inquiries().truth(BASE)[device.address(BASE)]
        values = {
            **device.values,
            "ip": device.address(BASE),
            "netmask": "255.255.255.0",
            "gateway": f"{BASE}.0.1",
        }
        speaker = InquirySpeaker(personas()[device.persona].inquiry, values, {}, on_link=True)
        for inquiry in speaker.inquiries:
            if inquiry.name not in QUERIES:
                continue
            port, query = QUERIES[inquiry.name]
            assert port == inquiry.port
            reply = speaker.reply(query, 5000, many=True, group=GROUPS.get(inquiry.name, ""))
            assert reply is not None, device.persona
            (datagram,) = reply.datagrams
            said = dict(reversed(DECODERS[inquiry.name](datagram).fields))
            assert said.get(f"{inquiry.name}.mac", device.mac) == device.mac
            assert said.get(f"{inquiry.name}.ipv4", values["ip"]) == values["ip"]
            assert said.get(f"{inquiry.name}.serial", device.values.get("serial")) == (
                device.values.get("serial")
            )
            if inquiry.name not in MODEL_ELSEWHERE:
                named = f"{inquiry.name}.{'short_name' if truth.kind == 'recorder' else 'model'}"
                assert said[named] == truth.model
            assert "secret" not in str(said).lower()
            assert DECODERS[inquiry.name](query).fields == (), "a question is no answer"
            asked.add(inquiry.name)
    assert asked == set(QUERIES)


def test_passwords_and_keys_are_in_the_answers_of_the_lab() -> None:
    """Else the test above would prove nothing."""
    for name in ("vstarcam-c", "juan-5523", "bosch-inteox", "tvt-dvc"):
        text = str(personas()[name].inquiry)
        assert any(word in text for word in ("secret-", "c2VjcmV0", "5E5510")), name
