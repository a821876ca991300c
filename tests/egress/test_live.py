"""Incremental judging: once each, fleets once, floods summed up, bounded."""

import pytest

from camscan.egress.analyse import Inputs
from camscan.egress.baseline import Baseline, Expectations
from camscan.egress.event import EventKind
from camscan.egress.fleet import WINDOW
from camscan.egress.geo import Geo
from camscan.egress.live import JUDGED_A_MINUTE, TOLD_A_MINUTE, LiveJudge
from camscan.egress.policy import Policy
from camscan.egress.rise import LOOK_AGAIN
from camscan.model.flow import Flow, Origin


class Clock:
    now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def judge(make_run, make_device, fingerprints):
    cameras = [make_device(f"10.66.1.{number}") for number in range(10, 30)]
    inputs = Inputs(
        run=make_run(*cameras),
        policy=Policy(home_countries=("GB",)),
        geo=Geo(()),
        fingerprints=fingerprints,
        usual=Expectations(Baseline()),
    )
    clock = Clock()
    made = LiveJudge(inputs, clock=clock)
    made.clock = clock
    return made


def flow(source="10.66.1.10", peer="36.110.220.15", port=9000, first=1_764_000_000.0, **more):
    known = {
        "source_mac": None, "protocol": "udp", "last": first, "packets_out": 1, "packets_in": 0,
        "bytes_out": 68, "bytes_in": 0, "origin": Origin.FIRST, "recorded_by": "iface",
    }  # fmt: skip
    return Flow(source=source, peer=peer, port=port, first=first, **(known | more))


def test_an_unexpected_call_is_told_once(judge):
    (event,) = judge.look([flow()])
    assert event.kind is EventKind.CONVERSATION
    assert event.conversation.peer == "36.110.220.15"
    assert event.severity == "high"
    assert "Hikvision camera 10.66.1.10 (Ripon) calls 36.110.220.15 udp/9000 in CN" in event.line
    assert judge.look([flow(first=1_764_000_100.0)]) == []
    assert len(judge.look([flow(port=9001)])) == 1


def test_what_is_expected_or_of_nobody_is_not_told(judge):
    assert judge.look([flow(peer="10.66.0.1", port=123)]) == []
    assert judge.look([flow(source="10.66.9.9")]) == []
    assert judge.look([flow(source="36.110.220.15", peer="10.66.1.10")]) == []


def test_three_cameras_are_one_event_and_later_members_are_part_of_it(judge):
    at = 1_764_000_000.0
    events = judge.look([flow(f"10.66.1.{n}", first=at + n) for n in range(10, 14)])
    assert [event.kind for event in events] == [EventKind.FLEET]
    assert events[0].title == "4 devices of Hikvision call 36.110.220.15 together"
    assert judge.look([flow("10.66.1.20", first=at + 60)]) == []
    # A day later it is no part of that any more.
    later = judge.look([flow("10.66.1.21", first=at + 86_400)])
    assert [event.kind for event in later] == [EventKind.CONVERSATION]
    assert WINDOW < 86_400


def test_a_flood_is_summed_up_after_a_minute(judge):
    peers = [f"36.110.{n >> 8}.{n & 255}" for n in range(20_000)]
    events = judge.look([flow(peer=peer) for peer in peers])
    assert len(events) == TOLD_A_MINUTE
    assert judge.judged == JUDGED_A_MINUTE
    judge.left_out({"10.66.1.10": 5, "10.66.9.9": 7}, 1_764_000_000.0)
    assert judge.look([]) == []
    judge.clock.now += 60
    (event,) = judge.look([])
    assert event.kind is EventKind.MORE
    assert event.title.endswith(
        f"and {20_005 - TOLD_A_MINUTE:,} more peers within a minute, not told one by one"
    )
    # Another device was not held up by it, and nor is this one any more.
    assert len(judge.look([flow("10.66.1.11", peer="36.110.220.15")])) == 1
    assert len(judge.look([flow(peer="36.112.0.1")])) == 1
    assert judge.finish() == []


def test_a_question_without_a_connection(judge):
    asked = flow(peer=None, port=53, name="evil.example", name_source="dns-question")
    key = ("10.66.1.10", "evil.example")
    (event,) = judge.look([asked], {key: ("36.110.220.15",)})
    assert "asked for evil.example" in event.title
    assert not judge.contacted("10.66.1.10", ["36.110.220.15"])
    judge.look([flow()])
    assert judge.contacted("10.66.1.10", ["36.110.220.16", "36.110.220.15"])


def test_names_asked_make_a_call_by_address_stand_out(judge):
    judge.resolves(["10.66.1.10"])
    (event,) = judge.look([flow()])
    assert any(reason.startswith("direct-ip") for reason in event.reasons)


HOME = "81.2.69.160"  # no place is known of it: two points, with the unknown country three


def more(**counters):
    """What a connection that was told has carried since."""
    known = {"count": 0, "packets_out": 900, "packets_in": 400, "bytes_in": 20_000}
    return flow(peer=HOME, port=443, protocol="tcp", **(known | counters))


def test_a_call_that_becomes_an_upload_is_told_again_once(judge):
    (first,) = judge.look([flow(peer=HOME, port=443, protocol="tcp")])
    assert first.severity == "medium"
    judge.clock.now += LOOK_AGAIN
    assert judge.look([more(bytes_out=400_000)]) == []
    judge.clock.now += LOOK_AGAIN
    (again,) = judge.look([more(bytes_out=900_000)])
    assert (again.id, again.kind, again.severity) == (first.id, first.kind, "high")
    assert again.title == f"{first.title}, told before as medium"
    assert any(reason.startswith("upload: 1.3 MB went out") for reason in again.reasons)
    assert not any(reason.startswith("unanswered") for reason in again.reasons)
    for _ in range(3):
        judge.clock.now += LOOK_AGAIN
        assert judge.look([more(bytes_out=5_000_000)]) == []


def test_what_grows_is_looked_at_now_and_then_also_when_nothing_follows(judge):
    judge.look([flow(peer=HOME, port=443, protocol="tcp")])
    judge.clock.now += LOOK_AGAIN / 2
    assert judge.look([more(bytes_out=4_000_000)]) == []
    judge.clock.now += LOOK_AGAIN / 2
    (again,) = judge.look([])
    assert again.severity == "high"


def test_a_member_of_a_fleet_that_uploads_is_told_by_itself(judge):
    calls = [
        flow(f"10.66.1.{n}", HOME, 443, protocol="tcp", first=1_764_000_000.0 + n)
        for n in range(10, 14)
    ]
    assert [event.kind for event in judge.look(calls)] == [EventKind.FLEET]
    judge.clock.now += LOOK_AGAIN
    (again,) = judge.look([more(bytes_out=4_000_000)])
    assert again.kind is EventKind.CONVERSATION
    assert again.conversation.address == "10.66.1.10"
