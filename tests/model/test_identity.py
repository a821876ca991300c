"""Bands."""

from __future__ import annotations

from camscan.model.identity import Band


def test_order_of_bands() -> None:
    order = [Band.UNKNOWN, Band.POSSIBLE, Band.PROBABLE, Band.CONFIRMED]
    for low, band in enumerate(order):
        for high, other in enumerate(order):
            assert band.reaches(other) is (low >= high)
