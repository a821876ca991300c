from datetime import UTC, datetime

from msgspec.structs import replace

from camscan.findings.name import name_of, run_text


def test_a_device_is_named_by_its_first_address_or_its_id(sample_run):
    device = next(one for one in sample_run.devices if len(one.addresses) > 0)
    assert device.label == device.addresses[0]
    assert device.addresses[0] in name_of(device)
    bare = replace(device, addresses=())
    assert bare.label == device.id
    assert device.id in name_of(bare)


def test_a_run_is_named_by_its_end(sample_run):
    run = replace(sample_run.run, id="r1", ended=datetime(2026, 11, 24, 3, 9, 59, tzinfo=UTC))
    assert run_text(run) == "r1 of 2026-11-24 03:09 UTC"
