import pytest

from camscan.lab.day.exchange import Purpose
from camscan.lab.day.stage import Stage
from camscan.lab.estates import small
from camscan.lab.outside import Cloud

MIDNIGHT = 1795478400.0


@pytest.fixture
def stage(date):
    return Stage(small(), "10.66", date)


def test_a_visit_is_a_look_up_and_a_connection_by_that_name(stage):
    device = small().devices[0]
    cloud = Cloud("a.example", "35.177.48.91", 8443, 100, 200)
    stage.visit(device, 60.0, cloud, Purpose.VENDOR_CLOUD)
    question, visit = stage.exchanges()
    assert (question.at, question.purpose, question.protocol) == (
        MIDNIGHT + 60, Purpose.DNS, "udp"
    )  # fmt: skip
    assert (question.server.address, question.ends[1]) == ("10.66.0.5", 53)
    assert (question.name, question.addresses) == ("a.example", ("35.177.48.91",))
    assert visit.at > question.at
    assert (visit.server.address, visit.ends[1]) == ("35.177.48.91", 8443)
    assert b"a.example" in visit.ask
    assert (visit.sent, visit.received) == (100, 200)
    assert visit.client.mac == device.mac


def test_who_begins_from_outside_is_the_client(stage):
    device = small().devices[0]
    stage.from_outside("81.2.69.142", 5.0, device, 554, (b"a", b"b"), (1, 2), seconds=3.0)
    (one,) = stage.exchanges()
    assert (one.client.address, one.server.address) == ("81.2.69.142", device.address("10.66"))
    assert one.server.mac == device.mac
    assert one.ends[1] == 554


def test_exchanges_are_in_order_of_time(stage):
    device = small().devices[0]
    for at in (50.0, 10.0, 30.0):
        stage.ask_time(device, at)
    assert [one.at - MIDNIGHT for one in stage.exchanges()] == [10.0, 30.0, 50.0]
    assert {one.ends for one in stage.exchanges()} == {(123, 123)}
