import pytest

from camscan.egress.overlap import counted_once
from camscan.model.conversation import Direction
from camscan.model.flow import Origin, Slot

DAY = (0.0, 86_400.0)
BOTH = {"pcap": DAY, "netflow": DAY}


def seen_by(make_talk, source, **more):
    counters = {"packets_out": 10, "packets_in": 8, "bytes_out": 1000, "bytes_in": 800, "count": 2}
    return make_talk(recorded_by=source, first=100.0, last=200.0, **(counters | more))


def test_two_sources_of_the_same_time_count_once(make_talk):
    first = seen_by(make_talk, "pcap", name="a.example", name_source="sni")
    second = seen_by(make_talk, "netflow", name=None, name_source=None, bytes_out=990)
    (talk,) = counted_once([first, second], BOTH)
    assert (talk.bytes_out, talk.count, talk.name) == (1000, 2, "a.example")
    assert (talk.recorded_by, talk.also) == ("pcap", ("netflow",))


def test_one_source_alone_is_left_as_it_is(make_talk):
    talks = (seen_by(make_talk, "pcap"), seen_by(make_talk, "pcap", peer="36.110.1.9", id="c9"))
    assert set(counted_once(talks, BOTH)) == set(talks)


def test_two_taps_that_each_see_one_way_give_both(make_talk):
    out = seen_by(make_talk, "pcap", packets_in=0, bytes_in=0, silent=2)
    back = seen_by(make_talk, "pcap 2", packets_out=0, bytes_out=0, origin=Origin.PORTS)
    (talk,) = counted_once([out, back], {"pcap": DAY, "pcap 2": DAY})
    assert (talk.packets_out, talk.packets_in, talk.bytes_out, talk.bytes_in) == (10, 8, 1000, 800)
    assert talk.silent == 0
    assert talk.origin is Origin.SYN


def test_what_only_partly_overlaps_is_compared_hour_by_hour(make_talk):
    slot = (2, 10, 8, 1000, 800)
    morning = seen_by(make_talk, "pcap", slots=(Slot(0, *slot), Slot(3600, *slot)))
    later = seen_by(make_talk, "netflow", slots=(Slot(3600, *slot), Slot(7200, *slot)))
    spans = {"pcap": (0.0, 150.0), "netflow": (150.0, 10_800.0)}
    spans = {"pcap": (-9000.0, -1000.0), "netflow": spans["netflow"]}
    (talk,) = counted_once([morning, later], spans)
    assert (talk.count, talk.bytes_out) == (6, 3000)


def test_what_a_firewall_blocked_is_said_of_the_conversation_of_the_capture(make_talk):
    tries = seen_by(make_talk, "pcap", packets_in=0, bytes_in=0, silent=2)
    log = seen_by(
        make_talk, "filterlog", packets_out=None, packets_in=0, bytes_out=None, bytes_in=None,
        blocked=2, silent=0,
    )  # fmt: skip
    (talk,) = counted_once([tries, log], {"pcap": DAY, "filterlog": DAY})
    assert (talk.blocked, talk.bytes_out, talk.count) == (2, 1000, 2)


def test_two_names_stay_two_conversations(make_talk):
    one = seen_by(make_talk, "pcap", id="c1", name="a.example", name_source="sni")
    two = seen_by(make_talk, "pcap", id="c2", name="b.example", name_source="sni")
    both = seen_by(make_talk, "netflow", id="c3", name=None, name_source=None, bytes_out=2000)
    found = counted_once([one, two, both], BOTH)
    assert [talk.name for talk in found] == ["a.example", "b.example"]
    assert all(talk.also == ("netflow",) for talk in found)


def test_what_the_better_source_did_not_watch_stands_by_itself(make_talk):
    one = seen_by(make_talk, "pcap", id="c1", name="a.example", name_source="sni")
    two = seen_by(make_talk, "pcap", id="c2", name="b.example", name_source="sni")
    night = seen_by(make_talk, "netflow", id="c3", name=None, name_source=None)
    spans = {"pcap": (-90_000.0, -80_000.0), "netflow": DAY}
    assert len(counted_once([one, two, night], spans)) == 3


@pytest.mark.parametrize("unknown", [True, False])
def test_the_surer_direction_counts(make_talk, unknown):
    guess = seen_by(
        make_talk, "netflow", direction=Direction.UNKNOWN if unknown else Direction.OUT,
        origin=Origin.UNKNOWN if unknown else Origin.PORTS,
    )  # fmt: skip
    (talk,) = counted_once([guess, seen_by(make_talk, "pcap")], BOTH)
    assert talk.direction is Direction.OUT
