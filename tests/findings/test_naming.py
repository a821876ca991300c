from camscan.egress.event import device_name
from camscan.findings.naming import (
    blocking_rule,
    destination_name,
    location_suffix,
    locations,
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
    assert locations([talk("10.0.0.1")]) == ("36.110.1.1 is located in CN (DB-IP, 2026-06-01)",)
    assert location_suffix([talk("10.0.0.1")]) == " in CN (DB-IP, 2026-06-01)"
    assert location_suffix([talk("10.0.0.1", ())]) == ""


def test_several_countries_stand_before_their_table(talk):
    def placed(peer, where):
        return talk("10.0.0.1", [f"foreign-country: {peer} is located in {where}; home: GB"])

    group = [
        placed("36.110.1.1", "CN (DB-IP, 2026-06-01)"),
        placed("5.9.1.1", "DE (DB-IP, 2026-06-01)"),
    ]
    assert location_suffix(group) == " in CN, DE (DB-IP, 2026-06-01)"
    group.append(placed("5.9.1.2", "DE (DB-IP, 2026-06-01)"))
    assert location_suffix(group) == " in CN, DE (DB-IP, 2026-06-01)"
    assert len(locations(group)) == 3
    group.append(placed("5.9.1.3", "FR (own table, 2026-01-01)"))
    assert location_suffix(group) == " in CN, DE (DB-IP, 2026-06-01) and FR (own table, 2026-01-01)"


def test_destination_and_rule(talk):
    assert destination_name(talk("10.0.0.1", name="a.example")) == "a.example"
    assert destination_name(talk("10.0.0.1")) == "36.110.1.1"
    assert blocking_rule("10.0.0.1", "36.110.1.1") == (
        "nft add rule inet filter forward ip saddr 10.0.0.1 ip daddr 36.110.1.1 drop"
    )
    assert "ip6 saddr fd00::1 ip6 daddr 240e::1" in blocking_rule("fd00::1", "240e::1")
