import pytest

from camscan.egress.talk import talks, time_of
from camscan.egress.who import DeviceIndex
from camscan.model.conversation import Direction
from camscan.model.flow import Flow, Origin


def flow(source, peer, port=443, **more):
    values = {
        "source_mac": None, "protocol": "tcp", "first": 10.0, "last": 20.0, "packets_out": 3,
        "packets_in": 2, "bytes_out": 300, "bytes_in": 200, "origin": Origin.SYN,
    }  # fmt: skip
    return Flow(source=source, peer=peer, port=port, **(values | more))


@pytest.fixture
def camera(make_device):
    return make_device("10.66.1.10", mac="c4:2f:90:00:00:01", others=("fd00::10",))


def joined(flows, *devices, answers=None, **kind):
    watched = {device.id: device for device in devices}
    return talks(flows, DeviceIndex(devices), answers or {}, **({"watched": watched} | kind))


def test_a_call_and_a_visit(camera):
    out, visit = joined(
        [flow("10.66.1.10", "36.110.1.1"), flow("10.66.9.2", "10.66.1.10", 554, first=11.0)], camera
    )
    assert (out.direction, out.peer, out.bytes_out) == (Direction.OUT, "36.110.1.1", 300)
    assert (visit.direction, visit.peer, visit.port) == (Direction.IN, "10.66.9.2", 554)
    assert (visit.bytes_out, visit.bytes_in) == (200, 300)


def test_between_two_devices_each_has_its_talk(camera, make_device):
    recorder = make_device("10.66.9.2", "recorder")
    found = joined([flow("10.66.9.2", "10.66.1.10", 554)], camera, recorder)
    assert {(talk.device.id, talk.direction) for talk in found} == {
        (camera.id, Direction.IN),
        (recorder.id, Direction.OUT),
    }


def test_outcomes_add_up(camera):
    (talk,) = joined(
        [
            flow("10.66.1.10", "36.110.1.1", count=4, packets_in=0, bytes_in=0),
            flow("10.66.1.10", "36.110.1.1", count=2, refused=True, first=5.0),
            flow("10.66.1.10", "36.110.1.1", count=1, last=99.0),
        ],
        camera,
    )
    assert (talk.count, talk.silent, talk.refused) == (7, 4, 2)
    assert (talk.first, talk.last, talk.packets_out) == (5.0, 99.0, 9)


def test_unknown_counters_stay_unknown(camera):
    (talk,) = joined(
        [flow("10.66.1.10", "36.110.1.1"), flow("10.66.1.10", "36.110.1.1", bytes_in=None)], camera
    )
    assert talk.bytes_in is None
    assert talk.bytes_out == 600


def test_a_mac_names_a_device_under_an_address_of_nobody(camera, make_device):
    moved = flow("10.66.1.77", "36.110.1.1", source_mac="c4:2f:90:00:00:01")
    (talk,) = joined([moved], camera, make_device("10.66.1.11"))
    assert (talk.address, talk.device) == ("10.66.1.77", camera)


def test_an_address_of_two_devices_names_neither(camera, make_device):
    twin = make_device("10.66.1.50", others=("10.66.1.10",))
    assert joined([flow("10.66.1.10", "36.110.1.1")], camera, twin) == ()


def test_devices_that_are_not_watched_are_left_out(camera, make_device):
    computer = make_device("10.66.1.99", "other")
    index = DeviceIndex([camera, computer])
    flows = [flow("10.66.1.99", "36.110.1.1"), flow("10.66.1.98", "36.110.1.1")]
    assert talks(flows, index, {}, watched={camera.id: camera}) == ()
    everything = talks(flows, index, {}, watched=None, inside=["10.66.1.98"])
    assert {(talk.address, talk.device) for talk in everything} == {
        ("10.66.1.99", computer),
        ("10.66.1.98", None),
    }


def test_a_name_seen_once_names_the_other_connections(camera):
    named = flow("10.66.1.10", "36.110.1.1", name="a.example", name_source="sni")
    blocked = flow("10.66.1.10", "36.110.1.1", packets_in=0)
    (talk,) = joined([blocked, named], camera)
    assert (talk.name, talk.name_source, talk.silent) == ("a.example", "sni", 1)
    other = flow("10.66.1.10", "36.110.1.1", name="b.example", name_source="sni")
    assert {talk.name for talk in joined([blocked, named, other], camera)} == {
        None,
        "a.example",
        "b.example",
    }


def test_a_question_without_a_connection_carries_its_answers(camera):
    question = flow(
        "10.66.1.10", None, 53, protocol="udp", name="a.example", name_source="dns-question",
        packets_out=0, packets_in=0, origin=Origin.FIRST,
    )  # fmt: skip
    (talk,) = joined([question], camera, answers={("10.66.1.10", "a.example"): ("36.110.1.1",)})
    assert (talk.peer, talk.packets_out, talk.silent) == (None, 0, 0)
    assert talk.answered == ("36.110.1.1",)


def test_unknown_origin_is_unknown_direction(camera):
    (talk,) = joined([flow("10.66.1.10", "36.110.1.1", origin=Origin.UNKNOWN)], camera)
    assert talk.direction is Direction.UNKNOWN


def test_ids_are_stable_and_differ(camera):
    flows = [flow("10.66.1.10", "36.110.1.1", port) for port in range(5)]
    once, again = joined(flows, camera), joined(reversed(flows), camera)
    assert {talk.id for talk in once} == {talk.id for talk in again}
    assert len({talk.id for talk in once}) == 5


def test_impossible_times_become_the_ends_of_the_calendar():
    assert time_of(-5.0).year == 1970
    assert time_of(1e30).year == 9999
