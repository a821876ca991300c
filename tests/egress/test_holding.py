from datetime import UTC, datetime

from camscan.egress.holding import holdings_of
from camscan.egress.who import DeviceIndex, Held
from camscan.model.evidence import Evidence


def lease(address, mac, at=None, field="mac.address"):
    at = {} if at is None else {"at": at}
    return Evidence(target=address, field=field, value=mac, method="dhcpd", **at)


def test_leases_hold_from_their_time_on():
    at = datetime(2026, 11, 24, tzinfo=UTC)
    found = holdings_of(
        [
            lease("10.66.1.10", "C4:2F:90:00:00:01", at),
            lease("10.66.1.11", "c4:2f:90:00:00:02"),
            lease("10.66.1.11", "camera", field="dhcp.hostname"),
        ]
    )
    assert found == (
        Held(address="10.66.1.10", mac="c4:2f:90:00:00:01", since=at.timestamp()),
        Held(address="10.66.1.11", mac="c4:2f:90:00:00:02", since=None),
    )


def test_a_camera_that_moved_between_two_runs(make_device, make_run):
    camera = make_device("10.66.1.10", mac="c4:2f:90:00:00:01")
    held = holdings_of([lease("10.66.1.50", "c4:2f:90:00:00:01")], [make_run(camera)])
    index = DeviceIndex([camera], holdings=held)
    assert index.find("10.66.1.50", None, 5.0) is camera
