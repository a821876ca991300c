"""The collector of cycles, switched off for a while."""

from __future__ import annotations

import gc

import pytest

from camscan.cli.collecting import seldom_collected, uncollected


def test_it_is_off_within_and_on_again_behind() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_a_fault() -> None:
    with pytest.raises(ValueError, match="x"), uncollected():
        raise ValueError("x")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_looks_seldom() -> None:
    found = gc.get_threshold()
    before = (700, 10, 10)  # Python's own; a command that ran in this process before has set its
    gc.set_threshold(*before)
    try:
        seldom_collected()
        assert gc.isenabled()
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_threshold()[1:] == before[1:]
    finally:
        gc.set_threshold(*found)
