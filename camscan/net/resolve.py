"""Host names of targets to addresses; the only look-up of names that camscan makes."""

from __future__ import annotations

import socket

from camscan.errors import LocalFaultError
from camscan.net.address import from_sockaddr

_NO_SUCH_NAME = frozenset(
    code
    for code in (
        socket.EAI_NONAME,
        getattr(socket, "EAI_NODATA", None),
        getattr(socket, "EAI_ADDRFAMILY", None),
    )
    if code is not None
)


def resolve(name: str) -> tuple[str, ...]:
    """The addresses of `name` in the resolver's order, each once; empty when there is none.

    Raises LocalFaultError when the resolver itself does not answer: that is not "no such host".
    """
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            return ()
        raise LocalFaultError(
            f"cannot look up {name!r} ({error.strerror}); give its address instead"
        ) from error
    except (UnicodeError, ValueError):
        return ()  # no name: an empty or over-long label
    return tuple(dict.fromkeys(from_sockaddr(sockaddr) for *_, sockaddr in found))
