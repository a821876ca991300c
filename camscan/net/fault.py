"""Operating-system errors of one exchange as a status; what is this machine's fault is raised."""

from __future__ import annotations

import errno

from camscan.errors import LocalFaultError
from camscan.model.status import Status

_UNREACHABLE = frozenset(
    {
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.EHOSTDOWN,
        errno.ENETDOWN,
        errno.EADDRNOTAVAIL,  # no source address of that family
        errno.EAFNOSUPPORT,  # this machine has no IPv6
        errno.EINVAL,  # a link-local address without its interface
        errno.EACCES,  # a broadcast address, or a local firewall's prohibit route
        errno.EPERM,  # a local firewall dropped the packet
        errno.ENODEV,
        errno.ENXIO,
        errno.EPROTONOSUPPORT,
    }
)
_TIMED_OUT = frozenset({errno.ETIMEDOUT})
_LOCAL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

# Windows completion ports report system codes instead of socket codes (WinError.h).
_WINDOWS = {
    121: Status.TIMED_OUT,
    1225: Status.REFUSED,
    1231: Status.UNREACHABLE,
    1232: Status.UNREACHABLE,
    1236: Status.CLOSED,
}


def status_of(error: OSError, *, connecting: bool = False) -> Status:
    """The status that `error` means; LocalFaultError when no remote host is to blame.

    `connecting`: a reset before the connection stands is a refusal.
    """
    windows = getattr(error, "winerror", None)
    if windows in _WINDOWS:
        return _WINDOWS[windows]
    if isinstance(error, TimeoutError) or error.errno in _TIMED_OUT:
        return Status.TIMED_OUT
    if isinstance(error, ConnectionRefusedError):
        return Status.REFUSED
    if isinstance(error, ConnectionError):
        return Status.REFUSED if connecting else Status.CLOSED
    if error.errno in _LOCAL:
        raise LocalFaultError(
            f"this machine is out of sockets or memory ({error.strerror}); "
            "raise the limit on open files (ulimit -n) or choose a lower --rate"
        ) from error
    if error.errno in _UNREACHABLE:
        return Status.UNREACHABLE
    # Unknown codes come from odd drivers and middleboxes; one host must not end the run.
    return Status.UNREACHABLE if connecting else Status.CLOSED
