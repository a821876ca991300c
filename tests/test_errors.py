"""The exception tree."""

from __future__ import annotations

import pytest

from camscan.errors import LocalFaultError, first_fault


def test_the_first_fault_speaks_for_nested_groups() -> None:
    fault = LocalFaultError("no sockets left")
    group = ExceptionGroup("", [ExceptionGroup("", [fault, ValueError()]), KeyError()])
    assert first_fault(group) is fault


def test_it_can_be_raised_plainly() -> None:
    def work() -> None:
        try:
            raise ExceptionGroup("", [LocalFaultError("full")])
        except ExceptionGroup as group:
            raise first_fault(group) from None

    with pytest.raises(LocalFaultError, match="full"):
        work()
