from datetime import UTC

from camscan.inventory.store import decode_run, encode_run
from camscan.lab.day.inventory import inventory
from camscan.lab.estates import district
from camscan.model.count import is_camera


def test_it_is_a_run_with_every_device_as_it_is(date):
    run = inventory(district(), "10.66", date)
    assert sum(is_camera(device) for device in run.devices) == 212
    assert len({device.id for device in run.devices}) == len(run.devices)
    truth = district().truth("10.66")
    for device in run.devices:
        real = truth[device.addresses[0]]
        assert (device.maker.id if device.maker else None) == real.maker
        assert device.class_.value == real.kind
        assert (device.mac, device.site) == (real.mac, real.site)
    assert run.run.ended.astimezone(UTC).date() < date


def test_it_reads_back(date):
    run = inventory(district(), "10.66", date)
    assert decode_run(encode_run(run), "inventory") == run
