import datetime
from collections import Counter, defaultdict

import pytest

from camscan.lab.day.exchange import PLANTED, Purpose
from camscan.lab.day.story import (
    CHINA_BEGINS,
    DEPOT,
    P2P_BEGINS,
    P2P_CAMERAS,
    RELAYS,
    UPLOADED,
    VIEWER,
    tell,
)
from camscan.lab.day.wire import counts
from camscan.lab.estates import district, inquiries, small


@pytest.fixture(scope="module")
def told(date):
    return tell(district(), "10.66", date)


def of(day, purpose):
    return [one for one in day.exchanges if one.purpose is purpose]


def test_the_same_day_again_is_the_same(day, date):
    assert tell(small(), "10.66", date) == day
    assert tell(small(), "10.66", date + datetime.timedelta(days=1)) != day


def test_everything_is_on_that_day_and_in_order(told, date):
    times = [one.at for one in told.exchanges]
    assert times == sorted(times)
    last = max(counts(one).last for one in told.exchanges)
    for moment in (times[0], last):
        assert datetime.datetime.fromtimestamp(moment, datetime.UTC).date() == date


def test_three_hikvision_cameras_call_china_from_0213_on(told, date):
    calls = of(told, Purpose.CHINA)
    midnight = datetime.datetime.combine(date, datetime.time(), datetime.UTC).timestamp()
    assert len({one.client.address for one in calls}) == 3
    assert calls[0].at - midnight == pytest.approx(CHINA_BEGINS)
    assert not any(one.name for one in calls)


def test_forty_others_of_that_maker_send_volleys_to_several_relays(told, date):
    truth = district().truth("10.66")
    relays = defaultdict(set)
    for one in of(told, Purpose.P2P):
        relays[one.client.address].add(one.server.address)
    assert len(relays) == P2P_CAMERAS
    assert {truth[address].maker for address in relays} == {"hikvision"}
    assert {truth[address].kind for address in relays} == {"camera"}
    assert not relays.keys() & told.clients(Purpose.CHINA)
    assert {len(own) for own in relays.values()} == {4}
    assert set().union(*relays.values()) == set(RELAYS)
    begins = min(one.at for one in of(told, Purpose.P2P))
    midnight = datetime.datetime.combine(date, datetime.time(), datetime.UTC).timestamp()
    assert begins - midnight == pytest.approx(P2P_BEGINS)


def test_one_dahua_camera_uploads_400_megabytes(told):
    (upload,) = of(told, Purpose.UPLOAD)
    assert district().truth("10.66")[upload.client.address].maker == "dahua"
    assert (upload.name, upload.server.address) == (DEPOT.name, DEPOT.address)
    assert counts(upload).bytes_out == pytest.approx(UPLOADED, rel=0.001)


def test_whoever_does_something_unexpected_calls_no_cloud_beside_it(told):
    strange = told.clients(Purpose.CHINA, Purpose.P2P)
    assert not strange & told.clients(Purpose.VENDOR_CLOUD)
    assert len(told.planted) == 3 + 1 + P2P_CAMERAS * 4


def test_the_ordinary_is_most_of_the_day(told):
    count = Counter(one.purpose for one in told.exchanges)
    assert set(count) == set(Purpose)
    truth = district().truth("10.66")
    browsing = {truth[address].kind for address in told.clients(Purpose.BROWSING)}
    assert browsing == {"other"}
    assert told.clients(Purpose.VIEWED) == {VIEWER}
    assert {truth[a].kind for a in told.clients(Purpose.RECORDING)} == {"recorder"}
    inside = {one.server.address for one in told.exchanges if one.purpose not in PLANTED}
    assert {"10.66.0.5"} < inside


def test_an_estate_without_recorders_or_dahua_has_a_day_too(date):
    assert tell(inquiries(), "10.66", date).exchanges
