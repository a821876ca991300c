import pytest

from camscan.egress.reason import Code
from camscan.egress.shape import shape_reasons
from camscan.egress.talk import talks
from camscan.egress.who import DeviceIndex
from camscan.model.flow import Flow, Origin, Slot


@pytest.fixture
def codes(make_device):
    def judge(*, both_ways=True, **values):
        base = {
            "source": "10.66.1.10", "source_mac": None, "peer": "36.110.1.1", "port": 443,
            "protocol": "tcp", "first": 0.0, "last": 100.0, "packets_out": 9, "packets_in": 9,
            "bytes_out": 900, "bytes_in": 900, "origin": Origin.SYN,
        }  # fmt: skip
        camera = make_device("10.66.1.10")
        flow = Flow(**(base | values))
        (talk,) = talks([flow], DeviceIndex([camera]), {}, watched={camera.id: camera})
        return {reason.code: reason.text for reason in shape_reasons(talk, both_ways=both_ways)}

    return judge


def test_an_ordinary_talk_has_no_reason(codes):
    assert codes() == {}


def test_tries_without_answer(codes):
    text = codes(count=11_000, last=36_000.0, packets_in=0)[Code.UNANSWERED]
    assert text.startswith("11000 tries, no answer seen: blocked")
    one_way = codes(packets_in=0, both_ways=False)[Code.UNANSWERED]
    assert "hold no answers of anybody" in one_way


def test_refusals(codes):
    assert "1 try" in codes(refused=True)[Code.REFUSED]


@pytest.mark.parametrize(
    "out, back, expected",
    [
        (2_000_000, 10_000, True),
        (2_000_000, 1_000_000, False),
        (900_000, 0, False),
        (2_000_000, None, False),
    ],
)
def test_uploads(codes, out, back, expected):
    assert (Code.UPLOAD in codes(bytes_out=out, bytes_in=back)) is expected


def test_strobes(codes):
    assert codes(count=11_000, last=3600.0)[Code.STROBE] == "11000 tries in 3600 s"
    assert Code.STROBE not in codes(count=60, last=3600.0)
    assert Code.STROBE not in codes(count=20, last=1.0)


def test_what_a_firewall_stopped_is_said(make_talk):
    talk = make_talk(count=5, blocked=5, packets_in=0)
    reasons = {each.code: each.text for each in shape_reasons(talk, both_ways=True)}
    assert reasons[Code.BLOCKED] == "5 of 5 tries stopped by the firewall, says its log"
    assert Code.REFUSED not in reasons


def test_a_timer_is_a_beacon_and_a_night_s_upload_a_burst(make_talk):
    starts = tuple(300.0 * step for step in range(288))
    slots = tuple(Slot(3600 * hour, 12, 12, 12, 1200, 1200) for hour in range(24))
    talk = make_talk(last=starts[-1], count=288, starts=starts, sizes=(100,) * 288, slots=slots)
    codes = [each.code for each in shape_reasons(talk, both_ways=True, watched=86_400.0)]
    assert Code.BEACON in codes
    assert Code.BURST not in codes
    night = Slot(7200, 12, 12, 12, 400_000_000, 1200)
    loud = make_talk(slots=(*slots[:2], night, *slots[3:]))
    reasons = {each.code: each.text for each in shape_reasons(loud, both_ways=True)}
    assert reasons[Code.BURST].startswith("400.0 MB went out in the hour from 1970-01-01 02:00 UTC")


def test_another_source_of_the_same_is_named(make_talk):
    talk = make_talk(port=8080, also=("netflow",))
    reasons = {each.code: each.text for each in shape_reasons(talk, both_ways=True)}
    assert reasons[Code.SEEN_ALSO] == "also recorded by netflow; counted once"
    assert Code.CLEAR_TEXT in reasons
