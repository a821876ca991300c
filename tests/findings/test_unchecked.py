from camscan.findings.unchecked import is_video, skips_of, watched


def test_all_but_class_other_is_watched(make_device, make_run):
    devices = [
        make_device("10.0.0.1"),
        make_device("10.0.0.2", kind="other"),
        make_device("10.0.0.3", kind=None),
        make_device("10.0.0.4", kind="recorder"),
    ]
    seen = [device.addresses[0] for device in watched(make_run(devices, []))]
    assert seen == ["10.0.0.1", "10.0.0.3", "10.0.0.4"]
    assert [is_video(device) for device in devices] == [True, False, False, True]


def test_one_skip_for_each_reason_with_the_first_addresses(make_device):
    devices = [make_device(f"10.0.0.{n}") for n in range(1, 26)]
    reasons = [("no maker", device) for device in devices] + [("no model", devices[0])]
    first, second = skips_of("a-rule", reasons)
    assert (first.subject, first.what) == ("25 devices", "a-rule")
    assert first.reason.startswith("no maker: 10.0.0.1, ")
    assert first.reason.endswith("10.0.0.20 and 5 more")
    assert (second.subject, second.reason) == ("1 device", "no model: 10.0.0.1")
