from __future__ import annotations

import pytest

from camscan.net.limits import Limits


def test_the_defaults_bound_a_device_to_ten_seconds_and_64_kib() -> None:
    limits = Limits()
    assert limits.total_timeout == 10.0
    assert limits.max_bytes == 64 * 1024
    assert limits.connect_timeout < limits.read_timeout < limits.total_timeout


def test_limits_cannot_be_changed_in_flight() -> None:
    with pytest.raises(AttributeError):
        Limits().max_bytes = 1  # type: ignore[misc]
