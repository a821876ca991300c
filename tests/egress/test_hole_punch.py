import time

from camscan.egress.hole_punch import hole_punching
from camscan.egress.reason import Code
from camscan.model.conversation import Direction


def volley(make_talk, *starts, port=32_100, **more):
    return [
        make_talk(
            id=f"c{n}", protocol="udp", port=port, peer=f"36.110.1.{n}", first=start, last=start,
            starts=(start,), **more,
        )
        for n, start in enumerate(starts, 1)
    ]  # fmt: skip


def test_three_hosts_at_once_are_a_volley(make_talk):
    found = hole_punching(volley(make_talk, 1.0, 1.5, 2.9, 60.0))
    assert set(found) == {"c1", "c2", "c3"}
    assert found["c1"].code is Code.HOLE_PUNCHING
    assert "3 outside hosts on udp/32100" in found["c1"].text


def test_clocks_resolvers_and_callers_are_none(make_talk):
    for port in (53, 123, 443):
        assert not hole_punching(volley(make_talk, 1.0, 1.1, 1.2, port=port))
    assert not hole_punching(volley(make_talk, 1.0, 10.0, 20.0))
    assert not hole_punching(volley(make_talk, 1.0, 1.1, 1.2, direction=Direction.IN))


def test_a_flood_of_peers_is_marked_in_linear_time(make_talk):
    flood = volley(make_talk, *(n / 10_000 for n in range(20_000)))
    began = time.process_time()
    found = hole_punching(flood)
    assert time.process_time() - began < 5  # pairs of tries would take minutes
    assert len(found) == 20_000


def test_each_try_has_the_words_of_its_last_volley(make_talk):
    found = hole_punching(volley(make_talk, 0.0, 0.5, 1.0, 2.2, 2.4, 9.0))
    counts = {name: reason.text.split()[2] for name, reason in found.items()}
    assert counts == {"c1": "3", "c2": "4", "c3": "4", "c4": "4", "c5": "4"}
