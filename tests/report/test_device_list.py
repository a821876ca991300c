"""Devices alone."""

from msgspec.structs import replace

from camscan.report.device_list import device_list
from camscan.report.interface import ReportInput


def test_the_table_and_the_count(sample_run):
    text = device_list(ReportInput(run=sample_run)).decode()
    assert "10.1.0.9" in text
    assert text.endswith("3 devices, 1 counted as cameras; run r1.\n")
    nothing = device_list(ReportInput(run=replace(sample_run, devices=()))).decode()
    assert nothing == "0 devices, 0 counted as cameras; run r1.\n"
