"""Events as lines for people and as JSON."""

import msgspec

from camscan.egress.analyse import Judged
from camscan.egress.event import conversation_event, device_name, fleet_event, more_event
from camscan.egress.fleet import Fleet
from camscan.egress.geo import GeoAnswer
from camscan.egress.reason import Code, Reason
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity


def judged(make_talk, **more):
    return Judged(
        talk=make_talk(first=1_764_000_000.0, last=1_764_000_001.0, **more),
        verdict=Verdict.UNEXPECTED,
        reasons=(Reason(Code.NOT_LISTED, "nobody knows it"), Reason(Code.FOREIGN_COUNTRY, "CN")),
        place=GeoAnswer(),
    )


def test_a_conversation(make_talk):
    event = conversation_event(judged(make_talk, name="evil.example", name_source="sni"))
    assert event.line == (
        "2025-11-24 16:00:00 UTC high Hikvision camera 10.66.1.10 (Ripon) calls evil.example"
        " (36.110.1.1) tcp/443: nobody knows it; CN"
    )
    read = msgspec.json.decode(msgspec.json.encode(event))
    assert read["schema"] == "camscan.event/1"
    assert read["id"] == read["conversation"]["id"] == "c0"
    assert read["devices"] == ["d-10.66.1.10"]


def test_a_question(make_talk):
    event = conversation_event(judged(make_talk, peer=None, name="evil.example"))
    assert event.title.endswith("asked for evil.example")


def test_a_fleet_and_a_tail():
    fleet = Fleet(
        destinations=("evil.example",), maker="hikvision", maker_name="Hikvision",
        devices=("a", "b", "c"), talks=("1", "2", "3"), of=40, began=0.0, spread=3.0, onset=True,
    )  # fmt: skip
    event = fleet_event(fleet, Severity.HIGH)
    assert event.title == "3 devices of Hikvision call evil.example together"
    assert event.reasons[0].startswith("fleet-start: ")
    assert more_event("d", "camera 10.1.2.3", 1, 0.0).title.startswith(
        "camera 10.1.2.3: and 1 more peer within"
    )
    assert "and 12,345 more peers" in more_event("d", "x", 12_345, 0.0).title


def test_what_is_unknown_of_a_device_is_left_out(make_device):
    assert device_name(None, "10.1.2.3") == "device 10.1.2.3"
    bare = make_device("10.1.2.3", kind=None, maker=None, site=None)
    assert device_name(bare, "10.1.2.3") == "device 10.1.2.3"
