"""Devices of a file, some at a time."""

from __future__ import annotations

import msgspec
import pytest

from bench.estate_run import estate_run
from camscan.errors import StoreError
from camscan.inventory.stored_devices import decoded_devices

DEVICES = estate_run(5, 0).devices


def test_they_are_those_that_were_written() -> None:
    texts = [msgspec.json.encode(part)[1:-1] for part in (DEVICES[:2], DEVICES[2:])]
    assert tuple(decoded_devices(texts, "run.json")) == DEVICES


def test_texts_that_come_again_are_held_once() -> None:
    texts = [msgspec.json.encode([one])[1:-1] for one in DEVICES[:2]]
    first, second = decoded_devices(texts, "run.json")
    assert first.evidence[0].field is second.evidence[0].field


def test_what_is_no_device_is_a_fault_of_the_store() -> None:
    with pytest.raises(StoreError, match=r"run\.json is not a run of .*a device: "):
        list(decoded_devices([b'{"id": 2}'], "run.json"))
