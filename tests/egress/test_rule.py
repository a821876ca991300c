from datetime import UTC, date, datetime
from ipaddress import ip_address

import pytest

from camscan.egress.rule import Rule
from camscan.model.identity import DeviceClass


@pytest.mark.parametrize(
    "destination, name, peer, expected",
    [
        ("x.example", "x.example", None, True),
        ("x.example", "a.x.example", None, True),
        ("*.x.example", "a.x.example", None, True),
        ("x.example", "notx.example", None, False),
        ("x.example", None, "36.110.1.1", False),
        ("36.110.0.0/16", None, "36.110.1.1", True),
        ("36.110.1.1", "x.example", "36.110.1.1", True),
        ("36.110.0.0/16", None, "2001:db8::1", False),
        ("*", None, None, True),
    ],
)
def test_destinations(destination, name, peer, expected):
    rule = Rule(destination=destination, reason="r")
    assert rule.reaches(name, ip_address(peer) if peer else None) is expected


def test_ports():
    assert Rule(destination="*", reason="r").permits_port("udp", 5)
    assert Rule(destination="*", reason="r", port=443).permits_port("udp", 443)
    assert not Rule(destination="*", reason="r", port="tcp/443").permits_port("udp", 443)
    assert Rule(destination="*", reason="r", port="TCP/443").permits_port("tcp", 443)


def test_the_last_day_still_counts():
    rule = Rule(destination="*", reason="r", until=date(2026, 11, 24))
    assert not rule.expired(datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert rule.expired(datetime(2026, 11, 25, 1, tzinfo=UTC))


def test_what_is_given_must_all_fit(make_talk, make_device):
    camera = make_device("10.66.1.10", maker="Axis", mac="c4:2f:90:00:00:01")
    talk = make_talk(device=camera, name="a.x.example", name_source="sni")
    fits = {
        "maker": "axis", "class_": DeviceClass.CAMERA, "site": "Ripon",
        "device": "c4:2f:90:00:00:01", "port": "tcp/443",
    }  # fmt: skip
    rule = Rule(destination="x.example", reason="r", **fits)
    assert rule.covers(talk)
    misfits = {
        "maker": "dahua", "class_": DeviceClass.RECORDER, "site": "York", "device": "10.66.1.11",
        "port": 80,
    }  # fmt: skip
    for key, value in misfits.items():
        assert not Rule(destination="x.example", reason="r", **(fits | {key: value})).covers(talk)
    assert not rule.covers(make_talk(device=None, name="a.x.example", name_source="sni"))
    assert Rule(destination="*", reason="r", device="10.66.1.10").covers(make_talk(device=None))


def test_a_brand_is_a_maker_for_a_rule(make_talk, make_device):
    annke = make_device("10.66.1.10", maker="Hikvision", brand="Annke")
    assert Rule(destination="*", reason="r", maker="annke").covers(make_talk(device=annke))
