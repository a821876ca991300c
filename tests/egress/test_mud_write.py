import json
from datetime import UTC, datetime

import pytest

from camscan.egress.mud import parse_mud
from camscan.egress.mud_write import mud_of
from camscan.model.conversation import Verdict

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def camera(make_device):
    return make_device("10.66.1.10", maker="Axis")


def test_what_is_written_is_read_back_as_policy(camera, make_conversation, make_talk):
    calls = [
        make_conversation(camera, name="api.example", verdict=Verdict.ALLOWED),
        make_conversation(camera, peer="192.0.2.7", port=8443, verdict=Verdict.EXPECTED),
        make_conversation(camera, peer="10.66.0.5", port=123, protocol="udp",
                          verdict=Verdict.INFRASTRUCTURE),
        make_conversation(camera, peer="10.66.9.9", port=445, verdict=Verdict.INTERNAL),
        make_conversation(camera, peer="36.110.9.9", verdict=Verdict.UNEXPECTED),
        make_conversation(camera, peer="2001:db8::7", name="six.example", verdict=Verdict.ALLOWED),
    ]  # fmt: skip
    written = mud_of(camera, calls, now=NOW)
    mud = parse_mud(written, "x")
    assert mud.problems == ()
    assert mud.title == "Axis"
    permitted = [
        make_talk(name="api.example"),
        make_talk(peer="192.0.2.7", port=8443),
        make_talk(peer="10.66.0.5", port=123, protocol="udp"),
        make_talk(peer="10.66.7.7", port=1),
        make_talk(peer="2001:db8::7", name="six.example"),
    ]
    assert all(mud.permits(talk, ()) for talk in permitted)
    assert mud.permits(make_talk(peer="36.110.9.9"), ()) is None
    assert mud.permits(make_talk(name="other.example"), ()) is None


def test_the_leaves_that_rfc_8520_wants_are_there(camera, make_conversation):
    document = json.loads(
        mud_of(camera, [make_conversation(camera, verdict=Verdict.ALLOWED)], now=NOW)
    )
    head = document["ietf-mud:mud"]
    assert {"mud-version", "mud-url", "last-update", "is-supported"} <= set(head)
    assert head["mud-url"].startswith("https://")
    (acl,) = document["ietf-access-control-list:acls"]["acl"]
    assert acl["type"] == "ipv4-acl-type"
    assert head["from-device-policy"]["access-lists"]["access-list"] == [{"name": acl["name"]}]


def test_other_devices_and_the_same_twice(camera, make_device, make_conversation):
    other = make_device("10.66.1.11")
    calls = [
        make_conversation(other, verdict=Verdict.ALLOWED),
        make_conversation(camera, verdict=Verdict.ALLOWED),
        make_conversation(camera, verdict=Verdict.ALLOWED, id="c2"),
    ]
    assert len(parse_mud(mud_of(camera, calls, now=NOW), "x").aces) == 1
