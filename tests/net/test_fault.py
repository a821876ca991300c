from __future__ import annotations

import errno
import os

import pytest

from camscan.errors import LocalFaultError
from camscan.model.status import Status
from camscan.net.fault import status_of


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (errno.ECONNREFUSED, Status.REFUSED),
        (errno.ETIMEDOUT, Status.TIMED_OUT),
        (errno.EHOSTUNREACH, Status.UNREACHABLE),
        (errno.ENETUNREACH, Status.UNREACHABLE),
        (errno.EADDRNOTAVAIL, Status.UNREACHABLE),
        (errno.EACCES, Status.UNREACHABLE),
        (errno.ECONNRESET, Status.CLOSED),
        (errno.EPIPE, Status.CLOSED),
    ],
)
def test_remote_faults_are_values(code: int, status: Status) -> None:
    assert status_of(OSError(code, os.strerror(code))) is status


def test_a_reset_while_connecting_is_a_refusal() -> None:
    assert status_of(ConnectionResetError(), connecting=True) is Status.REFUSED


def test_our_own_time_out_has_no_code() -> None:
    assert status_of(TimeoutError()) is Status.TIMED_OUT


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_an_exhausted_machine_is_a_local_fault(code: int) -> None:
    with pytest.raises(LocalFaultError, match="ulimit"):
        status_of(OSError(code, os.strerror(code)), connecting=True)


def test_codes_of_windows_completion_ports() -> None:
    error = OSError(22, "refused")
    error.winerror = 1225  # type: ignore[attr-defined]
    assert status_of(error) is Status.REFUSED


@pytest.mark.parametrize("code", range(1, 140))
def test_every_code_has_a_meaning(code: int) -> None:
    try:
        status = status_of(OSError(code, "x"), connecting=True)
    except LocalFaultError:
        return
    assert status is not Status.OK
