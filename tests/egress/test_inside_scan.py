from camscan.egress.inside_scan import HOSTS, PORTS, inside_scans
from camscan.egress.reason import Code


def tries(make_talk, count, *, silent=1, port=None, spread=1.0):
    return [
        make_talk(
            id=f"c{n}", peer=f"10.66.9.{n}" if port else "10.66.9.1", port=port or 1000 + n,
            first=n * spread, last=n * spread, count=1, silent=silent,
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


def test_many_hosts_on_one_port(make_talk):
    found = inside_scans(tries(make_talk, HOSTS, port=445))
    assert len(found) == HOSTS
    assert {reason.code for reason in found.values()} == {Code.INSIDE_SCAN}
    assert "tried 12 hosts inside the network on tcp/445" in found["c1"].text
    assert not inside_scans(tries(make_talk, HOSTS - 1, port=445))


def test_many_ports_of_one_host(make_talk):
    found = inside_scans(tries(make_talk, PORTS))
    assert "tried 15 ports of 10.66.9.1" in found["c1"].text


def test_what_is_answered_or_slow_or_discovery_is_no_scan(make_talk):
    assert not inside_scans(tries(make_talk, 30, port=554, silent=0))
    assert not inside_scans(tries(make_talk, 30, port=445, spread=1000.0))
    assert not inside_scans(tries(make_talk, 30, port=3702))
