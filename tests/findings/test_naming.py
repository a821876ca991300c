from camscan.findings.naming import (
    blocking_rule,
    destination_name,
    device_name,
    location,
    location_suffix,
)


def test_device_names(make_device):
    camera = make_device("10.0.0.1")
    assert device_name(camera, "10.0.0.1") == "Hikvision camera 10.0.0.1 (Ripon)"
    branded = make_device("10.0.0.1", brand="Annke", site=None)
    assert device_name(branded, "10.0.0.1") == "Annke camera 10.0.0.1"
    assert device_name(make_device("10.0.0.1", maker=None, kind=None, site=None), "10.0.0.1") == (
        "device 10.0.0.1"
    )
    assert device_name(None, "10.0.0.9") == "device 10.0.0.9"


def test_a_country_never_stands_without_its_table(talk):
    assert location([talk("10.0.0.1")]) == "36.110.1.1 is located in CN (DB-IP, 2026-06-01)"
    assert location_suffix([talk("10.0.0.1")]) == " in CN (DB-IP, 2026-06-01)"
    assert location_suffix([talk("10.0.0.1", ())]) == ""


def test_destination_and_rule(talk):
    assert destination_name(talk("10.0.0.1", name="a.example")) == "a.example"
    assert destination_name(talk("10.0.0.1")) == "36.110.1.1"
    assert blocking_rule("10.0.0.1", "36.110.1.1") == (
        "nft add rule inet filter forward ip saddr 10.0.0.1 ip daddr 36.110.1.1 drop"
    )
    assert "ip6 saddr fd00::1 ip6 daddr 240e::1" in blocking_rule("fd00::1", "240e::1")
