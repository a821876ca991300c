"""One device by whatever a person calls it."""

from __future__ import annotations

import pytest

from camscan.errors import UsageError
from camscan.inventory.lookup import device_by_name, evidence_of
from camscan.model.run import Run


@pytest.mark.parametrize(
    "name", ["d1", "10.1.0.9", "fd00::9", "c0:56:e3:00:00:09", "C0-56-E3-00-00-09", "SN\x1b[31m1"]
)
def test_every_name_of_a_device(sample_run: Run, name: str) -> None:
    assert device_by_name(sample_run, name).id == "d1"


def test_none_and_several(sample_run: Run) -> None:
    with pytest.raises(UsageError, match="no device"):
        device_by_name(sample_run, "10.9.9.9")
    with pytest.raises(UsageError, match="several"):
        device_by_name(sample_run, "d")


def test_evidence_keeps_its_address(sample_run: Run) -> None:
    (item,) = evidence_of(sample_run.devices[0])
    assert (item.target, item.field, item.port) == ("10.1.0.9", "http.server", 80)
